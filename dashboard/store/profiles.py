"""Profile layouts, profiles and monitor runs in the store."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import duckdb

from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store, append_rows, rows
from dashboard.store.engine.selection import Models, of_models

# A period's rows that count, the reference's, and a period's scores by versions that did not count.
PERIOD, REFERENCE, SHADOW = "period", "reference", "shadow"
# The number of predictions of a profile that has lost all its rows; one of rows without any score has 0 of them. It is
# told by a number, since blocks are costly to read.
GONE = -1
CELLS = (
    "layout_id", "scope", "version", "period_start", "segment_column", "segment_value", "place", "predictions",
    "labelled",
)  # fmt: skip
# Comparisons of rows with a list of places that take less than planning a join.
MOST_COMPARED = 1_000_000


@dataclass(frozen=True)
class ProfileRow:
    """One stored profile: where it belongs, how many rows stand behind it, and its two blocks."""

    version: str
    scope: str
    period_start: datetime
    segment_column: str | None
    segment_value: str | None
    predictions: int
    labelled: int
    features: bytes
    outcomes: bytes


@dataclass(frozen=True)
class MonitorRun:
    """One computation of profiles: its layout and until when labels and files were taken into account (UTC)."""

    layout_id: str
    known_until: datetime
    recorded_at: datetime


def find_layout(store: Store, model_id: str, as_of: datetime | None = None) -> tuple[str, str, str] | None:
    """The layout in force: (layout_id, basis, content), or None."""
    with store.cursor() as cursor:
        found = cursor.execute(
            "SELECT fact_id, basis, content FROM profile_layouts WHERE model_id = ? AND recorded_at <= ? "
            "ORDER BY recorded_at DESC LIMIT 1",
            [model_id, horizon(as_of)],
        ).fetchone()
    return (str(found[0]), str(found[1]), str(found[2])) if found else None


def layouts_in_force(store: Store, as_of: datetime | None = None, models: Models = None) -> dict[str, tuple[str, str]]:
    """The layout in force of models: its id and its content."""
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id, max_by({'id': fact_id, 'content': content}, recorded_at) FROM profile_layouts "
        f"WHERE recorded_at <= ? AND {only} GROUP BY model_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    return {str(model): (str(newest["id"]), str(newest["content"])) for model, newest in found}


def last_run(store: Store, model_id: str, as_of: datetime | None = None) -> MonitorRun | None:
    """The newest monitor run of a model."""
    with store.cursor() as cursor:
        found = cursor.execute(
            "SELECT layout_id, known_until, recorded_at FROM monitor_runs WHERE model_id = ? AND recorded_at <= ? "
            "ORDER BY recorded_at DESC LIMIT 1",
            [model_id, horizon(as_of)],
        ).fetchone()
    return MonitorRun(*found) if found else None


def append_layout(
    cursor: duckdb.DuckDBPyConnection, model_id: str, layout_id: str, basis: str, content: str, recorded_at: datetime
) -> None:
    """Keep a layout; `recorded_at` as stored (UTC without zone)."""
    row = [layout_id, recorded_at, model_id, basis, content, figures_key(cursor)]
    insert_row(cursor, "profile_layouts", row)


def append_profiles(
    cursor: duckdb.DuckDBPyConnection,
    model_id: str,
    layout_id: str,
    recorded_at: datetime,
    profiles: Iterable[ProfileRow],
) -> int:
    """Add profiles; a newer one of the same period and segment supersedes the older, which stays readable."""
    key = figures_key(cursor)
    values = [
        (
            str(uuid.uuid4()), recorded_at, layout_id, model_id, p.version, p.scope, p.period_start,
            p.segment_column, p.segment_value, p.predictions, p.labelled, p.features, p.outcomes, key,
        )
        for p in profiles
    ]  # fmt: skip
    append_rows(cursor, "profiles", values)
    return len(values)


def append_run(cursor: duckdb.DuckDBPyConnection, model_id: str, run: MonitorRun, actor: str, periods: int) -> None:
    """Record that profiles were brought up to date."""
    key = figures_key(cursor)
    row = [str(uuid.uuid4()), run.recorded_at, actor, model_id, run.layout_id, run.known_until, periods, key]
    insert_row(cursor, "monitor_runs", row)


def list_profiles(  # noqa: PLR0913 - each one narrows the reading
    store: Store,
    layout_id: str,
    *,
    scope: str = PERIOD,
    columns: Sequence[str] = ("features", "outcomes"),
    span: tuple[datetime, datetime] | None = None,
    version: str | None = None,
    segment: tuple[str, str | None] | None = None,
    as_of: datetime | None = None,
) -> list[dict[str, object]]:
    """The profiles in force, by period, version and segment value.

    `segment` None reads the whole, (column, None) every value of a column, (column, value) one. `span` are local period
    starts, both inclusive.
    """
    where = ["p.layout_id = ?", "p.scope = ?", "p.recorded_at <= ?"]
    values: list[object] = [layout_id, scope, horizon(as_of)]
    if span is not None:
        where.append("period_start >= ? AND period_start <= ?")
        values += list(span)
    if version is not None:
        where.append("version = ?")
        values.append(version)
    if segment is None:
        where.append("segment_column IS NULL")
    else:
        where.append("segment_column = ?")
        values.append(segment[0])
        if segment[1] is not None:
            where.append("segment_value = ?")
            values.append(segment[1])
    with store.cursor() as cursor:
        found = _newest(cursor, f"WHERE {' AND '.join(where)}", values)
        return _with_blocks(cursor, found, columns)


def profiles_within(
    store: Store,
    spans: Mapping[str, tuple[datetime, datetime]],
    *,
    scope: str | None = None,
    column: str | None = None,
    grouped: bool = False,
    as_of: datetime | None = None,
) -> dict[str, list[dict[str, object]]]:
    """The profiles in force of many layouts at once, by layout and in order; each within its own span.

    `scope` None reads periods and references, `column` is the block to read (features, outcomes; None: counts of rows
    alone), `grouped` reads every value of every segment instead of the whole; rows tell `segment_column` too.
    """
    wanted, values = _wanted(spans)
    where = f"{wanted} AND p.recorded_at <= ? AND p.segment_column IS {'NOT ' if grouped else ''}NULL"
    values.append(horizon(as_of))
    if scope is not None:
        where += " AND p.scope = ?"
        values.append(scope)
    else:
        where += f" AND p.scope <> '{SHADOW}'"
    with store.cursor() as cursor:
        read = _with_blocks(cursor, _newest(cursor, where, values), [column] if column else [])
    found: dict[str, list[dict[str, object]]] = {layout_id: [] for layout_id in spans}
    for row in read:
        found[str(row["layout_id"])].append(row)
    return found


def with_block(store: Store, profiles: Sequence[Mapping[str, object]], column: str) -> list[dict[str, object]]:
    """Rows of `profiles_within` with one block more (features, outcomes)."""
    with store.cursor() as cursor:
        return _with_blocks(cursor, profiles, [column])


def _newest(cursor: duckdb.DuckDBPyConnection, where: str, values: Sequence[object]) -> list[dict[str, object]]:
    """The newest of each profile of table `p`, without its blocks, by period, version and segment value.

    `place` is its row in the store: profiles are only added, so that it stays where it is.
    """
    # Several times quicker to plan than a window over the rows, and superseded blocks are not read.
    statement = (
        "SELECT p.layout_id, p.scope, p.version, p.period_start, p.segment_column, p.segment_value, "
        "max_by(p.rowid, p.recorded_at), max_by(p.predictions, p.recorded_at), max_by(p.labelled, p.recorded_at) "
        f"FROM profiles p {where} GROUP BY ALL HAVING max_by(p.predictions, p.recorded_at) <> {GONE}"
    )
    found = cursor.execute(statement, list(values)).fetchall()
    found.sort(key=lambda row: (row[3], row[2], row[5] is None, row[5] or "", row[4] or "", row[1]))
    return [dict(zip(CELLS, row, strict=True)) for row in found]


def _with_blocks(
    cursor: duckdb.DuckDBPyConnection, profiles: Sequence[Mapping[str, object]], columns: Sequence[str]
) -> list[dict[str, object]]:
    """Profiles with some of their blocks, in the same order."""
    names = [name for name in columns if name in ("features", "outcomes")]
    if not names or not profiles:
        return [dict(row) for row in profiles]
    places = [cast(int, row["place"]) for row in profiles]
    first, last = min(places), max(places)
    # What lies together is found by looking at it all; DuckDB plans that in half the time of a join.
    near = (last - first + 1) * len(places) <= MOST_COMPARED
    chosen = "list_contains(?::BIGINT[], rowid)" if near else "rowid IN (SELECT unnest(?::BIGINT[]))"
    statement = f"SELECT rowid, {', '.join(names)} FROM profiles WHERE rowid BETWEEN ? AND ? AND {chosen}"
    read = cursor.execute(statement, [first, last, places]).fetchall()
    blocks = {place: dict(zip(names, found, strict=True)) for place, *found in read}
    return [{**row, **blocks[row["place"]]} for row in profiles]


def _wanted(spans: Mapping[str, tuple[datetime, datetime]]) -> tuple[str, list[object]]:
    """The condition that keeps the profiles of layouts within their spans, and its values."""
    if len(spans) == 1:
        # Planned in half the time of a join.
        ((layout_id, span),) = spans.items()
        return "WHERE p.layout_id = ? AND p.period_start BETWEEN ? AND ?", [layout_id, *span]
    firsts, lasts = [span[0] for span in spans.values()], [span[1] for span in spans.values()]
    return (
        "JOIN (SELECT unnest(?::VARCHAR[]) AS layout_id, unnest(?::TIMESTAMP[]) AS first, "
        "unnest(?::TIMESTAMP[]) AS last) w ON p.layout_id = w.layout_id "
        "WHERE p.period_start BETWEEN w.first AND w.last"
    ), [list(spans), firsts, lasts]


def monthly_volumes(
    store: Store, as_of: datetime | None = None, models: Models = None, busiest: int | None = None
) -> list[dict[str, object]]:
    """Predictions and labels of models by month: model, period, period_start, predictions, labelled.

    With `busiest` only so many models are listed singly; the others are added up, with no model.
    """
    only, chosen = of_models(models)
    months = (
        "SELECT model_id AS model, strftime(period_start, '%Y-%m') AS period, "
        "date_trunc('month', period_start)::TIMESTAMP AS period_start, "
        "sum(newest.predictions)::BIGINT AS predictions, sum(newest.labelled)::BIGINT AS labelled FROM ("
        "SELECT model_id, period_start, max_by({'predictions': predictions, 'labelled': labelled}, recorded_at) "
        "AS newest FROM profiles WHERE scope = 'period' AND segment_column IS NULL AND recorded_at <= ? "
        "AND layout_id IN (SELECT max_by(fact_id, recorded_at) FROM profile_layouts "
        f"WHERE recorded_at <= ? AND {only} GROUP BY model_id) GROUP BY model_id, version, period_start"
        f") WHERE newest.predictions <> {GONE} GROUP BY ALL"
    )
    statement = months if busiest is None else _busiest(months, busiest)
    with store.cursor() as cursor:
        found = rows(cursor, statement, [horizon(as_of), horizon(as_of), *chosen])
    return sorted(found, key=lambda row: (row["model"] is None, row["model"], row["period"]))


def _busiest(months: str, most: int) -> str:
    """The months of the models with most predictions, and of all others together."""
    return (
        f"WITH months AS ({months}), apart AS (SELECT model FROM months GROUP BY model "
        f"ORDER BY sum(predictions) DESC, model LIMIT {most:d}) "
        "SELECT apart.model, period, period_start, sum(predictions)::BIGINT AS predictions, "
        "sum(labelled)::BIGINT AS labelled FROM months LEFT JOIN apart USING (model) GROUP BY ALL"
    )


def last_runs(store: Store, as_of: datetime | None = None, models: Models = None) -> dict[str, datetime]:
    """Return when each model was monitored last, as known at `as_of` (UTC, aware)."""
    only, chosen = of_models(models)
    statement = (
        f"SELECT model_id, max(recorded_at) AS at FROM monitor_runs WHERE recorded_at <= ? AND {only} GROUP BY model_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    return {str(model): as_utc(at) for model, at in found}


def last_monitor_run(store: Store) -> datetime | None:
    """Return when monitoring ran last for any model (UTC, aware); None if it never did."""
    with store.cursor() as cursor:
        found = cursor.execute("SELECT max(recorded_at) FROM monitor_runs").fetchone()
    return as_utc(found[0]) if found and found[0] is not None else None
