"""Example states of the views about value for the gallery: promised and signed, changed twice, never promised."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

Row = tuple[Any, ...]
SIGNED_AT, RECORDED_AT = "2013-02-01T09:00:00Z", "2013-02-01T09:00:00Z"


def outside(state: str, query: Query) -> list[Row]:
    if state in ("unknown", "healthy"):
        return []
    model = query.model or "flight-delay"
    return [
        (model, "weather", "Storm <b>week</b>", "Gusts of 120 km/h", "2013-09-28", "2013-10-04", "anna.keller", None,
         RECORDED_AT),
        (model, "law", "New working hours", None, "2013-12-01", "2013-12-01", None, "cli:root", RECORDED_AT),
    ]  # fmt: skip


def decisions(state: str, query: Query) -> list[Row]:
    if state in ("unknown", "healthy"):
        return []
    model, at = query.model or "flight-delay", "2013-06-01T09:00:00Z"
    return [
        ("d-3", model, "Keep <b>it</b>.", "It earns its cost.", "anna.keller", at, None, None, "2014-06-30", "stated",
         None, None, None),
        ("d-2", model, "Train it again.", "It declines.", "anna.keller", at, "anna.keller", "2013-07-01", None, "done",
         "Version 2 is live.", "anna.keller", "2013-06-20T09:00:00Z"),
        ("d-1", model, "Ask the airlines.", "Data are late.", None, at, "gone", "2013-06-15", None, "overdue",
         None, None, None),
    ]  # fmt: skip


def two_clocks(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    then = ("2013-09-30", 0.81, 0.78, 0.84)
    return [
        ("2013-07", "roc_auc", *then, "measured", 400, 0.80, 0.77, 0.83, 900, -0.01),
        ("2013-08", "roc_auc", *then, "estimated", 0, 0.72, 0.69, 0.75, 850, -0.09),
        ("2013-09", "roc_auc", *then, "estimated", 0, None, None, None, 0, None),
    ]


def value_two_clocks(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    day, promised = "2013-09-30", 12_000.0
    return [
        ("2013-07", day, 14_000.0, 12_500.0, 15_500.0, "realised", promised, "yes",
         13_900.0, 12_600.0, 15_200.0, "realised", promised, "yes", -100.0, "EUR"),
        ("2013-08", day, 13_800.0, 12_100.0, 15_500.0, "estimated", promised, "yes",
         9_000.0, 7_500.0, 10_500.0, "realised", promised, "no", -4_800.0, "EUR"),
        ("2013-09", day, 13_700.0, None, None, "estimated", None, "unknown",
         None, None, None, None, None, None, None, "EUR"),
    ]  # fmt: skip


def status_two_clocks(state: str, query: Query) -> list[Row]:
    day, known = "2013-09-30", "alert" if state == "alarming" else "ok"
    return [
        ("performance", day, "ok", "All key metrics meet their limits.", known, "ROC AUC is below its limit."),
        ("value", day, "unknown", "No outcome is <b>known</b> yet.", "unknown", "No outcome is <b>known</b> yet."),
    ]


def estimate_record(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    few = "Periods with an estimate and known outcomes: 3; a share needs 5."
    return [
        ("roc_auc", 12, 11, 0.917, 0.646, 0.985, 0.65, 1, 0, 2, None),
        ("accuracy", 3, 3, None, None, None, None, None, None, None, few),
    ]


def promises(state: str, query: Query) -> list[Row]:
    model = query.model or "flight-delay"
    if state == "unknown":
        return []
    if state == "alarming":
        return [
            (model, "2013-09-01", None, 9_000.0, "EUR", "anna.keller", "2013-10-02T09:00:00Z", "One <b>base</b> left.",
             "in_force", "event", True, None, "2013-10-02T09:00:00Z"),
            (model, "2013-06-01", "2013-08-31", 21_000.0, "EUR", None, None, None, "replaced", "event", False,
             "cli:root", RECORDED_AT),
            (model, None, "2013-05-31", 15_000.0, "EUR", None, None, None, "replaced", "card", False,
             None, RECORDED_AT),
        ]  # fmt: skip
    return [(model, None, None, 15_000.0, "EUR", "anna.keller", SIGNED_AT, None, "in_force", "card", False, None,
             RECORDED_AT)]  # fmt: skip


def costs(state: str, query: Query) -> list[Row]:
    model = query.model or "flight-delay"
    if state == "unknown":
        return [(model, "running", None, None, "month", None), (model, "training", None, None, "training", None)]
    return [
        (model, "running", None, 900.0, "month", "EUR"),
        (model, "feature", "dep_hour", 120.5, "month", "EUR"),
        (model, "training", None, None if state == "alarming" else 400.0, "training", "EUR"),
    ]


def budget(state: str, query: Query) -> list[Row]:
    model = query.model or "flight-delay"
    if state == "unknown":
        return [(model, None, None, 80_000.0, None, None, "EUR", 0)]
    spent = 91_250.5 if state == "alarming" else 52_000.0
    days = ("2013-01-01", "2013-12-31")
    return [
        (model, *days, 80_000.0, spent, 80_000.0 - spent, "EUR", 2),
        *([(model, *days, None, 300.0, None, "USD", 1)] if state == "alarming" else []),
    ]


def spending(state: str, query: Query) -> list[Row]:
    model = query.model or "flight-delay"
    if state == "unknown":
        return []
    return [
        (model, "2013-04-01", "2013-06-30", "operation", 12_000.0, "EUR", "Servers & <b>feed</b>", "cli:root",
         RECORDED_AT),
        (model, "2013-01-01", "2013-03-31", "development", 40_000.0, "EUR", None, None, RECORDED_AT),
    ]  # fmt: skip


def business_figures(state: str, query: Query) -> list[Row]:
    if state in ("unknown", "healthy"):
        return []
    model = query.model or "flight-delay"
    return [
        (
            model,
            "Complaints <b>a day</b>",
            "2013-09-01",
            "2013-09-30",
            12.5,
            None,
            False,
            "Call centre",
            "cli:root",
            RECORDED_AT,
        ),
        (model, "Crews on standby", "2013-09-01", "2013-09-30", 7.0, "crews", False, None, "anna.keller", RECORDED_AT),
    ]


def retire_or_merge(state: str, query: Query) -> list[Row]:
    if state in ("unknown", "healthy"):
        return []
    twins = "Both predict late; 4 of 4 features are the same by name. Over 300 cases scores rank <b>alike</b>."
    nobody, keeper = (None, None, None), ("anna.keller", "2014-06-30", "It runs <b>beside</b> the other one.")
    rows = [
        ("flight-delay", None, "low_value", "Running it cost 900 EUR.", 900.0, "EUR", "anna.keller", "open", *nobody),
        ("flight-delay", "calm", "twin", twins, 900.0, "EUR", "anna.keller", "kept", *keeper),
        ("calm", "flight-delay", "twin", twins, None, None, None, "open", *nobody),
    ]
    return [row for row in rows if query.model in (None, row[0])]
