"""Processes with their models, and what an outage takes with it."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query


def process_map(state: str, query: Query) -> list[tuple[Any, ...]]:
    """Crew planning relies on the flight model; in the state `unknown` nobody said what it bears."""
    hours, fallback, cost = (None, None, None) if state == "unknown" else (4.0, "Fixed standby roster", 20.5)
    return [("crew-planning", "flight-delay", "crew-desk", "anna.keller", hours, fallback, cost, cost and "EUR")]


def outage(state: str, query: Query) -> list[tuple[Any, ...]]:
    """The flight model, its consumer, its process, and two people to call."""
    hours = query.hours or 1.0
    stops, bears, lost = (None, None, None) if state == "unknown" else (hours > 4, 4.0, 20.5 * hours)
    return [
        (1, "model", f"model:{query.model}", str(query.model), True, None, lost, lost and "EUR", None, None),
        (2, "use", "use:crew-desk", str(query.model), True, None, None, None, None, None),
        (
            3,
            "process",
            "process:crew-planning",
            str(query.model),
            stops,
            bears,
            None,
            None,
            "Fixed standby roster",
            None,
        ),
        (4, "call", "person:ben", str(query.model), None, None, None, None, None, "ml_engineer"),
        (5, "call", "person:anna.keller", "crew-planning", None, None, None, None, None, "process_owner"),
    ]
