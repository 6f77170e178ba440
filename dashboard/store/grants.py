"""What is open to each person: roles in the program, and by process and team whose models they see."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb

from dashboard.store.engine.clock import as_utc, horizon, now, stored
from dashboard.store.engine.database import Store, rows


@dataclass(frozen=True)
class Grant:
    """The access of one person. Empty `processes` and `teams` mean every model; no role means no access."""

    person: str
    roles: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class RecordedGrant:
    """A grant as it was recorded: when and by whom."""

    grant: Grant
    recorded_at: datetime
    actor: str


def append_grant(cursor: duckdb.DuckDBPyConnection, grant: Grant, actor: str) -> None:
    """Record what is open to a person from now on; it replaces what was before."""
    content = {name: value for name, value in asdict(grant).items() if name != "person"}
    values = [str(uuid.uuid4()), stored(now()), actor, grant.person, json.dumps(content, ensure_ascii=False)]
    cursor.execute("INSERT INTO access_grants VALUES (?, ?, ?, ?, ?)", values)


def list_grants(store: Store, as_of: datetime | None = None) -> dict[str, RecordedGrant]:
    """The grant in force of every person that ever had one, by person, as known at `as_of`."""
    statement = (
        "SELECT * FROM access_grants WHERE recorded_at <= ? "
        "QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY recorded_at DESC) = 1 ORDER BY person_id"
    )
    with store.cursor() as cursor:
        return {str(row["person_id"]): _recorded(row) for row in rows(cursor, statement, [horizon(as_of)])}


def _recorded(row: dict[str, object]) -> RecordedGrant:
    recorded_at = row["recorded_at"]
    assert isinstance(recorded_at, datetime)
    content = json.loads(str(row["content"]))
    lists = {name: tuple(content[name]) for name in ("roles", "processes", "teams")}
    grant = Grant(str(row["person_id"]), reason=content["reason"], **lists)
    return RecordedGrant(grant, as_utc(recorded_at), str(row["actor"]))
