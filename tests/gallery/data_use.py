"""Who uses which data how."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

FLIGHTS = "postgres://ops:5432/bts.on_time"
FEATURES = "postgres://dwh:5432/features.flight_delay"


def data_use(state: str, query: Query) -> list[tuple[Any, ...]]:
    """The flight model's three tables, one of which the calm model uses, too; in `alarming` a check fails."""
    team = None if state == "unknown" else "operations"
    unknown = (None, "unknown", None, None, None, None, None, None)
    well = (1.0, "ok", None, None, 1.0, "2013-12-30", None, None)
    failed = (0.75, "alert", "temp: not_null", "2013-12-29", 0.9, "2013-12-30", "2014-01-05", None)
    checked = {"unknown": unknown, "alarming": failed}.get(state, well)
    known = None if state == "unknown" else True
    rows: list[tuple[Any, ...]] = [
        (team, FEATURES, "flight-delay", "features", "rebooking, crew-standby", known, FLIGHTS, *checked),
        (team, FLIGHTS, "flight-delay", "features", "rebooking, crew-standby", None, "postgres://ops:5432", *unknown),
        (team, "dataset/q1", "flight-delay", "training", "rebooking, crew-standby", False, FLIGHTS, *unknown),
        ("pricing", FLIGHTS, "calm", "labels", None, None, "postgres://ops:5432", *unknown),
    ]
    return [row for row in rows if query.model in (None, row[2])]
