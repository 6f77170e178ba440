"""A thousand categories: the figure is the one that is defined, and a tail that is replaced is no calm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.cases.ledger import JANUARY, Ledger, late, rows

pytestmark = pytest.mark.campaign

# deepchecks 1138 and 1816, capitalone/DataProfiler 1040: categories lumped into "other".
NUMBER, FREQUENT, ALL = 40_000, 200, 1_000


def shops(number: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows and their shops; two of five rows are of the 800 rarer ones."""
    made, rng = rows(number), np.random.default_rng(1)
    often, rare = rng.integers(0, FREQUENT, number), rng.integers(FREQUENT, ALL, number)
    return made, np.where(rng.random(number) < 0.6, often, rare)


def defined_psi(before: pd.Series, after: pd.Series) -> float:
    """Population stability index over all categories, shares floored at 0.0001."""
    shares = [values.value_counts(normalize=True) for values in (before, after)]
    index = shares[0].index.union(shares[1].index)
    old, new = (share.reindex(index, fill_value=0).clip(lower=1e-4) for share in shares)
    return float(((new - old) * np.log(new / old)).sum())


def judged(ledger: Ledger, made: pd.DataFrame) -> pd.Series:
    ledger.card(
        features={"c": {"kind": "categorical"}},
        versions=[{"version": "1", "importance": {"c": 1.0}}],
        data={"reference": JANUARY},
    )
    ledger.monitored(made)
    return ledger.show("drift", "m").iloc[0]


@pytest.mark.parametrize("replaced", ["by new ones each", "by a single new one", "by a frequent one"])
def test_a_replaced_tail_is_told(ledger, replaced):
    made, shop = shops(NUMBER)
    tail = late(made) & (shop >= FREQUENT)
    names = {
        "by new ones each": [f"new{code}" for code in shop],
        "by a single new one": "new",
        "by a frequent one": "s0",
    }
    made["c"] = np.where(tail, names[replaced], [f"s{code}" for code in shop])
    found = judged(ledger, made)
    assert found["value"] == pytest.approx(defined_psi(made["c"][~late(made)], made["c"][late(made)]), rel=0.05)
    assert found["status"] == "alert"


def test_a_tail_that_stays_is_calm(ledger):
    made, shop = shops(NUMBER)
    made["c"] = [f"s{code}" for code in shop]
    assert judged(ledger, made)["status"] in ("ok", "unknown")
