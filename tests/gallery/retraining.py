"""Example states of the views about training again: nothing to do, now with a cause, and not known."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

Row = tuple[Any, ...]
ANSWERS = {"alarming": ("now", "growth"), "unknown": ("unknown", "unknown"), "empty": ("unknown", "unknown")}


def retraining(state: str, query: Query) -> list[Row]:
    answer, cause = ANSWERS.get(state, ("no", "none"))
    model = query.model or "flight-delay"
    if answer == "unknown":
        nothing = (None,) * 6
        return [
            (model, answer, cause, None, None, None, None, None, None, None, None, 0, None, None,
             "Whether to train again is not known.", *nothing, None, None)
        ]  # fmt: skip
    loss = (2_400.0, 1_900.0, 2_900.0) if answer == "now" else (0.0, 0.0, 120.0)
    weeks = 3.3 if answer == "now" else None
    return [
        (model, answer, cause, *loss, 8_000.0, weeks, 0.5, 0.1, 0.9, 2, "EUR", None, f"Train: <b>{answer}</b>.",
         "realised", "2013-12", "2013-10 – 2013-12", 3.1, 1.2, -300.0, 1_300.0, "on_decline")
    ]  # fmt: skip


def retraining_evidence(state: str, query: Query) -> list[Row]:
    answer, cause = ANSWERS.get(state, ("no", "none"))
    if answer == "unknown":
        return []
    model = query.model or "flight-delay"
    return [
        (model, "broken_feature", False, False, "No check of a feature failed when the decline began."),
        (model, cause, True, True, "Predictions lie off by <b>-93</b> in the mean."),
        (model, "real_change", True, False, "Mean absolute error is worse than in the reference."),
    ]


def retraining_history(state: str, query: Query) -> list[Row]:
    if state in ("unknown", "empty", "healthy"):
        return []
    model = query.model or "flight-delay"
    return [
        (model, "2", "1", "2013-06-01", "money", 2.6, 3.4, 0.8, 0.2, 1.4, 4_000, 4_100, True),
        (model, "3", "2", "2013-09-01", "roc_auc", 0.70, 0.71, 0.01, -0.02, 0.04, 4_000, 300, None),
    ]
