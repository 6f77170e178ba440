"""Reasons to retire or merge models, in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

REASONS: dict[str, str] = {
    "unused": mark("Unused"),
    "low_value": mark("Costs more than it brings"),
    "twin": mark("Does the same as another"),
}
STATES: dict[str, str] = {"open": mark("Open"), "kept": mark("Kept by decision")}
