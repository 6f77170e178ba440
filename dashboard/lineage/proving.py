"""Does what was derived from lineage events follow from them? Derive some anew, and compare."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.lineage.derivation import rows_of, rules_of_deriving
from dashboard.store.engine.database import Store
from dashboard.store.lineage_statements import derived_so_far, events_at, places_with_statement, rows_of_events

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 2_000


def differing_events(store: Store, most: int) -> tuple[int, list[str]]:
    """Derive at most so many events anew, chosen at random; how many were, and the keys of those that differ.

    What an earlier program derived is left out: it is thrown away before anybody reads it.
    """
    with store.snapshot() as (cursor, _head, _length):
        found = derived_so_far(cursor)
        if found.rules != rules_of_deriving():
            return 0, []
        places = places_with_statement(cursor, most)
        differing: list[str] = []
        for start in range(0, len(places), AT_ONCE):
            differing += _differing(cursor, places[start : start + AT_ONCE])
    return len(places), differing


def _differing(cursor: duckdb.DuckDBPyConnection, places: Sequence[int]) -> list[str]:
    events = events_at(cursor, places)
    expected = rows_of((key, at, when, json.loads(text)) for key, at, when, text in events)
    kept = rows_of_events(cursor, [key for key, *_ in events])
    differing = []
    for row in expected.statements:
        key, said, described = str(row[0]), row[8], row[9]
        same = (
            kept.statements.count(row) == 1
            and _alike(expected.relations, kept.relations, said)
            and _alike(expected.descriptions, kept.descriptions, described)
            and _of(expected.measurements, key) == _of(kept.measurements, key)
        )
        if not same:
            differing.append(key)
    return differing


def _alike(expected: Mapping[int, Sequence[Any]], kept: Mapping[int, Sequence[Any]], key: int | None) -> bool:
    return key is None or sorted(expected[key], key=repr) == sorted(kept.get(key, ()), key=repr)


def _of(measurements: Sequence[Any], key: str) -> list[Any]:
    return sorted((row for row in measurements if row[0] == key), key=repr)
