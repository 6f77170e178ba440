"""How often a model violated an expectation of its card, by period: as `monitor` found it, the newest row counts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import horizon
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class Check:
    """A check of one expectation (its key) in one period; `basis` names what it rests on, `content` what was found."""

    expectation: str
    period: str
    basis: str
    content: Mapping[str, Any]


def append_check(cursor: duckdb.DuckDBPyConnection, model_id: str, check: Check, recorded_at: datetime) -> None:
    """Record what a check found; `recorded_at` as stored (UTC without zone)."""
    written, key = json.dumps(dict(check.content), sort_keys=True, ensure_ascii=False), figures_key(cursor)
    row = [str(uuid.uuid4()), recorded_at, model_id, check.expectation, check.period, check.basis, written, key]
    insert_row(cursor, "expectation_checks", row)


def list_checks(store: Store, model_id: str, as_of: datetime | None = None) -> list[Check]:
    """The newest check of each expectation and period of a model as known at `as_of`, by expectation and period."""
    statement = (
        "SELECT expectation, period, max_by({'basis': basis, 'content': content}, recorded_at) AS newest "
        "FROM expectation_checks WHERE recorded_at <= ? AND model_id = ? "
        "GROUP BY expectation, period ORDER BY expectation, period"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), model_id]).fetchall()
    return [
        Check(str(key), str(period), str(newest["basis"]), json.loads(newest["content"]))
        for key, period, newest in found
    ]
