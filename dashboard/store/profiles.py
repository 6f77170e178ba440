"""Profile layouts, profiles and monitor runs in the store."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store, append_rows, rows
from dashboard.store.engine.selection import Models, of_models

PERIOD, REFERENCE = "period", "reference"


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
        f"SELECT model_id, fact_id, content FROM profile_layouts WHERE recorded_at <= ? AND {only} "
        "QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY recorded_at DESC) = 1"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    return {str(model): (str(layout_id), str(content)) for model, layout_id, content in found}


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
    cursor.execute(
        "INSERT INTO profile_layouts VALUES (?, ?, ?, ?, ?)", [layout_id, recorded_at, model_id, basis, content]
    )


def append_profiles(
    cursor: duckdb.DuckDBPyConnection,
    model_id: str,
    layout_id: str,
    recorded_at: datetime,
    profiles: Iterable[ProfileRow],
) -> int:
    """Add profiles; a newer one of the same period and segment supersedes the older, which stays readable."""
    values = [
        (
            str(uuid.uuid4()), recorded_at, layout_id, model_id, p.version, p.scope, p.period_start,
            p.segment_column, p.segment_value, p.predictions, p.labelled, p.features, p.outcomes,
        )
        for p in profiles
    ]  # fmt: skip
    append_rows(cursor, "profiles", values)
    return len(values)


def append_run(cursor: duckdb.DuckDBPyConnection, model_id: str, run: MonitorRun, actor: str, periods: int) -> None:
    """Record that profiles were brought up to date."""
    cursor.execute(
        "INSERT INTO monitor_runs VALUES (?, ?, ?, ?, ?, ?, ?)",
        [str(uuid.uuid4()), run.recorded_at, actor, model_id, run.layout_id, run.known_until, periods],
    )


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
    where = ["layout_id = ?", "scope = ?", "recorded_at <= ?"]
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
    blocks = "".join(f", {name}" for name in columns if name in ("features", "outcomes"))
    statement = (
        f"SELECT version, period_start, segment_value, predictions, labelled{blocks} FROM profiles "
        f"WHERE {' AND '.join(where)} "
        "QUALIFY row_number() OVER (PARTITION BY version, period_start, segment_column, segment_value "
        "ORDER BY recorded_at DESC) = 1 ORDER BY period_start, version, segment_value"
    )
    with store.cursor() as cursor:
        return rows(cursor, statement, values)


def profiles_within(
    store: Store,
    spans: Mapping[str, tuple[datetime, datetime]],
    *,
    scope: str = PERIOD,
    column: str | None = None,
    grouped: bool = False,
    as_of: datetime | None = None,
) -> dict[str, list[dict[str, object]]]:
    """The profiles in force of many layouts at once, by layout and in order; each within its own span.

    `column` is the block to read (features, outcomes; None: counts of rows alone), `grouped` reads every value of every
    segment instead of the whole; rows tell `segment_column` too.
    """
    block = f", p.{column}" if column in ("features", "outcomes") else ""
    statement = (
        "WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS layout_id, unnest(?::TIMESTAMP[]) AS first, "
        "unnest(?::TIMESTAMP[]) AS last) "
        "SELECT p.layout_id, p.version, p.period_start, p.segment_column, p.segment_value, p.predictions, p.labelled"
        f"{block} FROM profiles p JOIN wanted w ON p.layout_id = w.layout_id "
        "AND p.period_start BETWEEN w.first AND w.last WHERE p.scope = ? AND p.recorded_at <= ? "
        f"AND p.segment_column IS {'NOT ' if grouped else ''}NULL "
        "QUALIFY row_number() OVER (PARTITION BY p.layout_id, p.version, p.period_start, p.segment_column, "
        "p.segment_value ORDER BY p.recorded_at DESC) = 1 ORDER BY p.period_start, p.version, p.segment_value"
    )
    firsts, lasts = [span[0] for span in spans.values()], [span[1] for span in spans.values()]
    found: dict[str, list[dict[str, object]]] = {layout_id: [] for layout_id in spans}
    with store.cursor() as cursor:
        for row in rows(cursor, statement, [list(spans), firsts, lasts, scope, horizon(as_of)]):
            found[str(row["layout_id"])].append(row)
    return found


def monthly_volumes(
    store: Store, as_of: datetime | None = None, models: Models = None, busiest: int | None = None
) -> list[dict[str, object]]:
    """Predictions and labels of models by month: model, period, period_start, predictions, labelled.

    With `busiest` only so many models are told apart; the others are added up, with no model.
    """
    only, chosen = of_models(models)
    most = "ALL" if busiest is None else f"{busiest:d}"
    statement = (
        f"WITH layouts AS (SELECT fact_id FROM profile_layouts WHERE recorded_at <= ? AND {only} "
        "QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY recorded_at DESC) = 1), "
        "latest AS (SELECT p.model_id, p.period_start, p.predictions, p.labelled FROM profiles p "
        "SEMI JOIN layouts l ON p.layout_id = l.fact_id "
        "WHERE p.scope = 'period' AND p.segment_column IS NULL AND p.recorded_at <= ? "
        "QUALIFY row_number() "
        "OVER (PARTITION BY p.model_id, p.version, p.period_start ORDER BY p.recorded_at DESC) = 1), "
        "months AS (SELECT model_id, date_trunc('month', period_start)::TIMESTAMP AS period_start, "
        "sum(predictions) AS predictions, sum(labelled) AS labelled FROM latest GROUP BY ALL), "
        "apart AS (SELECT model_id FROM months GROUP BY model_id "
        f"ORDER BY sum(predictions) DESC, model_id LIMIT {most}) "
        "SELECT apart.model_id AS model, strftime(period_start, '%Y-%m') AS period, period_start, "
        "sum(predictions)::BIGINT AS predictions, sum(labelled)::BIGINT AS labelled "
        "FROM months LEFT JOIN apart USING (model_id) GROUP BY ALL ORDER BY 1 NULLS LAST, 3"
    )
    with store.cursor() as cursor:
        return rows(cursor, statement, [horizon(as_of), *chosen, horizon(as_of)])


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
