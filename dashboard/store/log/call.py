"""One call of ingestion: what it works on, and reading its files into typed rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.canonical import canonical_sql
from dashboard.schema.card.card import ModelCard
from dashboard.store.log.copies import copy_in
from dashboard.store.log.engine import count, working_connection
from dashboard.store.log.fields import Field
from dashboard.store.log.files import LogFile, file_path, log_directory
from dashboard.store.log.instants import allowed_until
from dashboard.store.log.order import LogState, Order
from dashboard.store.log.preparing import prepared
from dashboard.store.log.probing import probed
from dashboard.store.log.quoting import path_list, path_literal
from dashboard.store.log.sources import Source, open_source
from dashboard.store.log.typing_pass import Typing, content_hash, find_faults, write_typed
from dashboard.store.log.values import Terms
from dashboard.words import mark

Progress = Callable[[float, str], None]
FieldsOf = Callable[[ModelCard, Source], list[Field]]


@dataclass(frozen=True)
class Opened:
    """The input files of a call, copied and looked into, or why one cannot be."""

    sources: tuple[Source | InputRefusedError, ...]

    @property
    def columns(self) -> int:
        """Count the columns of the widest file."""
        return max((len(one.columns) for one in self.sources if isinstance(one, Source)), default=0)


@dataclass
class Call:
    """A call under way: what it is to do, its files, its connection, what it has read."""

    order: Order
    opened: Opened
    connection: duckdb.DuckDBPyConnection
    progress: Progress
    typings: list[Typing] = field(default_factory=list)
    typed: list[Path] = field(default_factory=list)
    received: int = 0

    @property
    def card(self) -> ModelCard:
        """Return the card of the model."""
        return self.order.card

    @property
    def space(self) -> Path:
        """Return its private directory."""
        return self.order.space

    @property
    def log(self) -> LogState:
        """Return the log as it found it."""
        return self.order.log

    @property
    def columns(self) -> int:
        """Count the columns that it has to hold: those of the card or of the widest file."""
        return max(len(self.card.data.features), self.opened.columns)

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows that a statement on the working connection returns."""
        found: list[tuple[object, ...]] = self.connection.execute(statement, list(values)).fetchall()
        return found

    def notes(self) -> tuple[str, ...]:
        """What was taken for granted in reading the files, each once."""
        said = (f"{Path(typing.source.name).name}: {note}" for typing in self.typings for note in typing.source.notes)
        return tuple(dict.fromkeys(said))

    def count(self, statement: str) -> int:
        """The single number that a statement on the working connection returns."""
        return count(self.connection, statement)


def directories(order: Order) -> tuple[Path, ...]:
    """The directories that a call reads: its own, and the log."""
    return order.space, log_directory(order.log)


def open_files(order: Order, progress: Progress) -> Opened:
    """Copy all files into the directory of the call and look into them."""
    opened: list[Source | InputRefusedError] = []
    with working_connection(directories(order), order.space / "spill_opening", 0) as connection:
        for index, original in enumerate(order.files):
            progress(0.2 * index / len(order.files), mark("Reading the files"))
            try:
                copy, notes = prepared(copy_in(original, order.space, index))
                source = open_source(connection, index, copy)
                opened.append(replace(source, notes=(*notes, *source.notes)))
            except InputRefusedError as refusal:
                opened.append(refusal)
    return Opened(tuple(opened))


def read_files(call: Call, fields_of: FieldsOf, content: Sequence[Field]) -> None:
    """Type and check all files; the view `incoming` then holds their rows.

    `content` are the fields whose hash becomes `_content`; none for actuals. Raises InputRefusedError with the first
    faults of all files and their total.
    """
    problems: list[Problem] = []
    total = 0
    for index, source in enumerate(call.opened.sources):
        call.progress(0.2 + 0.3 * index / len(call.opened.sources), mark("Reading the files"))
        target = call.space / f"typed_{index}.parquet"
        try:
            if isinstance(source, InputRefusedError):
                raise source
            _read_file(call, source, (fields_of, content, target))
            call.typed.append(target)
        except InputRefusedError as refusal:
            problems.extend(refusal.problems)
            total += refusal.total
    if problems:
        raise InputRefusedError(problems, total)
    if not call.typed:
        raise InputRefusedError([Problem("received no file; at least one is needed; name it")])
    rows = f"read_parquet({path_list(call.typed)}, union_by_name = true)"
    call.connection.execute(f"CREATE VIEW incoming AS SELECT * FROM {rows}")


def _read_file(call: Call, source: Source, made: tuple[FieldsOf, Sequence[Field], Path]) -> None:
    fields_of, content, target = made
    fields = fields_of(call.card, source)
    terms = Terms(call.card, allowed_until(call.order.began_at, call.card.data.first_day))
    typing = Typing(probed(call.connection, source, fields), fields, terms)
    extra = f", {source.index} AS _source" + (f", {content_hash(content)} AS _content" if content else "")
    call.received += write_typed(call.connection, typing, target, extra)
    call.typings.append(typing)
    total = call.count(f"SELECT sum(_faults)::BIGINT FROM read_parquet({path_literal(target)})")
    if total:
        with ordered(call) as connection:
            faults = find_faults(connection, typing, total)
        raise InputRefusedError(faults.problems, faults.total)


def ordered(call: Call) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """A connection that keeps the order of rows, to find the place of a fault."""
    return working_connection(directories(call.order), call.space / "spill_ordered", call.columns, ordered=True)


def stored_value(column: str, sql_type: str) -> str:
    """SQL of a stored column in today's type; texts of earlier versions come in their canonical form."""
    value = f"TRY_CAST({column} AS {sql_type})"
    return canonical_sql(value, sql_type) if sql_type == "VARCHAR" else value


def log_rows(path: Path) -> str:
    """The rows of one file of the log as a relation, with ids in the canonical form, whatever version wrote them."""
    return f"(SELECT * REPLACE ({stored_value('_id', 'VARCHAR')} AS _id) FROM read_parquet({path_literal(path)}))"


def view_of_log(call: Call, kind: str, name: str, columns: dict[str, str]) -> list[LogFile]:
    """Create a view of the model's log files of one kind with the given columns (name -> type) and `file`, the path.

    A column that no file has is null.
    """
    files = call.log.of_kind(kind)
    paths = [file_path(call.log, file) for file in files]
    if paths:
        # A name of ours: the file may have a column `file`.
        options = "union_by_name = true, hive_partitioning = false, filename = '_file'"
        relation = f"read_parquet({path_list(paths)}, {options})"
        there = {str(row[0]) for row in call.execute(f"DESCRIBE SELECT * FROM {relation}")}
        wanted = ", ".join(
            f"{stored_value(column if column in there else 'NULL', sql_type)} AS {column}"
            for column, sql_type in columns.items()
        )
        call.connection.execute(f"CREATE VIEW {name} AS SELECT {wanted}, _file AS file FROM {relation}")
    else:
        nothing = ", ".join(f"CAST(NULL AS {sql_type}) AS {column}" for column, sql_type in columns.items())
        call.connection.execute(f"CREATE VIEW {name} AS SELECT {nothing}, '' AS file WHERE false")
    return files
