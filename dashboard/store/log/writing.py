"""Writing rows as files of the log: one per version and month, sorted by instant, in the staging directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.log.call import Call
from dashboard.store.log.engine import copy_options
from dashboard.store.log.files import LABELS, PENDING, PREDICTIONS, LogFile, new_path, record_log_files, sha256_of
from dashboard.store.log.quoting import identifier, literal, path_list, path_literal
from dashboard.store.log.staging import move_into_log
from dashboard.words import mark

READS_BEFORE_SORTING = 16
READS_THAT_MATTER = 200


@dataclass(frozen=True)
class Staged:
    """A finished file that is not yet part of the log; instants in UTC without zone."""

    path: Path
    kind: str
    version: str | None
    month: str
    rows: int
    labels: int
    first_at: datetime | None
    last_at: datetime | None


def stage_predictions(call: Call, rows: str, columns: Sequence[str]) -> list[Staged]:
    """Write the `columns` of the relation `rows` to one file per version and month."""
    selected = ", ".join(identifier(column) for column in columns)
    groups = call.execute(f"""
        SELECT _version, date_trunc('month', _at) AS month, count(*), count(_actual), min(_at), max(_at)
        FROM {rows} GROUP BY ALL ORDER BY ALL
    """)
    options = copy_options(len(columns))
    rows = _sorted_if_scattered(call, rows, groups, options)
    staged = []
    for number, (version, month, size, labels, first, last) in enumerate(groups):
        call.progress(0.7 + 0.25 * number / len(groups), mark("Writing the log"))
        path = call.space / f"{uuid4()}.parquet"
        call.connection.execute(f"""
            COPY (SELECT {selected} FROM {rows} WHERE _version = {literal(str(version))}
                AND _at BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}' ORDER BY _at, _id)
            TO {path_literal(path)} ({options})
        """)
        staged.append(
            Staged(path, PREDICTIONS, str(version), _month(month), _int(size), _int(labels), *_span(first, last))
        )
    return staged


def _sorted_if_scattered(call: Call, rows: str, groups: Sequence[tuple[object, ...]], options: str) -> str:
    """The relation to read each group from: sorted once first where rows of many groups lie all over the file.

    Row groups whose span of time does not touch a group are skipped in reading. Where the spans are wide, as in a
    shuffled file, every group reads everything, which beats sorting everything up to about 16 groups.
    """
    spans = call.execute(f"""
        SELECT min(CAST(stats_min_value AS TIMESTAMP)), max(CAST(stats_max_value AS TIMESTAMP))
        FROM parquet_metadata({path_list(call.typed)}) WHERE path_in_schema = '_at'
        GROUP BY file_name, row_group_id
    """)
    reads = sum(first <= high and last >= low for *_, first, last in groups for low, high in spans)  # type: ignore[operator]
    if reads <= max(READS_THAT_MATTER, READS_BEFORE_SORTING * len(spans)):
        return rows
    call.progress(0.65, mark("Sorting the rows"))
    path = call.space / "sorted.parquet"
    call.connection.execute(f"COPY (SELECT * FROM {rows} ORDER BY _at, _id) TO {path_literal(path)} ({options})")
    return f"read_parquet({path_literal(path)})"


def stage_labels(call: Call) -> list[Staged]:
    """Write the table `settled` to one file per month of prediction, and one for labels that came before it."""
    groups = call.execute("""
        SELECT date_trunc('month', _at) AS month, count(*), min(_at), max(_at) FROM settled GROUP BY ALL ORDER BY ALL
    """)
    staged = []
    for month, size, first, last in groups:
        path = call.space / f"{uuid4()}.parquet"
        span = "_at IS NULL" if month is None else f"_at BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
        call.connection.execute(f"""
            COPY (SELECT _id, _actual, _known_at, _at FROM settled WHERE {span} ORDER BY _at, _id)
            TO {path_literal(path)} ({copy_options(4)})
        """)
        name = PENDING if month is None else _month(month)
        staged.append(Staged(path, LABELS, None, name, _int(size), _int(size), *_span(first, last)))
    return staged


def add_to_log(call: Call, staged: Sequence[Staged], action: str) -> None:
    """Make staged files part of the log: moved to their places, then listed in one transaction with its record."""
    if not staged:
        return
    names = ", ".join(dict.fromkeys(Path(typing.source.name).name for typing in call.typings))
    digests = ", ".join(typing.source.sha256 for typing in call.typings)
    paths = [new_path(call.card.id, made.kind, made.version, made.month) for made in staged]
    hashes = [sha256_of(made.path) for made in staged]
    move_into_log(call.store, call.space, [(made.path, path) for made, path in zip(staged, paths, strict=True)])
    with call.store.writing(_audit_context(call, staged, action)) as cursor:
        # Read inside the transaction, so that whoever writes later finds every file that was recorded earlier.
        recorded_at = stored(now())
        files = [
            LogFile(
                fact_id=str(uuid4()),
                recorded_at=recorded_at,
                actor=call.actor,
                model_id=call.card.id,
                kind=made.kind,
                version=made.version,
                month=made.month,
                path=path,
                sha256=sha256,
                rows=made.rows,
                labels=made.labels,
                first_at=made.first_at,
                last_at=made.last_at,
                source_name=names,
                source_sha256=digests,
            )
            for made, path, sha256 in zip(staged, paths, hashes, strict=True)
        ]
        record_log_files(cursor, files)


def _audit_context(call: Call, staged: Sequence[Staged], action: str) -> AuditContext:
    """Describe what was added, for the audit record: files with their SHA-256, rows and labels."""
    added = {
        "files": [{"name": Path(typing.source.name).name, "sha256": typing.source.sha256} for typing in call.typings],
        "rows_added": sum(made.rows for made in staged if made.version is not None),
        "labels_added": sum(made.labels for made in staged),
    }
    return AuditContext(action, call.actor, after={call.card.id: added})


def _month(month: object) -> str:
    return str(month)[:7]


def _int(value: object) -> int:
    return int(str(value))


def _span(first: object, last: object) -> tuple[datetime | None, datetime | None]:
    return (first if isinstance(first, datetime) else None), (last if isinstance(last, datetime) else None)
