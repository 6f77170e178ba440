"""One value in several spellings: ids, classes, categories and segments mean the same in every file format."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score

from tests.cases.ledger import CLASSES, JANUARY, OK, REFUSED, late, rows

pytestmark = pytest.mark.campaign

# Reported like this for tools of this trade: tensorflow/tfx 819, Giskard-AI/giskard-oss 684 and 890,
# evidentlyai/evidently 329, NannyML/nannyml 397.
SPELLINGS = {
    "floats, as a join with gaps leaves them": lambda ids: ids.astype(float),
    "text": lambda ids: ids.astype(str),
    "decimals": lambda ids: ids.map(Decimal),
    "decimals with places": lambda ids: ids.map(lambda value: Decimal(value).quantize(Decimal("0.00"))),
    "small whole numbers": lambda ids: ids.astype("int16"),
    "a dictionary column": lambda ids: ids.astype(str).astype("category"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_labels_meet_predictions_however_ids_are_spelt(ledger, spelling):
    ledger.card()
    made = rows()
    ledger.predictions(made.drop(columns="y"))
    told = ledger.actuals(made[["id", "y"]].assign(id=SPELLINGS[spelling](made["id"])))
    assert told.code == OK, told.err
    ledger.monitor()
    assert ledger.labelled() == len(made)


@pytest.mark.parametrize("write", ["csv", "lines"])
def test_labels_of_other_formats_meet_predictions(ledger, write):
    ledger.card()
    made = rows()
    ledger.predictions(made.drop(columns="y").astype({"id": float}))
    told = ledger.actuals(getattr(ledger, write)(made[["id", "y"]]))
    assert told.code == OK, told.err
    ledger.monitor()
    assert ledger.labelled() == len(made)


def test_labels_that_meet_no_prediction_are_told_at_once(ledger):
    ledger.card()
    made = rows()
    ledger.predictions(made.drop(columns="y"))
    told = ledger.actuals(made[["id", "y"]].assign(id=made["id"] + 1_000_000))
    assert told.code == REFUSED or any(word in told.text for word in ("pending", "no prediction", "unmatched"))


@pytest.mark.parametrize("kind", ["float", "text of floats", "text"])
def test_classes_are_the_same_as_numbers_and_as_text(ledger, kind):
    ledger.card(CLASSES)
    made, rng = rows(), np.random.default_rng(1)
    made["p"] = rng.integers(0, 3, len(made))
    actual = np.where(rng.random(len(made)) < 0.8, made["p"], rng.integers(0, 3, len(made)))
    known = rng.random(len(made)) < 0.8
    y = pd.Series(np.where(known, actual, np.nan))
    if kind != "float":
        y = y.map(lambda value: None if np.isnan(value) else f"{value:.1f}" if "floats" in kind else f"{value:.0f}")
    told = ledger.predictions(made.assign(y=y))
    if told.code == REFUSED:
        return
    ledger.monitor()
    shown = ledger.show("performance", "m", "--by", "year").set_index("metric")["value"]
    assert shown["accuracy"] == pytest.approx(accuracy_score(actual[known], made["p"][known]), abs=1e-9)


def _codes(made: pd.DataFrame) -> pd.Series:
    return pd.Series(np.random.default_rng(1).integers(1, 6, len(made)))


@pytest.mark.parametrize(
    "respelt",
    [
        lambda codes: codes.astype(float),
        lambda codes: codes.astype(float).astype(str),
        lambda codes: codes.map(Decimal),
        lambda codes: codes.astype(str).astype("category"),
    ],
    ids=["floats", "text of floats", "decimals", "dictionary"],
)
def test_category_codes_that_change_their_type_do_not_drift(ledger, respelt):
    features = {"x": {"kind": "numeric"}, "c": {"kind": "categorical"}}
    ledger.card(
        features=features, versions=[{"version": "1", "importance": {"x": 0.5, "c": 0.5}}], data={"reference": JANUARY}
    )
    made = rows(2000)
    made["c"] = _codes(made)
    new = made[late(made)].copy()
    new["c"] = respelt(new["c"])
    told = ledger.predictions(made[~late(made)])
    assert told.code == OK
    if ledger.predictions(new).code == REFUSED:
        return
    ledger.monitor()
    shown = ledger.show("drift", "m").set_index("feature")
    assert shown.loc["c", "value"] < 0.05
    assert shown.loc["c", "status"] != "alert"


def test_a_segment_is_asked_for_as_a_person_writes_it(ledger):
    ledger.card(data={"segments": ["branch"]})
    made = rows(600)
    made["branch"] = np.random.default_rng(2).integers(1, 4, len(made))
    half = made[late(made)].astype({"branch": float})
    ledger.monitored(made[~late(made)], half)
    groups = ledger.show("segments", "m").drop_duplicates("group").set_index("group")["predictions"].to_dict()
    assert groups == {str(value): int(count) for value, count in made["branch"].value_counts().items()}
    assert ledger.show("groups", "m").to_numpy().tolist() == [["branch", group] for group in sorted(groups)]
    asked = ledger.show("performance", "m", "--segment", "branch=2").drop_duplicates("period")
    assert asked["predictions"].sum() == (made["branch"] == 2).sum()
