"""Profiles that were counted in score bins of the reference, before scores were kept as points, can still be read."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from dashboard.measures.binary import confusion
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figures_of
from dashboard.profiles.layout import Layout, OutcomeLayout, layout_from_text
from dashboard.profiles.windows import Profile, merged

EDGES, COARSE = np.arange(1001) / 1000, np.arange(0, 1001, 50) / 1000


def layout_of(groups: int) -> Layout:
    """A layout as it was written, without the fields of today."""
    outcome = OutcomeLayout(EDGES, COARSE, np.zeros(0), 0.35)
    made = Layout("l", "m", "binary_classification", "UTC", "day", (), outcome, groups, (), has_reference=True)
    return layout_from_text("l", "m", made.to_text().replace('"quantile":0.5,', ""))


def earlier(scores: np.ndarray, labels: np.ndarray, groups: int, single: bool) -> dict[str, np.ndarray]:
    """The outcome block as the earlier program counted it."""
    bins = np.searchsorted(EDGES, scores, side="right")
    counts = np.array([np.bincount(bins[labels == label], minlength=len(EDGES) + 1) for label in range(3)])
    arrays = {"scores": counts.astype(np.uint16), "sums": sums(scores, labels)}
    if single:
        arrays["negative_points"], arrays["positive_points"] = (np.sort(scores[labels == label]) for label in (0, 1))
    if groups:
        unit, coarse = np.arange(len(scores)) % groups, np.searchsorted(COARSE, scores, side="right")
        code = (unit * 3 + labels) * (len(COARSE) + 1) + coarse
        shape = (groups, 3, len(COARSE) + 1)
        arrays["unit_scores"] = np.bincount(code, minlength=int(np.prod(shape))).reshape(shape)
        arrays["unit_sums"] = np.stack([sums(scores[unit == group], labels[unit == group]) for group in range(groups)])
    return arrays


def sums(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    loss = np.where(labels == 1, -np.log(scores), -np.log1p(-scores))
    return np.array(
        [
            [(own := labels == label).sum(), *(part[own].sum() for part in (scores, scores**2, loss))]
            for label in range(3)
        ]
    )


@pytest.mark.parametrize("groups", [0, 8])
@pytest.mark.parametrize("single", [False, True])
def test_figures_of_earlier_profiles(groups, single):
    rng = np.random.default_rng(61)
    scores = np.clip(rng.beta(2, 4, (6, 400)), 1e-6, 1 - 1e-6)
    labels = np.where(rng.random(scores.shape) < 0.1, 2, rng.random(scores.shape) < scores).astype(int)
    layout = layout_of(groups)
    blocks = [earlier(*pair, groups, single) for pair in zip(scores, labels, strict=True)]
    known = [int((row < 2).sum()) for row in labels]
    window = merged(
        [
            Profile("1", datetime(2020, 1, 1 + day), None, 400, known[day], {}, block)
            for day, block in enumerate(blocks)
        ],
        layout,
    )
    own = labels.ravel() < 2
    actual, score = labels.ravel()[own], scores.ravel()[own]
    found = figures_of(window, layout)
    assert found["roc_auc"].value == pytest.approx(roc_auc_score(actual, score), abs=1e-12 if single else 0.001)
    assert found["roc_auc"].low < found["roc_auc"].value < found["roc_auc"].high
    tp, fp, fn, tn = (int(count) for count in confusion(outcomes_of(window, layout)))
    chosen = score >= 0.35
    assert (tp, fp) == ((chosen & (actual == 1)).sum(), (chosen & (actual == 0)).sum())
    assert (fn, tn) == ((~chosen & (actual == 1)).sum(), (~chosen & (actual == 0)).sum())
    units = confusion(units_of(window, layout))
    assert len(units[0]) == (groups or 6)
    assert [int(part.sum()) for part in units] == [tp, fp, fn, tn]
