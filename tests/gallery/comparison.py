"""A challenger beside the champion: better in ranking (alarming: worse for one group), not yet told apart, or none."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

PAIR = ("2", "1")


def competitors(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "empty" else [PAIR]


def _differences(state: str, value: float, difference: float) -> tuple[Any, ...]:
    """Values, difference, interval, chance, better, rows, reason."""
    if state == "unknown":
        return value, value, 0.0, None, None, None, None, 40, "Too few cases differ to tell the two apart."
    sure = abs(difference) > 0.01
    half = abs(difference) / 2 if sure else 0.02
    better = (PAIR[0] if difference > 0 else PAIR[1]) if sure else None
    return (
        value + difference, value, difference, difference - half, difference + half, 0.004 if sure else 0.31, better,
        1_900, f"Version {better} is better here." if sure else "The difference may be chance.",
    )  # fmt: skip


def comparison(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    span = ("2013-04-01T00:10:00Z", "2013-06-30T23:40:00Z")
    return [
        ("roc_auc", *PAIR, *_differences(state, 0.7, 0.03), True, *span),
        ("recall", *PAIR, *_differences(state, 0.5, -0.004), True, *span),
        ("money", *PAIR, *_differences(state, 4.1, 0.35), True, *span),
        ("accuracy", *PAIR, *_differences(state, 0.8, 0.002), False, *span),
    ]


def comparison_groups(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    worse = -0.05 if state == "alarming" else 0.02
    return [
        ("sex", "female", "roc_auc", False, *PAIR, *_differences(state, 0.7, worse)),
        ("sex", "male", "roc_auc", False, *PAIR, *_differences(state, 0.7, 0.04)),
        ("sex", "female", "true_positive_rate", True, *PAIR, *_differences(state, -0.04, 0.0)),
    ]


def comparison_importance(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    return [("dep_hour", *PAIR, 0.6, 0.8, -0.2), ("carrier", *PAIR, 0.4, 0.2, 0.2)]


def comparison_decisions(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    return [
        (*PAIR, "different", 160, 2_000, 0.08, 0.069, 0.092),
        (*PAIR, "version_right", 90, 150, 0.6, 0.52, 0.675),
        (*PAIR, "against_right", 60, 150, 0.4, 0.325, 0.48),
        (*PAIR, "neither", 0, 150, 0.0, 0.0, 0.025),
    ]


def comparison_cases(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    return [
        ("f-12", *PAIR, "2013-05-02T07:30:00Z", "0.71", "0.12", "1", "2"),
        ("f-31", *PAIR, "2013-05-03T09:10:00Z", "0.2", "0.55", None, None),
    ]


def experiments(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    tried = ("Deeper trees see which routes are late.", '{"max_depth": 8, "loss": "log_loss"}', '{"roc_auc": 0.74}')
    more = ("dataset/nyc-flights-2013-q1", "9f1c2ab", "2")
    decided = (True, "Better on the same flights, and as fair.", "tom.berg", "2013-03-22T09:00:00Z")
    at, source = ("2013-03-20T10:00:00Z", "2013-03-20T11:00:00Z"), "mlflow"
    rows = [("deeper-trees", at[0], *tried, *more, *decided, source, at[1])]
    if state == "alarming":
        rejected = (False, "Worse for short flights.", "tom.berg", "2013-03-22T09:00:00Z")
        rows.append(("linear", at[0], "A line is enough.", None, None, None, None, None, *rejected, None, at[1]))
    if state == "unknown":
        return [("deeper-trees", at[0], *tried, *more, None, None, None, None, source, at[1])]
    return rows
