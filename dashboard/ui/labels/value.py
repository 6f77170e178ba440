"""Verdicts on value and parts of money in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

ANSWERS: dict[str, str] = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("not known yet")}
STATUS_OF: dict[str, str] = {"yes": "ok", "no": "alert", "unknown": "unknown"}
SOURCES: dict[str, str] = {
    "realised": mark("known outcomes"),
    "estimated": mark("scores alone"),
    "reported": mark("figures of the business"),
}
PARTS: dict[str, str] = {
    "true_positive": mark("Found"),
    "false_positive": mark("False alarms"),
    "false_negative": mark("Missed"),
    "true_negative": mark("Correctly not selected"),
    "per_prediction": mark("Each prediction"),
    "over_per_unit": mark("Units predicted too high"),
    "under_per_unit": mark("Units predicted too low"),
}
MOVES: dict[str, str] = {
    "volume": mark("number of cases"),
    "mix": mark("other cases"),
    "quality": mark("quality of predictions"),
}
