"""Features with what they bring and cost, what may be made twice, and whether a feature store may pay."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query


def features(state: str, query: Query) -> list[tuple[Any, ...]]:
    """The features of two models; in the state `unknown` nobody said what they bring, cost, or come from."""
    if state == "unknown":
        return [
            (
                "flight-delay",
                "dep_hour",
                "numeric",
                *[None] * 4,
                0,
                None,
                None,
                0,
                *[None] * 2,
                False,
                *[None] * 3,
                "dep_hour",
            )
        ]
    dear = (
        "It costs 200 EUR per month and holds 0.4% of the importance, less than 1.0%: ask whether the model needs it."
    )
    rows = [
        (
            "flight-delay", "temp", "numeric", 0.004, 200.0, "EUR", "team:weather", 1, "db/weather#temp", "calm", 1,
            "columns", False, True, False, state == "alarming", dear if state == "alarming" else None,
            "Temperature (°F)",
        ),
        (
            "flight-delay", "dep_hour", "numeric", 0.75, 20.0, "EUR", None, 0, "db/flights#dep", "calm", 1, "name",
            None, False, None, False, None, "Departure hour (h)",
        ),
        ("calm", "temp", "numeric", 0.2, None, None, "team:weather", 0, "db/weather#temp", "flight-delay", 1, "columns",
         None, False, None, None, None, "temp"),
    ]  # fmt: skip
    return [row for row in rows if query.model in (None, row[0])]


def doubles(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "healthy":
        return []
    return [
        ("feature", "calm", "hour", "flight-delay", "dep_hour", "likely", "Both are made from the same columns."),
        ("dataset", None, "db/train", None, "db/train2", "possible", "Two jobs make tables from the same columns."),
    ]


def feature_store(state: str, query: Query) -> list[tuple[Any, ...]]:
    large = state == "alarming"
    models, shared = (12, 14) if large else (2, 2)
    reason = f"{models} models use 40 features; {shared} are used by several models."
    return [(models, 40, shared, 1, 10, 10, large, reason)]
