"""Money month by month beside its promise: delivered, missed, or not known."""

from __future__ import annotations

import json
from typing import Any

from dashboard.views.query import Query
from tests.gallery.states import MONTHS

ANSWERS = {"alarming": "no", "unknown": "unknown"}


def _period(state: str, month: str, place: int) -> tuple[Any, ...]:
    answer = ANSWERS.get(state, "yes")
    money = {"yes": 14_000.0 + 100 * place, "no": 9_000.0 - 2_000 * place, "unknown": None}[answer]
    ends = (None, None) if money is None else (money - 1_500, money + 1_500)
    net = None if money is None else money - 3_000
    source = None if money is None else "realised"
    estimated = None if money is None else 13_800.0
    reason = f"The model brought {money} EUR, so {answer}."
    counts = (3_900 if money is not None else 0, 4_000)
    return (12_000.0, money, estimated, *ends, 3_000.0, net, "EUR", answer, reason, *counts, source)


def value(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "empty" else [(month, *_period(state, month, place)) for place, month in enumerate(MONTHS)]


def values(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    names = ("promised", "realised", "estimated")
    latest = [
        {"period": month, **dict(zip(names, _period(state, month, place), strict=False)), "source": "realised"}
        for place, month in enumerate(MONTHS)
    ]
    worth = (MONTHS[-1], *_period(state, MONTHS[-1], len(MONTHS) - 1), 12_000.0, json.dumps(latest))
    nothing = (*(None,) * 8, "unknown", "The card does not say what predictions are worth.", *(None,) * 4, "[]")
    rows = [("flight-delay", *worth), ("calm", None, *nothing)]
    return [row for row in rows if query.model in (None, row[0])]


def process_values(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "empty":
        return []
    promised, realised, _, low, high, cost, net, currency, *_ = _period(state, MONTHS[-1], len(MONTHS) - 1)
    known = 0 if realised is None else 1
    return [
        ("crew-planning", MONTHS[-1], currency, 1, known, 0, promised, realised, low, high, cost, net),
        (None, None, None, 1, 0, 0, *(None,) * 6),
    ]


def value_moves(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    change = -2_000.0 if state == "alarming" else 100.0
    parts = (change, 0.1 * change, 0.3 * change, 0.6 * change)
    return [
        (month, before, 14_000.0, *parts, change - 900, change + 900, "EUR")
        for before, month in zip(MONTHS, MONTHS[1:], strict=False)
    ]


def value_decisions(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    cells = {"true_positive": (900, 90.0), "false_positive": (600, -12.0), "false_negative": (500, -60.0)}
    cells["true_negative"] = (1_900, 0.0)
    return [(name, float(number), price, number * price, "EUR", 3_900) for name, (number, price) in cells.items()]


def value_thresholds(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    rows = []
    for step in range(0, 101, 5):
        threshold = step / 100
        gain = 400 - 40_000 * (threshold - 0.25) ** 2
        best = threshold == 0.25
        rows.append(
            (threshold, 14_000 + gain, gain, gain - 300, gain + 300, 1 - threshold, threshold == 0.35, best,
             0.15 <= threshold <= 0.35, 250.0 if best else None, "EUR", 3_900, 4_000)
        )  # fmt: skip
    return rows


def value_threshold_groups(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state in ("empty", "unknown"):
        return []
    return [
        ("sex", "female", 0.25, 0.31, 0.44, 0.6, 0.72, 1_700, 1_800),
        ("sex", "male", 0.25, 0.29, 0.41, 0.61, 0.74, 2_200, 2_200),
    ]
