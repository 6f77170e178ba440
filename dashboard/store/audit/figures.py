"""Figures: rows that the program computed. Their hashes stand in the record of the transaction that wrote them.

A transaction hashes its figures in groups: the rows of a table, a model and a place (a period, an area, a version).
The hash of a row is the SHA-256 of its canonical JSON, blocks standing there by their own SHA-256; the hash of a group
is the SHA-256 of the hashes of its rows, in order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dashboard.store.audit.facts import as_json, canonical

if TYPE_CHECKING:
    import duckdb

# The fact that holds the hashes of a transaction; its key stands in each row as `hashed_in`.
HASHES = "figure_hashes"
READ_AT_ONCE = 2_000
# Under this name stand the groups of rows that were there before there were hashes, as they were found.
FOUND = "found"
REFERENCE = "reference"
# The column with the place of a row; rows of other tables have none.
PROFILES = "profiles"
PLACES = {
    PROFILES: "period_start",
    "importances": "version",
    "statuses": "area",
    "quality_faults": "fault",
    "explanations": "version",
    "expectation_checks": "expectation",
}
# Places of a model, and of all models of a transaction, beyond which a group spans more of them.
MOST_OF_MODEL, MOST = 400, 20_000
# Lengths of a period's start, as far as it is kept: to the hour, day, month, year, or not at all.
HOUR, DAY, MONTH, YEAR, NOTHING = 13, 10, 7, 4, 0
MIDNIGHT = "T00"

# Number of rows and SHA-256 of a group.
Group = tuple[int, str]
# By table, model and place.
Groups = dict[str, dict[str, dict[str, Group]]]


class Figure(NamedTuple):
    """A computed row: where it belongs, the key of the hashes of its transaction, and its own SHA-256."""

    table: str
    model_id: str
    place: str
    hashed_in: str | None
    sha256: bytes


def read_figures(cursor: duckdb.DuckDBPyConnection, table: str, *, unhashed: bool = False) -> Iterator[Figure]:
    """The rows of a table of figures in the order of their insertion, or only those that no record hashes yet."""
    result = cursor.execute(f"SELECT * FROM {table}{' WHERE hashed_in IS NULL' if unhashed else ''}")
    names = [column[0] for column in result.description or []]
    while batch := result.fetchmany(READ_AT_ONCE):
        for row in batch:
            yield figure_of(table, names, row)


def figure_of(table: str, names: Sequence[str], row: Sequence[object]) -> Figure:
    """A row of a table of figures with the names of its columns, as the store gives both."""
    content: dict[str, object] = {}
    for name, value in zip(names, row, strict=True):
        kind = type(value)
        if kind is str or kind is int:
            content[name] = value
        elif kind is bytes:
            content[name] = hashlib.sha256(value).hexdigest()  # type: ignore[arg-type]
        elif value is not None:
            content[name] = as_json(value)
    hashed_in: str | None = content.get("hashed_in")  # type: ignore[assignment]
    sha256 = hashlib.sha256(canonical(content).encode()).digest()
    return Figure(table, str(content["model_id"]), _place(table, content), hashed_in, sha256)


def _place(table: str, content: Mapping[str, object]) -> str:
    if content.get("scope") == REFERENCE:
        return REFERENCE
    found = str(content.get(PLACES.get(table, ""), ""))
    return found[:HOUR] if table == PROFILES else found


def grouped(figures: Iterable[Figure]) -> Groups:
    """The hashes of figures in groups, of periods as fine as there is room for."""
    rows: dict[str, dict[str, dict[str, list[bytes]]]] = {}
    for figure in figures:
        of_model = rows.setdefault(figure.table, {}).setdefault(figure.model_id, defaultdict(list))
        of_model[figure.place].append(figure.sha256)
    models = len({model for of_table in rows.values() for model in of_table})
    most = min(MOST_OF_MODEL, max(1, MOST // max(1, models)))
    return {
        table: {model: _of_model(table, places, most) for model, places in of_table.items()}
        for table, of_table in rows.items()
    }


def _of_model(table: str, places: Mapping[str, list[bytes]], most: int) -> dict[str, Group]:
    length = _length(table, places, most)
    found: dict[str, list[bytes]] = defaultdict(list)
    for place, hashes in places.items():
        found[shortened(place, length)] += hashes
    return {place: group_of(hashes) for place, hashes in sorted(found.items())}


def _length(table: str, places: Iterable[str], most: int) -> int | None:
    """How much of the places is kept, so that there are at most so many groups; None for the whole."""
    periods = [place for place in places if place != REFERENCE]
    if table != PROFILES:
        return None if len(periods) <= most else NOTHING
    finest = DAY if all(place.endswith(MIDNIGHT) for place in periods) else HOUR
    lengths = [length for length in (HOUR, DAY, MONTH, YEAR, NOTHING) if length <= finest]
    return next((length for length in lengths if len({shortened(place, length) for place in periods}) <= most), NOTHING)


def shortened(place: str, length: int | None) -> str:
    """A place, kept as far as `length`; the reference is never shortened."""
    return place if length is None or place == REFERENCE else place[:length]


def group_of(hashes: Iterable[bytes]) -> Group:
    """How many rows there are, and the hash of their hashes in order."""
    ordered = sorted(hashes)
    return len(ordered), hashlib.sha256(b"".join(ordered)).hexdigest()


def known_place(place: str, groups: Mapping[str, object]) -> str:
    """The group of `groups` to which a row of a place belongs; the place itself when there is none."""
    for length in (None, HOUR, DAY, MONTH, YEAR, NOTHING):
        if (short := shortened(place, length)) in groups:
            return short
    return place
