"""The gallery's frames of figures: performance, drift and what belongs to them."""

from __future__ import annotations

import math
from typing import Any

from dashboard.views.query import Query
from dashboard.words import translate
from tests.gallery.states import FEATURES, MONTHS, WORST


def targets(state: str, query: Query) -> list[tuple[Any, ...]]:
    value = None if state == "unknown" else 0.62 if state == "alarming" else 0.71
    return [("roc_auc", 0.70, 0.65, value, 0.60, 0.73, 0.72, WORST[state], "2013-12", "higher", "As wanted.")]


def performance(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return [(month, "roc_auc", None, None, None, 4_000, 0, "unknown", "No outcome is known.") for month in MONTHS]
    rows: list[tuple[Any, ...]] = []
    for number, month in enumerate(MONTHS):
        status = _metric_status(state, number)
        value = 0.62 if status == "alert" else 0.70 + 0.005 * number
        said = {"alert": "beyond the limit", "warn": "beyond the target"}.get(status, "and meets the target")
        rows.append((month, "accuracy", 0.8, 0.79, 0.81, 4_000, 3_900, "ok", "No target is set."))
        reason = f"ROC AUC is {value:.3f}, {said}."
        rows.append((month, "roc_auc", value, value - 0.02, value + 0.02, 4_000, 3_900, status, reason))
    return rows


def estimate(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [(month, "roc_auc", 0.69, 0.66, 0.72, 4_000, None) for month in MONTHS]


def availability(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    missing = 40 if state == "alarming" else 0
    return [(month, 4_000 + missing, 4_000, missing, missing / (4_000 + missing)) for month in MONTHS]


def classes(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [
        (None, name, metric, 0.7 + 0.05 * place, 0.65, 0.85, 400, 380)
        for place, name in enumerate(("slight", "serious", "(other)"))
        for metric in ("precision", "recall", "f1")
    ]


def calibration(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    shift = 0.2 if state == "alarming" else 0.0
    centres = [0.05 + 0.1 * number for number in range(10)]
    return [
        (
            None,
            number,
            at - 0.05,
            at + 0.05,
            at,
            min(1.0, at + shift),
            max(0.0, at + shift - 0.04),
            min(1.0, at + shift + 0.04),
            400,
        )
        for number, at in enumerate(centres)
    ]


def confusion(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    rows: list[tuple[Any, ...]] = []
    for step in range(101):
        cut = step / 100
        found, alarms = int(1_000 * (1 - cut)), int(3_000 * (1 - cut) ** 2)
        precision = found / (found + alarms) if found + alarms else math.nan
        counts = (found, alarms, 1_000 - found, 3_000 - alarms)
        f1 = 2 * found / (2 * found + alarms + 1_000 - found)
        rows.append(
            (cut, *counts, precision, found / 1_000, f1, (found + 3_000 - alarms) / 4_000, (found + alarms) / 4_000)
        )
    return rows


def groups(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "unknown" else [("carrier", "EV"), ("carrier", "HA"), ("origin", "JFK")]


def segments(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    return [
        ("carrier", "EV", "roc_auc", 0.61, 0.57, 0.65, 900, 880, -0.1, 0.02, WORST[state]),
        ("origin", "JFK", "roc_auc", 0.72, 0.70, 0.74, 2_000, 1_900, 0.01, 0.0, "ok"),
        ("carrier", "HA", "roc_auc", None, None, None, 8, 7, None, None, "unknown"),
    ]


def drift(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        (month, feature, query.method or "psi", *_with_importance(state, feature), *_sides(state, query))
        for feature in ([query.feature] if query.feature else FEATURES)
        for month in MONTHS
    ]


def ranking(state: str, query: Query) -> list[tuple[Any, ...]]:
    rows = []
    for feature, share in FEATURES.items():
        value, importance, status = _with_importance(state, feature)
        relevance = value * share if value is not None else None
        shown = (feature, query.method or "psi", value, importance, relevance, status)
        rows.append((*shown, *_sides(state, query)))
    return sorted(rows, key=lambda row: -(row[4] or 0))


def distribution(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        (query.feature, number, f"{number} – {number + 1}", number, number + 1, 100.0, 0.1, 90.0 + number, 0.09)
        for number in range(10)
    ]


def _metric_status(state: str, number: int) -> str:
    return "alert" if state == "alarming" and number in (0, 8) else "warn" if state == "simulated" else "ok"


def _drift_value(state: str, feature: str) -> tuple[float | None, str]:
    if state == "unknown":
        return None, "unknown"
    if state == "alarming":
        return {"dep_hour": (0.4, "alert"), "temp": (3.0, "warn")}.get(feature, (0.03, "ok"))
    return 0.02, "ok"


def _sides(state: str, query: Query) -> tuple[Any, ...]:
    """Rows of both sides, what chance makes of the value, and the reason, as the views have them behind the status."""
    if state == "unknown":
        return 12, 4_000, None, None, None, translate("No predictions after the reference yet.", query.language)
    return 900, 4_000, 0.0, 0.01, 0.04, translate("Distributed as in the reference.", query.language)


def _with_importance(state: str, feature: str) -> tuple[Any, ...]:
    value, status = _drift_value(state, feature)
    return value, FEATURES.get(feature) if state != "unknown" else None, status


def quality(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    rows: list[tuple[Any, ...]] = []
    for number, month in enumerate(MONTHS):
        bad = state == "alarming" and number >= 6
        share, status, affected = (0.12, "alert", 480) if bad else (0.0, "ok", 0)
        reason = "Temperature has no value in 480 of 4,000 rows; the card requires one." if bad else None
        fine = (0.0, 0.0, "ok", 0, None, None)
        rows += [
            (month, "temp", "completeness", "required", share, 0.0, status, affected, None, None, 0.02, 4_000,
             "2013-10-03" if bad else None, reason, "log", None),
            (month, "carrier", "consistency", "never seen", *fine, 0.3, 4_000, None, None, "log", None),
            (month, None, "availability", "rows of the period", *fine, None, 4_000, None, None, "log", None),
        ]  # fmt: skip
    return rows


def quality_faults(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state not in ("alarming", "simulated") or query.model not in (None, "flight-delay"):
        return []
    harm = ("roc_auc", 0.61, 410, 0.72, 3_300, -0.15, -0.07, 5_200.0, "EUR")
    reason = "Temperature has no value in 480 of 4,000 rows; the card requires one."
    said = ("assigned", "anna.keller", "ben", None, None, None)
    over = ("resolved", None, None, "anna.keller", "source_repaired", "The feed runs again.")
    missing = ("flight-delay", "temp", "completeness", "required", "2013-10-03", "2013-12", True, "alert")
    gap = ("flight-delay", None, "availability", "rows of the period", "2013-06-04", "2013-06", False, "warn")
    found, few = "2013-11-02T08:00:00Z", "120 of the 4,000 rows that are usual did not come."
    told = ("flight-delay", "wind", "consistency", "unique", "2013-12-20", "2013-12-24", True, "warn")
    meant = "dwh/weather, wind: unique failed."
    return [
        ("f1", *missing, 1_440, 12_000, 0.12, 0.02, *harm, *said, found, reason, "Temperature", "log"),
        ("f3", *told, 96, None, None, 0.01, *[None] * 9, "new", *[None] * 5, found, meant, "Wind", "dwh/weather"),
        ("f2", *gap, 120, 4_000, 0.03, None, *[None] * 9, *over, found, few, None, "log"),
    ]
