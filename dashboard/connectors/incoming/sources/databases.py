"""Databases: the rows of a query, from where the last reading ended, in stretches of bounded size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dashboard.connectors.incoming.sources.items import Item, Known, Place, SourceFailedError
from dashboard.connectors.incoming.sources.rows import Row, mark_of, plain, write_events, write_parquet
from dashboard.schema.config.sources import Source

# Rows that are ingested together; a stretch ends where the moving column changes, so that none is cut.
STRETCH, FETCHED = 100_000, 10_000
SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 10, 600
# From where the first reading goes on: below every value of a column, whatever its type; tried in this order.
LOWEST_POSTGRES: tuple[str, ...] = ("-infinity", "-9223372036854775808", "-2147483648")
LOWEST_SQLITE = -9_223_372_036_854_775_808


@dataclass(frozen=True)
class Result:
    """The answer of a database."""

    names: Sequence[str]
    rows: Iterator[Row]


def new_rows(source: Source, known: Known) -> Iterator[Item]:
    """The stretches of rows that the query returns from where the last reading ended.

    Without a moving column all rows are one item, read again when they changed. Raises SourceFailedError when the
    database is away or refuses the query.
    """
    assert source.url_env is not None
    url = os.environ.get(source.url_env)
    if not url:
        raise SourceFailedError(f"the variable {source.url_env} is not set; set it to the address of the database")
    with _asked(source, url, _since(source, known.place)) as result:
        names = list(result.names)
        if source.since is not None and source.since not in names:
            raise SourceFailedError(f"the query returns no column {source.since}; add it, or correct `since`")
        begins = known.place
        for rows in _stretches(result.rows, names, source.since):
            item = _item(source, names, rows, begins)
            begins = item.place
            if known.marks.get(item.name) != item.mark:
                yield item


def _item(source: Source, names: Sequence[str], rows: list[Row], begins: Place | None) -> Item:
    position = None if source.since is None else list(names).index(source.since)
    place = None if position is None else _place(rows[-1][position])

    def halves() -> Sequence[Item]:
        cut = None if position is None else _middle(rows, position)
        if cut is None or position is None:
            return ()
        first = _item(source, names, rows[:cut], begins)
        return first, _item(source, names, rows[cut:], first.place)

    name = source.name if place is None else f"{source.name} until {place}"
    return Item(name, mark_of(names, rows), partial(_write, source, names, rows), begins, place, halves)


def _middle(rows: Sequence[Row], position: int) -> int | None:
    """Where rows can be parted so that those with one value stay together, nearest to the middle; None: nowhere."""
    cuts = [place for place in range(1, len(rows)) if rows[place][position] != rows[place - 1][position]]
    return min(cuts, key=lambda cut: abs(cut - len(rows) // 2), default=None)


def _since(source: Source, place: Place | None) -> Place | None:
    if not source.overlap or not isinstance(place, str):
        return place
    try:
        return _as_written(datetime.fromisoformat(place) - source.overlap, place)
    except ValueError:
        return place


def _as_written(moment: datetime, like: str) -> str:
    """An instant with the sign between day and time that a text has."""
    return moment.isoformat(sep=like[10] if len(like) > 10 else " ")


def _stretches(rows: Iterator[Row], names: Sequence[str], since: str | None) -> Iterator[list[Row]]:
    if since is None:
        whole: list[Row] = [tuple(map(plain, row)) for row in rows]
        if whole:
            yield whole
        return
    position = list(names).index(since)
    stretch: list[Row] = []
    for row in rows:
        made = tuple(map(plain, row))
        if made[position] is None:
            raise SourceFailedError(f"the query returns rows without {since}; allowed are rows that have it")
        if len(stretch) >= STRETCH and made[position] != stretch[-1][position]:
            yield stretch
            stretch = []
        stretch.append(made)
    if stretch:
        yield stretch


def _place(value: Any) -> Place:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value) if isinstance(value, date) else value


def _write(source: Source, names: Sequence[str], rows: Sequence[Row], folder: Path) -> Path:
    if source.gives == "events":
        return write_events(names, rows, folder / f"{source.name}.jsonl")
    return write_parquet(names, rows, folder / f"{source.name}.parquet")


def _ordered(source: Source) -> str:
    """The query in the order of its moving column, which it need not have itself."""
    assert source.query is not None
    query = source.query.strip().rstrip(";")
    if source.since is None:
        return query
    quoted = '"' + source.since.replace('"', '""') + '"'
    return f"SELECT * FROM ({query}) AS source_rows ORDER BY {quoted}"


@contextmanager
def _asked(source: Source, url: str, since: Place | None) -> Iterator[Result]:
    scheme = urlsplit(url).scheme
    if scheme in ("postgresql", "postgres"):
        ask: Callable[[Source, str, Place | None], Any] = _postgres
    elif scheme == "sqlite":
        ask = _sqlite
    else:
        message = f"the variable {source.url_env} holds an address of an unknown kind"
        raise SourceFailedError(f"{message}; allowed are postgresql://USER:PASSWORD@HOST/DATABASE and sqlite:////PATH")
    with ask(source, url, since) as result:
        yield result


@contextmanager
def _sqlite(source: Source, url: str, since: Place | None) -> Iterator[Result]:
    import sqlite3

    path = Path(unquote(urlsplit(url).path)[1:] if urlsplit(url).path.startswith("//") else urlsplit(url).path)
    if not path.is_file():
        raise SourceFailedError(f"the database of {source.url_env} is not there; check the path in it")
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=SECONDS_TO_CONNECT)
    except sqlite3.Error as fault:
        raise SourceFailedError(f"the database of {source.url_env} cannot be opened: {fault}") from fault
    try:
        bound = {} if source.since is None else {"since": LOWEST_SQLITE if since is None else since}
        cursor = connection.execute(_ordered(source), bound)
        names = [column[0] for column in cursor.description or []]
        if not names:
            raise SourceFailedError("the query returns no rows; allowed is one that selects")
        yield Result(names, _sqlite_rows(cursor))
    except sqlite3.Error as fault:
        raise SourceFailedError(f"the database refuses the query: {fault}") from fault
    finally:
        connection.close()


def _sqlite_rows(cursor: Any) -> Iterator[Row]:
    while batch := cursor.fetchmany(FETCHED):
        yield from batch


@contextmanager
def _postgres(source: Source, url: str, since: Place | None) -> Iterator[Result]:
    import pg8000.native

    parts = urlsplit(url)
    try:
        connection = pg8000.native.Connection(
            unquote(parts.username or "postgres"),
            host=parts.hostname or "localhost",
            database=unquote(parts.path.lstrip("/")) or None,
            port=parts.port or 5432,
            password=unquote(parts.password) if parts.password else None,
            timeout=SECONDS_TO_ANSWER,
            application_name="model-ledger",
        )
    except (pg8000.native.Error, OSError, ValueError) as fault:
        raise SourceFailedError(f"the database of {source.url_env} is away or refuses: {_said(fault)}") from fault
    try:
        connection.run("START TRANSACTION READ ONLY")
        yield Result(*_answered(connection, source, since))
    except (pg8000.native.Error, OSError) as fault:
        raise SourceFailedError(f"the database refuses the query: {_said(fault)}") from fault
    finally:
        # It may be gone already; what was read of it was told.
        with suppress(pg8000.native.Error, OSError):
            connection.close()


def _answered(connection: Any, source: Source, since: Place | None) -> tuple[list[str], Iterator[Row]]:
    import pg8000.native

    tried: Sequence[Place | None] = [since] if since is not None or source.since is None else LOWEST_POSTGRES
    for number, start in enumerate(tried):
        try:
            bound = {} if source.since is None else {"since": str(start)}
            connection.run(f"DECLARE source_rows NO SCROLL CURSOR FOR {_ordered(source)}", **bound)
            first = _fetched(connection)
            return [column["name"] for column in connection.columns or []], _postgres_rows(connection, first)
        except pg8000.native.DatabaseError:
            if number + 1 == len(tried):
                raise
            connection.run("ROLLBACK")
            connection.run("START TRANSACTION READ ONLY")
    raise AssertionError("nothing was tried")


def _fetched(connection: Any) -> list[Row]:
    return connection.run(f"FETCH {FETCHED} FROM source_rows") or []


def _postgres_rows(connection: Any, first: list[Row]) -> Iterator[Row]:
    batch = first
    while batch:
        yield from batch
        batch = _fetched(connection)


def _said(fault: BaseException) -> str:
    """What the database says, without what it was sent: passwords do not come into messages."""
    said = fault.args[0] if fault.args else ""
    return str(said.get("M", "")) if isinstance(said, dict) else str(said)
