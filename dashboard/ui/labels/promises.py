"""Promises in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

PROMISE_STATES: dict[str, str] = {
    "in_force": mark("in force"),
    "to_come": mark("not yet in force"),
    "replaced": mark("replaced"),
}

PROMISE_SOURCES: dict[str, str] = {
    "card": mark("model card"),
    "event": mark("promise"),
}
