"""Figures that were right and stay right: large numbers, classes that come and go, groups without a value."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, r2_score, root_mean_squared_error

from tests.cases.ledger import CLASSES, JANUARY, REGRESSION, rows

pytestmark = pytest.mark.campaign


# pytorch/ignite 3748, Lightning-AI/torchmetrics 1573 and 3077.
@pytest.mark.parametrize("offset", [1e9, 1e12, -1e10])
def test_figures_of_large_numbers(ledger, offset):
    ledger.card(REGRESSION)
    made, rng = rows(2000), np.random.default_rng(1)
    made["y"] = offset + rng.normal(size=2000)
    made["p"] = made["y"] + rng.normal(size=2000) * 0.3
    ledger.monitored(made)
    shown = ledger.show("performance", "m", "--by", "year").set_index("metric")["value"]
    assert shown["r2"] == pytest.approx(r2_score(made["y"], made["p"]), abs=1e-6)
    assert shown["rmse"] == pytest.approx(root_mean_squared_error(made["y"], made["p"]), rel=1e-6)


# fairlearn/fairlearn 1155 and 1725, csvkit 806.
@pytest.mark.parametrize("value", ["NA", "None", "nan", "null"])
def test_rows_without_a_value_are_a_group_of_their_own(ledger, value):
    ledger.card(data={"segments": ["sex"]})
    made = rows(900)
    made["sex"] = np.random.default_rng(1).choice(["f", "m", value, None], 900)
    ledger.monitored(made)
    shown = ledger.show("segments", "m").drop_duplicates("group").set_index("group")["predictions"].to_dict()
    assert shown == made["sex"].fillna("(missing)").value_counts().to_dict()


# NannyML/nannyml 384, 400, 405.
@pytest.mark.parametrize("new", ["new 🙂", "nan", "0", ""])
def test_months_that_lack_a_class_or_bring_a_new_one(ledger, new):
    ledger.card(CLASSES, data={"reference": JANUARY})
    made, rng = rows(3000, days=90), np.random.default_rng(1)
    month = made["at"].dt.strftime("%Y-%m")
    actual = rng.choice(np.array(["a", "b", "c"]), 3000)
    told = np.where(rng.random(3000) < 0.7, actual, rng.choice(np.array(["a", "b", "c"]), 3000))
    lacks = month == "2024-02"
    actual, told = np.where(lacks & (actual == "c"), "a", actual), np.where(lacks & (told == "c"), "b", told)
    brings = (month == "2024-03") & (rng.random(3000) < 0.1) & (new != "")
    made["y"], made["p"] = np.where(brings, new, actual), told
    ledger.monitored(made)
    shown = ledger.show("performance", "m").query("metric == 'f1'").set_index("period")["value"]
    for name, part in made.groupby(month):
        assert shown[name] == pytest.approx(f1_score(part["y"], part["p"], average="macro", zero_division=0), abs=1e-9)
