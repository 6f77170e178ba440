"""The gallery's frames about people: who carries what, what is missing, what is known, who could take over."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

Rows = list[tuple[Any, ...]]


def candidates(state: str, query: Query) -> Rows:
    return [
        ("deputy", "anna.keller", "Anna Keller", "is in the team operations"),
        ("ml_engineer", "anna.keller", "Anna Keller", "worked on this model"),
    ]


def departures(state: str, query: Query) -> Rows:
    if state == "unknown":
        return []
    return [
        ("anna.keller", "flight-delay", "accountable_executive", state == "alarming", None, None),
        ("anna.keller", "calm", "accountable_executive", False, None, None),
    ]


def gaps(state: str, query: Query) -> Rows:
    if state == "healthy":
        return []
    if state == "unknown":
        return [("calm", "no_accountable_executive", "high", None, None, "Nobody is accountable for it.")]
    return [
        ("flight-delay", "no_deputy", "medium", "anna.keller", "2013-04-01", "Nobody stands in."),
        ("flight-delay", "person_left", "high", "anna.keller", "2013-05-01", "Ben Gone left."),
        ("flight-delay", "no_tests", "medium", "anna.keller", "2013-04-01", "No test run is recorded."),
    ]


def knowledge(state: str, query: Query) -> Rows:
    if state == "unknown":
        return [("flight-delay", None, 0, 0, None, None, None, None, None, None, None, "Nothing is recorded.")]
    level = 5 if state == "alarming" else 1
    days = ("2013-03-31", None, "2013-05-01", "2013-12-31")
    return [("flight-delay", level, 1, 1, "anna.keller", 1.0, *days, "anna.keller", "Only one worked on it.")]


def loads(state: str, query: Query) -> Rows:
    if state == "unknown":
        return []
    return [("anna.keller", "Anna Keller", "operations", True, 2, 0, 0, 2, 1.0, state == "alarming")]


def team_loads(state: str, query: Query) -> Rows:
    if state == "unknown":
        return []
    alone = (2, 1) if state == "alarming" else (0, 0)
    return [("operations", 1, 2, 0, 2, *alone, 2, 1.0), (None, 1, 0, 0, 1, 0, 0, 1, 0.5)]
