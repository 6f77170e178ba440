"""The seam to the engine that reads the prediction log: one SQL text in, record batches out.

DuckDB runs it here. Another engine (Spark, where one machine is too small) needs only `Engine.batches`: counting works
on batches and adds up, wherever they come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dashboard.machine import need_handles
from dashboard.profiles.layout import ACTUAL
from dashboard.profiles.log_columns import LogColumn, column_sql, label_sql
from dashboard.profiles.row_conditions import NO_CHECKS, RowChecks, check_columns, condition_sql, quote
from dashboard.schema.canonical import canonical_sql

# Columns of this many rows stay in the processor's cache while they are counted.
BATCH_ROWS = 16_384
# With more columns than these a batch has fewer rows.
BATCH_COLUMNS, FEWEST_BATCH_ROWS = 64, 512
# Columns that every batch begins with. Features cannot have these names, since a leading underscore is the log's own.
AT, CLUSTER = "_at", "_cluster"
LEADING = (AT, CLUSTER, ACTUAL)
MEMORY = "192MB"
# In microseconds; no two periods begin within one.
MINUTE = 60_000_000
# Cases with several scores that are compared at once.
CASES_AT_ONCE = 250_000
# Ids that say the same are one id, whatever version of the program wrote them.
ID = canonical_sql("_id", "VARCHAR")
SET_ASIDE = """
    INSERT INTO aside
    SELECT _at, mark FROM (
        SELECT {id} AS id, _at, hash(_id, _version, _at) AS mark, list_position(?, _version) AS place, (
            SELECT max(start) FROM charge c
            WHERE c.version = r._version AND c.start <= r._at AND (c.until IS NULL OR c.until > r._at)
        ) AS in_charge
        FROM read_parquet(?, union_by_name = true) r
        WHERE ({case}) IN (
            SELECT ({case}) FROM read_parquet(?, union_by_name = true) WHERE hash({id}) % {parts} = {part}
        ) {until}
    )
    QUALIFY row_number() OVER (PARTITION BY {named} ORDER BY in_charge DESC NULLS LAST, place, _at, mark) > 1
"""


@dataclass(frozen=True)
class Sources:
    """Files to read, and until when: labels known after `known_until` and rows made after `made_until` do not count.

    `by_instant`: a label is about an id and an instant. `shadow`: only rows that count (False), only other versions'
    scores of the same cases (True), or both (None); see `Engine.part_cases`.
    """

    predictions: Sequence[Path]
    labels: Sequence[Path]
    known_until: datetime
    made_until: datetime | None = None
    by_instant: bool = False
    shadow: bool | None = False


class Engine:
    """Reads the Parquet files of one log directory, and nothing else, in bounded memory."""

    def __init__(self, log: Path) -> None:
        """Open a connection of its own that can only reach `log`."""
        need_handles()
        self._connection = duckdb.connect()
        self._described: tuple[list[str], dict[str, str]] = ([], {})
        self._parted = False
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
        self,
        sources: Sources,
        columns: Sequence[LogColumn],
        span: tuple[datetime, datetime] | None = None,
        checks: RowChecks = NO_CHECKS,
    ) -> Iterator[pa.RecordBatch]:
        """Rows with `_at` in `span` (end excluded): LEADING (microseconds, hash of cluster, label), columns, checks.

        `_actual` is null where no label was known until `sources.known_until`.
        """
        if not sources.predictions:
            return
        statement, values = self.statement(sources, columns, span, checks)
        yield from self.stream(statement, values, len(columns))

    def rows(self, sources: Sources) -> int:
        """How many rows the files of predictions hold."""
        if not sources.predictions:
            return 0
        files = [str(file) for file in sources.predictions]
        statement = "SELECT count(*) FROM read_parquet(?, union_by_name = true)"
        return int(self.fetch(statement, [files])[0][0])

    def fetch(self, statement: str, values: list[object]) -> list[tuple[Any, ...]]:
        """The rows that a question about files of the log has as its answer: few of them."""
        return self._connection.execute(statement, values).fetchall()

    def part_cases(
        self,
        log: Sources,
        shared: Sequence[Path],
        versions: Sequence[str],
        charges: Sequence[tuple[str, datetime, datetime | None]],
    ) -> None:
        """Find out which prediction counts where several versions scored a case; the others are set aside.

        It is the one whose version was in production when it was made (of `charges`: version, start, end; the one
        started last), else that of the version named first in `versions`. `shared` are the files with cases that
        another version had scored before.
        """
        self._connection.execute("CREATE OR REPLACE TABLE aside (_at TIMESTAMP, mark UBIGINT)")
        self._parted = True
        self._connection.execute("CREATE OR REPLACE TABLE charge (version VARCHAR, start TIMESTAMP, until TIMESTAMP)")
        if charges:
            self._connection.executemany("INSERT INTO charge VALUES (?, ?, ?)", [list(charge) for charge in charges])
        case, named = (f"{ID}, _at", "id, _at") if log.by_instant else (ID, "id")
        files, listed = [str(file) for file in log.predictions], [str(file) for file in shared]
        until = "" if log.made_until is None else "AND _at <= ?"
        made = [] if log.made_until is None else [log.made_until]
        size = self._connection.execute("SELECT count(*) FROM read_parquet(?)", [listed]).fetchone()
        parts = -(-int(size[0]) // CASES_AT_ONCE) if size else 0
        for part in range(parts):
            statement = SET_ASIDE.format(id=ID, case=case, named=named, parts=parts, part=part, until=until)
            self._connection.execute(statement, [list(versions), files, listed, *made])

    def instants(
        self, files: Sequence[Path], known_after: datetime | None, known_until: datetime
    ) -> Iterator[pa.RecordBatch]:
        """`_at` (microseconds) of the first and last row of each minute in files.

        With `known_after`, only of labels that became known since.
        """
        if not files:
            return
        where = "_at IS NOT NULL"
        values: list[object] = [[str(file) for file in files]]
        if known_after is not None:
            where += " AND _known_at > ? AND _known_at <= ?"
            values += [known_after, known_until]
        rows = f"(SELECT epoch_us(_at) AS moment FROM read_parquet(?, union_by_name = true) WHERE {where})"
        ends = f"SELECT min(moment) AS earliest, max(moment) AS latest FROM {rows} GROUP BY moment // {MINUTE}"
        statement = f"SELECT earliest AS {AT} FROM ({ends}) UNION SELECT latest FROM ({ends})"
        yield from self._connection.execute(statement, [*values, *values]).to_arrow_reader(BATCH_ROWS)

    def instants_of_cases(self, log: Sources, files: Sequence[Path]) -> Iterator[pa.RecordBatch]:
        """`_at` (microseconds) of the rows of a log whose ids stand in `files` too."""
        if not files or not log.predictions:
            return
        rows = "read_parquet(?, union_by_name = true)"
        statement = f"SELECT DISTINCT epoch_us(_at) AS {AT} FROM {rows} WHERE {ID} IN (SELECT {ID} FROM {rows})"
        listed = [[str(file) for file in chosen] for chosen in (log.predictions, files)]
        yield from self._connection.execute(statement, listed).to_arrow_reader(BATCH_ROWS)

    def frequencies(self, files: Sequence[Path], column: str) -> dict[str, int]:
        """Count each text value of a column in files."""
        if not files:
            return {}
        text = canonical_sql(quote(column), "VARCHAR")
        statement = f"SELECT {text} AS value, count(*) FROM read_parquet(?, union_by_name = true) GROUP BY ALL"
        found = self.fetch(statement, [[str(file) for file in files]])
        return {str(value): int(rows) for value, rows in found if value is not None}

    def stream(self, statement: str, values: list[object], columns: int) -> Iterator[pa.RecordBatch]:
        """The rows, of so many columns, that a question about files of the log has as its answer: as many as it has."""
        yield from self._connection.execute(statement, values).to_arrow_reader(_batch_rows(columns))

    def statement(
        self,
        sources: Sources,
        columns: Sequence[LogColumn],
        span: tuple[datetime, datetime] | None,
        checks: RowChecks = NO_CHECKS,
    ) -> tuple[str, list[object]]:
        """The SQL of `batches` and its values."""
        files = [str(file) for file in sources.predictions]
        present = self.columns(files)
        chosen = [f"epoch_us(p._at) AS {AT}", f"hash({canonical_sql('p._cluster', 'VARCHAR')}) AS {CLUSTER}"]
        values: list[object] = []
        labels = self.columns([str(file) for file in sources.labels[:1]]) if sources.labels else present
        given, delivered = (label_sql(table, kinds) for table, kinds in (("p", present), ("l", labels)))
        actual = f"CASE WHEN p._known_at <= ? THEN {given} END"
        values.append(sources.known_until)
        if sources.labels:
            # Of the labels known by then the last one in their order counts, whether it came in the row or apart.
            actual = f"CASE WHEN l._order IS NULL OR (p._known_at <= ? AND p._known_at >= l._order) THEN {actual} "
            actual += f"ELSE {delivered} END"
            values.append(sources.known_until)
        chosen.append(f"{actual} AS _actual")
        chosen += [f"{column_sql(column, present, 'p')} AS {quote(column.name)}" for column in columns]
        made = check_columns(checks, [column.name for column in columns], present)
        chosen += [column.sql for column in made]
        values += [value for column in made for value in column.values]
        source = "read_parquet(?, union_by_name = true) p"
        values.append(files)
        if sources.labels:
            join, bound = self._labels(sources, span)
            source += join
            values += bound
        where, bound = self._where(sources, span, checks, present)
        return f"SELECT {', '.join(chosen)} FROM {source}{where}", values + bound

    def _where(
        self, sources: Sources, span: tuple[datetime, datetime] | None, checks: RowChecks, present: dict[str, str]
    ) -> tuple[str, list[object]]:
        """Which rows are read, and the values of that."""
        conditions, values = [], list[object]()
        if sources.shadow is not None:
            conditions.append(self._parted_rows(sources.shadow, span))
            values += list(span or ()) if self._parted else []
        if span is not None:
            conditions.append("p._at >= ? AND p._at < ?")
            values += list(span)
        if sources.made_until is not None:
            conditions.append("p._at <= ?")
            values.append(sources.made_until)
        if checks.only is not None:
            only = condition_sql(checks.only, checks.names, present)
            conditions.append(f"{only.sql} IS NOT DISTINCT FROM true")
            values += only.values
        return f" WHERE {' AND '.join(conditions)}" if conditions else "", values

    def _labels(self, sources: Sources, span: tuple[datetime, datetime] | None) -> tuple[str, list[object]]:
        """A join with the label of each case that is the last in their order of those known, and its values."""
        files = [str(file) for file in sources.labels]
        order = "coalesce(_order, _known_at)" if "_order" in self.columns(files) else "_known_at"
        case, same = (f"{ID} AS id, _at", " AND p._at = l._at") if sources.by_instant else (f"{ID} AS id", "")
        within = " AND (_at IS NULL OR (_at >= ? AND _at < ?))" if span is not None else ""
        join = (
            f" LEFT JOIN (SELECT {case}, arg_max(_actual, {order}) AS _actual, max({order}) AS _order "
            f"FROM read_parquet(?, union_by_name = true) WHERE _known_at <= ?{within} "
            f"GROUP BY ALL) l ON {canonical_sql('p._id', 'VARCHAR')} = l.id{same}"
        )
        return join, [files, sources.known_until, *(span or ())]

    def _parted_rows(self, shadow: bool, span: tuple[datetime, datetime] | None) -> str:
        """A condition for the rows that count, or for the others (`shadow`)."""
        if not self._parted:
            return "NOT true" if shadow else "true"
        within = "WHERE _at >= ? AND _at < ?" if span is not None else ""
        return f"hash(p._id, p._version, p._at) {'' if shadow else 'NOT '}IN (SELECT mark FROM aside {within})"

    def columns(self, files: list[str]) -> dict[str, str]:
        """The columns of files with their types."""
        # Wide files take long to describe, and are described for every part of their columns.
        if self._described[0] != files:
            statement = (
                "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?, union_by_name = true))"
            )
            self._described = (files, {str(name): str(kind) for name, kind in self.fetch(statement, [files])})
        return self._described[1]


def _batch_rows(columns: int) -> int:
    """Rows of a batch: fewer where there are many columns, so that a batch has a bounded size."""
    return max(FEWEST_BATCH_ROWS, BATCH_ROWS * BATCH_COLUMNS // max(BATCH_COLUMNS, columns))
