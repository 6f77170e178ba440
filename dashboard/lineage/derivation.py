"""Bring the derived tables up to date: one statement for each event, made anew when the rules of deriving changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.lineage.statements import Statement, named_in, statement_of
from dashboard.store.audit.facts import canonical
from dashboard.store.engine.database import Store
from dashboard.store.lineage_statements import (
    Derived,
    StatementRows,
    append_statements,
    begin_derivation,
    derived_so_far,
    events_at,
    events_without_statement,
    throw_away,
)

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 2_000
# Key, recorded at, event time (UTC, naive), content.
EventRow = tuple[str, datetime, datetime, Mapping[str, Any]]


@cache
def rules_of_deriving() -> str:
    """The SHA-256 of the program's files that say what an event says."""
    digest = hashlib.sha256()
    for name in ("statements.py", "measured.py", "names.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


def derive_events(cursor: duckdb.DuckDBPyConnection, events: Iterable[EventRow]) -> None:
    """Write what new events say, in the transaction that records them; the cost does not depend on what is there."""
    begin_derivation(cursor, rules_of_deriving())
    append_statements(cursor, rows_of(events))


def rows_of(events: Iterable[EventRow]) -> StatementRows:
    """The rows of the derived tables for some events."""
    rows = StatementRows()
    for event in events:
        _add(rows, event)
    return rows


def bring_up_to_date(store: Store) -> Derived:
    """Derive what has not been derived yet, everything anew after the rules changed; tells how far it is."""
    with store.cursor() as cursor:
        found = derived_so_far(cursor)
    if found.events == found.statements and found.rules in (rules_of_deriving(), None):
        return found
    with store.writing() as cursor:
        found = derived_so_far(cursor)
        if found.rules != rules_of_deriving() or found.statements > found.events:
            throw_away(cursor, rules_of_deriving())
        missing = events_without_statement(cursor)
        for start in range(0, len(missing), AT_ONCE):
            events = events_at(cursor, missing[start : start + AT_ONCE])
            derive_events(cursor, ((key, at, when, json.loads(text)) for key, at, when, text in events))
        return derived_so_far(cursor)


def make_again(store: Store) -> None:
    """Throw away what was derived, and derive it from the events."""
    with store.writing() as cursor:
        throw_away(cursor, rules_of_deriving())
    bring_up_to_date(store)


def _add(rows: StatementRows, event: EventRow) -> None:
    key, recorded_at, happened_at, content = event
    reported = statement_of(content)
    relations = [
        (one.scope, one.kind, one.source, one.source_column, one.target, one.target_column, one.detail)
        for one in reported.relations
    ]
    descriptions = [(one.subject, one.facet, one.content) for one in reported.descriptions]
    said, described = _hash(relations), _hash(descriptions)
    run = reported.run, reported.origin, reported.parent_run, reported.streaming
    ended = reported.error, reported.nominal_time
    rows.statements.append((key, recorded_at, happened_at, reported.state, *run, said, described, *ended))
    if said is not None:
        rows.relations[said] = [(said, *row) for row in relations]
    if described is not None:
        rows.descriptions[described] = [(described, *row) for row in descriptions]
    rows.names.update(named_in(content, reported))
    rows.measurements += _measured(event, reported)


def _measured(event: EventRow, reported: Statement) -> list[tuple[object, ...]]:
    key, recorded_at, happened_at, _ = event
    return [
        (
            key, recorded_at, happened_at, reported.run, one.dataset, one.column, one.measure, one.name, one.passed,
            one.content,
        )
        for one in reported.measurements
    ]  # fmt: skip


def _hash(rows: list[Any]) -> int | None:
    """A number of 64 bits that stands for what is said; None for nothing."""
    if not rows:
        return None
    return int.from_bytes(hashlib.sha256(canonical(rows).encode()).digest()[:8], "big", signed=True)
