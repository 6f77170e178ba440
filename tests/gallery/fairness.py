"""Two groups of one column beside each other; in the state `unknown` too few cases are known."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query
from tests.gallery.states import MONTHS


def _gaps(state: str) -> list[tuple[Any, ...]]:
    status = {"alarming": "alert", "unknown": "unknown"}.get(state, "ok")
    limit, gap = (None, None) if state == "unknown" else (0.1, -0.3 if state == "alarming" else -0.02)
    ends = (None, None) if gap is None else (gap - 0.05, gap + 0.05)
    rows = []
    for group, sign in (("female", 1), ("male", -1)):
        moved = None if gap is None else sign * gap
        value = 0.5 if moved is None else 0.5 + moved
        interval = (None, None) if gap is None else tuple(sorted(sign * end for end in ends))
        figures = (value, value - 0.04, value + 0.04, 0.5, moved, *interval, limit)
        for metric in ("true_positive_rate", "calibration_gap"):
            counts = (900 if sign > 0 else 1_100, 700)
            rows.append(("sex", group, metric, *figures, *counts, status, f"{metric} of Sex {group} in words."))
    return rows


def fairness(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    accepted = ("anna.keller", "2013-12-31") if state == "alarming" else (None, None)
    return [(MONTHS[-1], *row, *accepted) for row in _gaps(state)]


def group_gaps(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "empty" else [(MONTHS[0], MONTHS[-1], *row) for row in _gaps(state)]


def representation(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    return [
        ("sex", "female", 1_800, 0.45, 0.43, 0.47, 1_700, 0.31, 0.28, 0.34),
        ("sex", "male", 2_200, 0.55, 0.53, 0.57, 2_000, 0.25, 0.22, 0.28),
    ]


def proxies(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    return [
        ("sex", "female", "dep_hour", 0.81 if state == "alarming" else 0.52, 0.79, 0.83, 0.4, 4_000),
        ("sex", "female", "_score", 0.55, 0.53, 0.57, None, 4_000),
    ]


def group_history(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    column, group = query.segment or ("sex", "female")
    gap = -0.3 if state == "alarming" else -0.02
    figures = (0.5 + gap, 0.46 + gap, 0.54 + gap, 0.5, 0.48, 0.52, gap, gap - 0.05, gap + 0.05, 0.1)
    metric = query.metric or "true_positive_rate"
    return [(month, column, group, metric, *figures, 75, 60) for month in MONTHS]


def group_thresholds(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    column, group = query.segment or ("sex", "female")
    moved = (0.31, 0.2, 0.5, 0.5, 270, -12) if state == "alarming" else (0.5, 0.5, 0.5, 0.5, 0, 0)
    return [(MONTHS[0], MONTHS[-1], column, group, "true_positive_rate", 0.5, *moved, 900, 700)]
