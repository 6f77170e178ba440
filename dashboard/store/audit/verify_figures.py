"""Are the figures what was computed? Every row of them against the hashes in the record that wrote it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from dashboard.store.audit.facts import DERIVED, list_keyed_tables
from dashboard.store.audit.figures import FOUND, HASHES, Figure, group_of, known_place, read_figures

# Rows that are read at once; profiles have blocks of some thousand bytes.
# The action after which the figures of all records before are given up: the store was made anew from its journal.
REBUILD = "rebuild"


@dataclass(frozen=True)
class WrongFigures:
    """Figures that are not what was computed: the key of their hashes (None for rows of none), where, and what."""

    hashed_in: str | None
    table: str
    model_id: str
    place: str
    message: str

    def __str__(self) -> str:
        """Model and period, then what is wrong."""
        place = f", {self.place}" if self.place else ""
        return f"{self.table} of {self.model_id}{place}: {self.message}"


@dataclass
class CheckedFigures:
    """How many rows were compared, how many have no hash, and of how many the hash was made when they were found."""

    rows: int = 0
    unhashed: int = 0
    found: int = 0
    found_at: datetime | None = None
    wrong: list[WrongFigures] = field(default_factory=list)


# By model and place: number of rows and SHA-256.
_Listed = Mapping[str, Mapping[str, tuple[int, str]]]
_Rows = dict[str, dict[str, list[bytes]]]


class _Hashes:
    """The hashes of all transactions, as texts by key: there may be many, and each is read once for each table."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, given_up: frozenset[str]) -> None:
        self.found: str | None = None
        self.found_at: datetime | None = None
        self._texts: dict[str, str] = {}
        if HASHES not in list_keyed_tables(cursor):
            return
        for key, recorded_at, content in cursor.execute(
            f"SELECT fact_id, recorded_at, content FROM {HASHES}"
        ).fetchall():
            if key in given_up:
                continue
            self._texts[str(key)] = str(content)
            if str(content).startswith(f'{{"{FOUND}":'):
                self.found, self.found_at = str(key), recorded_at

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def of(self, key: str, table: str) -> _Listed:
        """What one transaction wrote into a table; nothing where its text is none: that is a fault of the fact."""
        try:
            content = json.loads(self._texts[key])
            content = content[FOUND] if key == self.found else content
            listed = content.get(table, {})
            return {
                model: {place: (int(rows), str(sha256)) for place, (rows, sha256) in places.items()}
                for model, places in listed.items()
            }
        except (ValueError, TypeError, AttributeError, KeyError):
            return {}


def check_figures(cursor: duckdb.DuckDBPyConnection, given_up: frozenset[str]) -> CheckedFigures:
    """Compare all figures with their hashes; those of the keys `given_up` should not be there any more."""
    checked = CheckedFigures()
    hashes = _Hashes(cursor, given_up)
    checked.found_at = hashes.found_at
    present = set(list_keyed_tables(cursor))
    begun = any(True for _ in hashes) or bool(given_up)
    for table in sorted(DERIVED):
        seen: set[str] = set()
        rows = read_figures(cursor, table) if table in present else iter(())
        for key, of_models, number in _by_transaction(rows):
            checked.rows += number
            known = hashes.found if key is None else key
            if known is None and not begun:
                checked.unhashed += number
            elif known is None or known not in hashes or known in seen:
                checked.wrong += _of_nobody(known, table, of_models)
            else:
                checked.found += number if key is None else 0
                seen.add(known)
                checked.wrong += _compared(known, table, hashes.of(known, table), of_models)
        for key in hashes:
            if key not in seen:
                checked.wrong += _compared(key, table, hashes.of(key, table), {})
    return checked


def _by_transaction(figures: Iterator[Figure]) -> Iterator[tuple[str | None, _Rows, int]]:
    """Rows by the transaction that wrote them, which stand together, by model and place, with their number."""
    key: str | None = None
    rows: _Rows = {}
    number = 0
    for figure in figures:
        if number and figure.hashed_in != key:
            yield key, rows, number
            rows, number = {}, 0
        key, number = figure.hashed_in, number + 1
        rows.setdefault(figure.model_id, defaultdict(list))[figure.place].append(figure.sha256)
    if number:
        yield key, rows, number


def _of_nobody(key: str | None, table: str, rows: _Rows) -> Iterator[WrongFigures]:
    for model, places in rows.items():
        for place, hashes in places.items():
            yield WrongFigures(key, table, model, place, f"{len(hashes)} rows were written by no record")


def _compared(key: str, table: str, listed: _Listed, rows: _Rows) -> Iterator[WrongFigures]:
    """What differs between the rows of a transaction and its hashes."""
    there: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for model, places in rows.items():
        for place, hashes in places.items():
            there[model, known_place(place, listed.get(model, {}))] += hashes
    expected = {(model, place): group for model, places in listed.items() for place, group in places.items()}
    for model, place in sorted(there.keys() | expected.keys()):
        number, sha256 = expected.get((model, place), (0, ""))
        found, found_sha256 = group_of(there.get((model, place), ()))
        if found < number:
            message = f"{number - found} of {number} rows are missing"
        elif found > number:
            message = f"{found - number} rows were written by no record"
        elif found_sha256 != sha256:
            message = "the rows have another content than was computed"
        else:
            continue
        yield WrongFigures(key, table, model, place, message)
