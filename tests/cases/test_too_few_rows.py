"""Too few rows prove nothing, on either side; noise of many bins is no drift."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.cases.ledger import JANUARY, Ledger, behind_reference, late, recent_month, recent_reference, rows

pytestmark = pytest.mark.campaign

# evidentlyai/evidently 50 and 509.
FEATURES = {"x": {"kind": "numeric"}, "c": {"kind": "categorical"}}


def judged(ledger: Ledger, made: pd.DataFrame) -> None:
    ledger.card(
        features=FEATURES, versions=[{"version": "1", "importance": {"x": 0.5, "c": 0.5}}], data={"reference": JANUARY}
    )
    ledger.monitored(made)


def some(number: int, categories: int, seed: int = 0) -> pd.DataFrame:
    made = rows(number, seed=seed)
    return made.assign(c=[f"c{code}" for code in np.random.default_rng(seed + 1).integers(0, categories, number)])


def test_a_reference_of_five_rows_proves_nothing(ledger):
    made = some(4000, 4)
    judged(ledger, pd.concat([made[~late(made)].head(5), made[late(made)]]))
    assert set(ledger.show("drift", "m")["status"]) == {"unknown"}
    found = ledger.status()["status"]
    assert (found["drift"], found["performance"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("before", "after", "categories"), [(30, 2000, 4), (2000, 20, 4), (300, 120, 50), (60, 60, 30), (3000, 1000, 200)]
)
def test_noise_is_no_drift(ledger, before, after, categories):
    made = some(12_000, categories, seed=3)
    judged(ledger, pd.concat([made[~late(made)].head(before), made[late(made)].head(after)]))
    assert "alert" not in set(ledger.show("drift", "m")["status"])
    assert ledger.status().loc["drift", "status"] in ("ok", "unknown")


def test_two_positives_prove_no_decline(ledger):
    ledger.card(data={"reference": JANUARY, "threshold": 0.9})
    made = rows(2000, seed=4)
    last = made[late(made)].head(90).assign(y=0)
    last.iloc[[3, 50], last.columns.get_loc("y")] = 1
    ledger.monitored(made[~late(made)], last.assign(p=last["p"].clip(upper=0.85)))
    found = ledger.show("performance", "m").query("period == '2024-02' and metric in ['recall', 'precision']")
    assert "alert" not in set(found["status"])


def test_a_fall_without_periods_to_compare_is_not_as_in_the_reference(ledger):
    ledger.card(data={"reference": recent_reference()})
    made, rng = rows(8000, days=58, start=str(recent_month().date())), np.random.default_rng(5)
    made.loc[behind_reference(made), "y"] = rng.integers(0, 2, int(behind_reference(made).sum()))
    ledger.monitored(made)
    found = ledger.status().loc["performance"]
    assert found["status"] != "ok"
    assert "as in the reference" not in str(found["reason"])
