"""Trainings of the example models: planned, overdue, under way, and where they clash."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

Row = tuple[Any, ...]
NEEDS = ("gpu-1", 14.0, 30.0)
STATED_AT = "2013-11-04T09:00:00Z"


def retraining_calendar(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    planned = (
        "flight-delay",
        "2030-12-09",
        "2030-W50",
        "planned",
        "plan",
        "ben.orsini",
        *NEEDS,
        "anna.keller",
        "New airport",
    )
    if state == "healthy":
        return [planned]
    return [
        (
            "flight-delay",
            "2013-11-01",
            "2013-W44",
            "overdue",
            "plan",
            "ben.orsini",
            *NEEDS,
            "anna.keller",
            "<b>Late</b>",
        ),
        ("flight-delay", "2013-12-02", "2013-W49", "unknown", "start", None, *NEEDS, "ben.orsini", None),
        planned,
        ("flight-delay", "2031-06-09", "2031-W24", "planned", "policy", None, None, None, None, None, None),
    ]


def retraining_load(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    clash = state == "alarming"
    return [
        (
            "2030-W50",
            "machine",
            "gpu-1",
            3 if clash else 1,
            42.0 if clash else 14.0,
            3 if clash else 1,
            clash,
            "flight-delay",
        ),
        ("2030-W50", "person", "anna.keller", 3 if clash else 1, 90.0 if clash else 30.0, None, clash, "flight-delay"),
    ]


def retraining_plans(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    return [
        ("flight-delay", STATED_AT, "2030-12-09", "2030-12-02", True, "anna.keller", "New airport", None),
        ("flight-delay", "2013-10-04T09:00:00Z", "2030-12-02", None, False, "anna.keller", "<b>Soon</b>", "cli:root"),
    ]


def retraining_runs(state: str, query: Query) -> list[Row]:
    if state in ("unknown", "healthy"):
        return []
    return [
        ("ab12", "flight-delay", "2013-12-02T06:00:00Z", "webhook", "ben.orsini", "2013-12-02", "As planned", "unknown",
         None, None, "it answered 500: <b>oops</b>", None),
        ("ab11", "flight-delay", "2013-06-02T06:00:00Z", "command", None, None, None, "done", "2013-06-02T08:00:00Z",
         "2", "it ended well", "cli:root"),
    ]  # fmt: skip
