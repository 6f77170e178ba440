"""The gallery's frames about all models and about one model as such."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from dashboard.views.query import Query
from tests.gallery.states import MONTHS, WORST


def models(state: str, query: Query) -> list[tuple[Any, ...]]:
    seen = None if state == "unknown" else "2013-12-31T22:00:00Z"
    person = None if state == "unknown" else "anna.keller"
    flight = ("flight-delay", "Late departure warning", WORST[state], "production", "crew-planning", person)
    rows: list[tuple[Any, ...]] = [
        (*flight, "1", 8, "unknown", 42_000, seen),
        (
            "calm",
            "Calm model",
            "ok" if state != "unknown" else "unknown",
            "production",
            "pricing",
            person,
            "2",
            None,
            "yes",
            900,
            seen,
        ),
    ]
    return [row for row in rows if query.model in (None, row[0])]


def status(state: str, query: Query) -> list[tuple[Any, ...]]:
    reason = "ROC AUC 0.62 is below the limit 0.65." if WORST[state] == "alert" else "As wanted."
    rows = [
        ("flight-delay", "performance", WORST[state], reason),
        ("flight-delay", "drift", "warn" if state == "alarming" else WORST[state], "Departure hour has moved."),
        ("flight-delay", "fairness", "unknown", "No protected attribute is named."),
        ("calm", "performance", "unknown" if state == "unknown" else "ok", "As wanted."),
        ("calm", "drift", "unknown" if state == "unknown" else "ok", "Nothing has moved."),
    ]
    rows = [(*row, "2014-01-10", _judged_period(row)) for row in rows if query.among is None or row[0] in query.among]
    rows = [row for row in rows if not query.statuses or row[2] in query.statuses]
    return [row for row in rows if query.model in (None, row[0])]


def _judged_period(row: tuple[str, ...]) -> str | None:
    return "2013-12" if row[1] in ("performance", "drift") and row[2] != "unknown" else None


def attention(state: str, query: Query) -> list[tuple[Any, ...]]:
    pressing = [row[2] for row in status(state, query) if row[0] == "flight-delay" and row[2] in ("alert", "warn")]
    return [("flight-delay", min(pressing), len(pressing))] if pressing else []


def area_counts(state: str, query: Query) -> list[tuple[Any, ...]]:
    counts = Counter((area, word) for _, area, word, *_ in status(state, query))
    return [(*place, number) for place, number in counts.items()]


def changes(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    return [("flight-delay", "performance", "ok", "alert", "2013-10-31T08:00:00Z", "ROC AUC fell below the limit.")]


def volumes(state: str, query: Query) -> list[tuple[Any, ...]]:
    models = [query.model] if query.model else ["flight-delay", "calm"]
    return [
        (model, month, date.fromisoformat(f"{month}-01"), 4_000 + 100 * number, 0 if state == "unknown" else 3_900)
        for model in models
        for number, month in enumerate(MONTHS)
    ]


def people(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [
        (
            "anna.keller",
            "Anna Keller",
            "Operations",
            "accountable_executive",
            "flight-delay",
            "2010-01-01",
            None,
            "cli:root",
        )
    ]


def versions(state: str, query: Query) -> list[tuple[Any, ...]]:
    made = ("1", "2013-04-01T00:00:00Z", "HistGradientBoostingClassifier", "2013-04-02")
    return [(*made, "ab12", "a1b2c3", "q1", "python 3.11.7")]


def timeline(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "healthy":
        return []
    return [
        ("2013-04-01T00:00:00Z", None, "2013-04-01", None, "deployment", "production", "1", "production"),
        ("2013-04-21T00:00:00Z", "2013-04-27T00:00:00Z", "2013-04-20", "2013-04-26", "incident", "Storm week", None,
         "3"),
    ]  # fmt: skip


def card(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [("business", "process", "crew-planning"), ("data", "formula", "=HYPERLINK(1)")]


def pending(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    sent, known = "2013-12-30T06:00:00Z", "2013-12-29T00:00:00Z"
    return [("flight-delay", "labels.csv", 12, sent, known, known, "F-1, F-2, F-3")]
