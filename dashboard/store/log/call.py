"""One call of ingestion: what it works on, and reading its files into typed rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.canonical import canonical_sql
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.store.log.copies import copy_in
from dashboard.store.log.engine import count, working_connection
from dashboard.store.log.fields import Field
from dashboard.store.log.files import LogFile, check_log_files, file_path, list_log_files, log_directory
from dashboard.store.log.instants import allowed_until
from dashboard.store.log.preparing import prepared
from dashboard.store.log.probing import probed
from dashboard.store.log.quoting import path_list, path_literal
from dashboard.store.log.sources import Source, open_source
from dashboard.store.log.typing_pass import Typing, content_hash, find_faults, write_typed
from dashboard.store.log.values import Terms
from dashboard.words import mark

Progress = Callable[[float, str], None]
FieldsOf = Callable[[ModelCard, Source], list[Field]]


@dataclass
class Call:
    """A call under way: its private directory and connection, when it began (UTC without zone), what it has read.

    A trial goes as far as the log, and writes nothing there.
    """

    store: Store
    card: ModelCard
    actor: str
    space: Path
    connection: duckdb.DuckDBPyConnection
    began_at: datetime
    progress: Progress
    typings: list[Typing] = field(default_factory=list)
    typed: list[Path] = field(default_factory=list)
    received: int = 0
    is_trial: bool = False

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


def read_files(call: Call, files: Sequence[Path], fields_of: FieldsOf, content: Sequence[Field]) -> None:
    """Copy, type and check all files; the view `incoming` then holds their rows.

    `content` are the fields whose hash becomes `_content`; none for actuals. Raises InputRefusedError with the first
    faults of all files and their total.
    """
    problems: list[Problem] = []
    total = 0
    for index, original in enumerate(files):
        call.progress(0.5 * index / len(files), mark("Reading the files"))
        target = call.space / f"typed_{index}.parquet"
        try:
            _read_file(call, index, original, (fields_of, content, target))
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


def _read_file(call: Call, index: int, original: Path, made: tuple[FieldsOf, Sequence[Field], Path]) -> None:
    fields_of, content, target = made
    copy, notes = prepared(copy_in(original, call.space, index))
    source = open_source(call.connection, index, copy)
    source = replace(source, notes=(*notes, *source.notes))
    fields = fields_of(call.card, source)
    terms = Terms(call.card, allowed_until(call.began_at, call.card.data.first_day))
    typing = Typing(probed(call.connection, source, fields), fields, terms)
    extra = f", {index} AS _source" + (f", {content_hash(content)} AS _content" if content else "")
    call.received += write_typed(call.connection, typing, target, extra)
    call.typings.append(typing)
    total = call.count(f"SELECT sum(_faults)::BIGINT FROM read_parquet({path_literal(target)})")
    if total:
        with ordered(call) as connection:
            faults = find_faults(connection, typing, total)
        raise InputRefusedError(faults.problems, faults.total)


def ordered(call: Call) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """A connection that keeps the order of rows, to find the place of a fault."""
    directories = (call.space, log_directory(call.store))
    return working_connection(directories, call.space / "spill_ordered", len(call.card.data.features), ordered=True)


def stored_value(column: str, sql_type: str) -> str:
    """SQL of a stored column in today's type; texts of earlier versions come in their canonical form."""
    value = f"TRY_CAST({column} AS {sql_type})"
    return canonical_sql(value, sql_type) if sql_type == "VARCHAR" else value


def log_rows(path: Path) -> str:
    """The rows of one file of the log as a relation, with ids in the canonical form, whatever version wrote them."""
    return f"(SELECT * REPLACE ({stored_value('_id', 'VARCHAR')} AS _id) FROM read_parquet({path_literal(path)}))"


def view_of_log(call: Call, kind: str, name: str, columns: dict[str, str]) -> list[LogFile]:
    """Create a view of the model's log files of one kind with the given columns (name -> type) and `file`, the path.

    A column that no file has is null. Every file is checked against its recorded SHA-256 first. Raises
    StoreDamagedError naming a damaged file.
    """
    files = list_log_files(call.store, call.card.id, kind)
    check_log_files(call.store, files)
    paths = [file_path(call.store, file) for file in files]
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
