"""States of decisions in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

DECISION_STATES: dict[str, str] = {
    "open": mark("open"),
    "overdue": mark("overdue"),
    "done": mark("done"),
    "dropped": mark("dropped"),
    "stated": mark("holds"),
}
OUTCOMES: dict[str, str] = {"done": mark("done"), "dropped": mark("dropped")}
COLOURS: dict[str, str] = {"open": "blue", "overdue": "red", "done": "green", "dropped": "gray", "stated": "gray"}
