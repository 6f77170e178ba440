"""What happened around the example models."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

SENTENCES = {
    "alarming": [
        "Since October 2013: ROC AUC on alert.",
        "Before it began, in this order: Departure hour moved strongly (September 2013).",
        "What came first need not be the cause.",
    ],
    "healthy": ["No fall of performance or value is on record, so there is nothing to trace back."],
}


def causes(state: str, query: Query) -> list[tuple[Any, ...]]:
    """Lane, begins, begun_by, ends, status, what, subject, period."""
    found: list[tuple[Any, ...]] = [
        (
            "deployment",
            "2013-04-01",
            "2013-04-01",
            "2013-04-01",
            "unknown",
            "Version 1 went live (production)",
            "1",
            None,
        )
    ]
    if state == "alarming":
        found += [
            ("drift", "2013-09-01", "2013-09-30", None, "alert", "Departure hour moved strongly", "hour", "2013-09"),
            ("incident", "2013-10-05", "2013-10-05", "2013-10-06", "warn", "Incident: No weather", None, None),
            ("performance", "2013-10-01", "2013-10-31", None, "alert", "ROC AUC on alert", None, "2013-10"),
        ]
    return found


def order_in_time(state: str, query: Query) -> list[tuple[Any, ...]]:
    """Sentence."""
    return [(sentence,) for sentence in SENTENCES.get(state, SENTENCES["alarming"])]
