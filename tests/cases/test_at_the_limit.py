"""At a limit a number counts as a person reads it; many even features are judged together."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from tests.cases.ledger import Ledger, behind_reference, recent_month, recent_reference, rows

pytestmark = pytest.mark.campaign


def moved(ledger: Ledger, features: int, importance: float, shift: float) -> None:
    """A model of even features that all move after January."""
    names = [f"x{number}" for number in range(features)]
    ledger.card(
        features={name: {"kind": "numeric"} for name in names},
        versions=[{"version": "1", "importance": dict.fromkeys(names, importance)}],
        data={"reference": recent_reference()},
    )
    made, rng = rows(4000, days=58, start=str(recent_month().date())), np.random.default_rng(1)
    for name in names:
        made[name] = rng.normal(size=len(made)) + np.where(behind_reference(made), shift, 0)
    ledger.monitored(made)


@pytest.mark.parametrize("importance", [0.05, 0.3 / 6, 0.1 + 0.2 - 0.25])
def test_an_importance_at_the_limit_reaches_it(ledger, importance):
    moved(ledger, 20, importance, shift=3)
    assert set(ledger.show("drift", "m")["status"]) == {"alert"}
    assert ledger.status().loc["drift", "status"] in ("alert", "warn")


@pytest.mark.parametrize("features", [25, 40])
def test_many_even_features_that_all_move_are_told(ledger, features):
    moved(ledger, features, 1 / features, shift=3)
    found = ledger.status().loc["drift"]
    assert found["status"] in ("alert", "warn"), found["reason"]


def test_many_even_features_that_stay_are_calm(ledger):
    moved(ledger, 25, 0.04, shift=0)
    assert ledger.status().loc["drift", "status"] == "ok"


def test_a_score_at_the_threshold_counts_in_single_precision_too(ledger):
    ledger.card(data={"threshold": 0.3})
    made, rng = rows(500), np.random.default_rng(2)
    made["p"] = rng.choice([0.1, 0.3, 0.7], len(made))
    ledger.monitored(made.astype({"p": "float32"}))
    shown = ledger.show("performance", "m", "--by", "year").set_index("metric")["value"]
    assert shown["accuracy"] == pytest.approx(accuracy_score(made["y"], made["p"] >= 0.3), abs=1e-9)
