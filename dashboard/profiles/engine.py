"""The seam to the engine that reads the prediction log: one SQL text in, record batches out.

DuckDB runs it here. Another engine (Spark, where one machine is too small) needs only `Engine.batches`: counting works
on batches and adds up, wherever they come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from dashboard.profiles.layout import ACTUAL
from dashboard.schema.canonical import canonical_sql

# Columns of this many rows stay in the processor's cache while they are counted.
BATCH_ROWS = 16_384
# With more columns than these a batch has fewer rows.
BATCH_COLUMNS, FEWEST_BATCH_ROWS = 64, 512
# Columns that every batch begins with. Features cannot have these names, since a leading underscore is the log's own.
AT, CLUSTER = "_at", "_cluster"
LEADING = (AT, CLUSTER, ACTUAL)
MEMORY = "192MB"


@dataclass(frozen=True)
class LogColumn:
    """A column to read: its name in the log and whether it is wanted as a number or as text."""

    name: str
    numeric: bool


@dataclass(frozen=True)
class Sources:
    """Files to read, and until when: labels known after `known_until` and rows made after `made_until` do not count."""

    predictions: Sequence[Path]
    labels: Sequence[Path]
    known_until: datetime
    made_until: datetime | None = None


class Engine:
    """Reads the Parquet files of one log directory, and nothing else, in bounded memory."""

    def __init__(self, log: Path) -> None:
        """Open a connection of its own that can only reach `log`."""
        self._connection = duckdb.connect()
        self._described: tuple[list[str], dict[str, str]] = ([], {})
        quoted = str(log.resolve()).replace("'", "''")
        for setting in (
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET threads = 2",
            f"SET memory_limit = '{MEMORY}'",
            "SET preserve_insertion_order = true",
            "SET TimeZone = 'UTC'",
            f"SET allowed_directories = ['{quoted}']",
            "SET enable_external_access = false",
            "SET python_enable_replacements = false",
            "SET lock_configuration = true",
        ):
            self._connection.execute(setting)

    def close(self) -> None:
        """Release the connection."""
        self._connection.close()

    def batches(
        self, sources: Sources, columns: Sequence[LogColumn], span: tuple[datetime, datetime] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Rows with `_at` in `span` (end excluded): LEADING (microseconds, hash of the cluster, label), columns.

        `_actual` is null where no label was known until `sources.known_until`.
        """
        if not sources.predictions:
            return
        statement, values = self._statement(sources, columns, span)
        yield from self._connection.execute(statement, values).to_arrow_reader(_batch_rows(len(columns)))

    def rows(self, sources: Sources) -> int:
        """How many rows the files of predictions hold."""
        if not sources.predictions:
            return 0
        files = [str(file) for file in sources.predictions]
        statement = "SELECT count(*) FROM read_parquet(?, union_by_name = true)"
        return int(self._connection.execute(statement, [files]).fetchall()[0][0])

    def instants(
        self, files: Sequence[Path], known_after: datetime | None, known_until: datetime
    ) -> Iterator[pa.RecordBatch]:
        """`_at` (microseconds) of the rows of files; with `known_after`, only of labels that became known since."""
        if not files:
            return
        where = "_at IS NOT NULL"
        values: list[object] = [[str(file) for file in files]]
        if known_after is not None:
            where += " AND _known_at > ? AND _known_at <= ?"
            values += [known_after, known_until]
        statement = f"SELECT DISTINCT epoch_us(_at) AS {AT} FROM read_parquet(?, union_by_name = true) WHERE {where}"
        yield from self._connection.execute(statement, values).to_arrow_reader(BATCH_ROWS)

    def frequencies(self, files: Sequence[Path], column: str) -> dict[str, int]:
        """Count each text value of a column in files."""
        if not files:
            return {}
        text = canonical_sql(quote(column), "VARCHAR")
        statement = f"SELECT {text} AS value, count(*) FROM read_parquet(?, union_by_name = true) GROUP BY ALL"
        found = self._connection.execute(statement, [[str(file) for file in files]]).fetchall()
        return {str(value): int(rows) for value, rows in found if value is not None}

    def _statement(
        self, sources: Sources, columns: Sequence[LogColumn], span: tuple[datetime, datetime] | None
    ) -> tuple[str, list[object]]:
        files = [str(file) for file in sources.predictions]
        present = self._columns(files)
        chosen = [f"epoch_us(p._at) AS {AT}", f"hash({canonical_sql('p._cluster', 'VARCHAR')}) AS {CLUSTER}"]
        values: list[object] = []
        labels = self._columns([str(file) for file in sources.labels[:1]]) if sources.labels else present
        given, delivered = (_label(table, kinds) for table, kinds in (("p", present), ("l", labels)))
        actual = f"CASE WHEN p._known_at <= ? THEN {given} END"
        values.append(sources.known_until)
        if sources.labels:
            actual = f"coalesce({actual}, {delivered})"
        chosen.append(f"{actual} AS _actual")
        chosen += [f"{_expression(column, present)} AS {quote(column.name)}" for column in columns]
        source = "read_parquet(?, union_by_name = true) p"
        values.append(files)
        if sources.labels:
            source += (
                f" LEFT JOIN (SELECT {canonical_sql('_id', 'VARCHAR')} AS id, any_value(_actual) AS _actual "
                "FROM read_parquet(?, union_by_name = true) WHERE _known_at <= ? GROUP BY ALL) l "
                f"ON {canonical_sql('p._id', 'VARCHAR')} = l.id"
            )
            values += [[str(file) for file in sources.labels], sources.known_until]
        conditions = []
        if span is not None:
            conditions.append("p._at >= ? AND p._at < ?")
            values += list(span)
        if sources.made_until is not None:
            conditions.append("p._at <= ?")
            values.append(sources.made_until)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {', '.join(chosen)} FROM {source}{where}", values

    def _columns(self, files: list[str]) -> dict[str, str]:
        # Wide files take long to describe, and are described for every part of their columns.
        if self._described[0] != files:
            self._described = (files, self._describe(files))
        return self._described[1]

    def _describe(self, files: list[str]) -> dict[str, str]:
        described = self._connection.execute(
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?, union_by_name = true))",
            [files],
        )
        return {str(name): str(kind) for name, kind in described.fetchall()}


def _batch_rows(columns: int) -> int:
    """Rows of a batch: fewer where there are many columns, so that a batch has a bounded size."""
    return max(FEWEST_BATCH_ROWS, BATCH_ROWS * BATCH_COLUMNS // max(BATCH_COLUMNS, columns))


def _expression(column: LogColumn, present: dict[str, str]) -> str:
    if column.name not in present:
        return "NULL::DOUBLE" if column.numeric else "NULL::VARCHAR"
    name, kind = f"p.{quote(column.name)}", present[column.name]
    if not column.numeric:
        return canonical_sql(name, kind)
    return name if kind == "DOUBLE" else f"TRY_CAST({name} AS DOUBLE)"


def _label(table: str, kinds: dict[str, str]) -> str:
    """The label of a table: the canonical text of a class, a number as it is."""
    return canonical_sql(f"{table}._actual", "VARCHAR") if kinds.get(ACTUAL) == "VARCHAR" else f"{table}._actual"


def quote(identifier: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'
