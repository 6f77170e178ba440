"""Labels that are none yet: values that are no class, few early ones of a kind, instants that cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.cases.ledger import JANUARY, OK, REFUSED, late, rows

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("word", ["n/a", "unknown", "pending", "-"])
def test_a_word_that_is_no_class_is_told_by_value(ledger, word):
    ledger.card()
    made = rows()
    ledger.predictions(made.drop(columns="y"))
    labels = made[["id", "y"]].astype({"y": str})
    labels.loc[::10, "y"] = word
    told = ledger.actuals(labels)
    assert told.code == REFUSED
    assert word in told.text


@pytest.mark.parametrize("number", [60, 5])
def test_early_labels_of_one_kind_do_not_speak_for_a_month(ledger, number):
    ledger.card(data={"reference": JANUARY})
    made = rows(4000)
    last = made[late(made)]
    positive = last[last["y"] == 1].head(number)
    ledger.monitored(made[~late(made)], last.drop(columns="y"))
    ledger.actuals(positive[["id", "y"]])
    ledger.monitor()
    found = ledger.status().loc["performance"]
    # January, which has labels enough, is the reference: held against itself it could not have failed.
    assert found["status"] == "unknown", found["reason"]


def test_labels_of_chosen_cases_do_not_speak_for_all(ledger):
    ledger.card(data={"reference": {"from": "2024-01-01", "to": "2024-02-19"}, "threshold": 0.3}, period="day")
    made = rows(6000, days=180, seed=1)
    known = (made["at"] < "2024-02-20") | (made["p"] < 0.3)
    ledger.monitored(made.assign(y=made["y"].where(known)))
    found = ledger.status().loc["performance"]
    assert found["status"] == "unknown", found["reason"]


@pytest.mark.parametrize("known", ["2200-01-01T00:00:00Z", "1900-01-01T00:00:00Z"])
def test_a_label_cannot_be_known_at_an_impossible_instant(ledger, known):
    ledger.card(data={"known_at": "known"})
    made = rows()
    ledger.predictions(made.drop(columns="y").assign(known=pd.Series([None] * len(made), dtype="str")))
    told = ledger.actuals(made[["id", "y"]].assign(known=known))
    assert told.code == REFUSED or known[:4] in told.text


def test_class_names_of_a_card_are_classes(ledger):
    ledger.card(data={"positive": "late"})
    made = rows()
    made["y"] = np.where(made["y"] == 1, "late", "on time")
    assert ledger.predictions(made).code == OK
    ledger.monitor()
    shown = ledger.show("performance", "m", "--by", "year").set_index("metric")["value"]
    assert shown["base_rate"] == pytest.approx((made["y"] == "late").mean())
