"""Which features go together, against scipy and by construction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from dashboard.explanations.words.related import correlation_ratio, cramers_v, related_features


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    random = np.random.default_rng(1)
    size = random.normal(size=500)
    group = np.where(size > 0, "big", "small")
    return pd.DataFrame(
        {
            "size": size,
            "weight": np.exp(size) + random.normal(size=500) * 0.05,
            "group": group,
            "copy": np.where(random.random(500) < 0.97, group, "big"),
            "noise": random.normal(size=500),
            "letter": random.choice(list("abc"), 500),
        }
    )


KINDS = {
    "size": "numeric", "weight": "numeric", "group": "categorical", "copy": "categorical", "noise": "numeric",
    "letter": "categorical",
}  # fmt: skip


def test_only_what_goes_together_is_related(frame) -> None:
    found = {(one.first, one.second): one.strength for one in related_features(frame, KINDS)}
    assert set(found) == {
        ("size", "weight"), ("size", "group"), ("weight", "group"), ("group", "copy"), ("size", "copy"),
        ("weight", "copy"),
    }  # fmt: skip
    assert found["size", "weight"] == pytest.approx(spearmanr(frame["size"], frame["weight"]).statistic)
    strengths = list(found.values())
    assert strengths == sorted(strengths, reverse=True)


def test_independent_categories_do_not_go_together(frame) -> None:
    assert cramers_v(frame["letter"], frame["group"]) < 0.15
    assert correlation_ratio(frame["noise"].to_numpy(), frame["letter"]) < 0.15
    assert cramers_v(frame["group"], frame["group"]) == pytest.approx(1, abs=0.01)


def test_missing_values_and_constants_are_no_relation() -> None:
    frame = pd.DataFrame({"a": [1.0] * 40, "b": [float(place) for place in range(40)], "c": [None] * 40})
    assert related_features(frame, {"a": "numeric", "b": "numeric", "c": "categorical"}) == []
