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
from dashboard.store.log.pending import PendingLabels, record_pending_labels
from dashboard.store.log.quoting import identifier, literal, path_list, path_literal
from dashboard.store.log.staging import move_into_log
from dashboard.words import mark

READS_BEFORE_SORTING = 16
READS_THAT_MATTER = 200


@dataclass(frozen=True)
class Staged:
    """A finished file that is not yet part of the log; instants in UTC without zone.

    `source` is the place of its input file among those of the call; None for labels that the log knew, and then
    `delivery` is what they were delivered with.
    """

    path: Path
    kind: str
    version: str | None
    month: str
    rows: int
    labels: int
    first_at: datetime | None
    last_at: datetime | None
    source: int | None
    delivery: str | None = None
    shared: bool = False


def stage_predictions(call: Call, rows: str, columns: Sequence[str]) -> list[Staged]:
    """Write the `columns` of the relation `rows` to one file per input file, version and month.

    Rows of cases that another version scored before (`_shared`) lie in files of their own.
    """
    selected = ", ".join(identifier(column) for column in columns)
    groups = call.execute(f"""
        SELECT _version, date_trunc('month', _at) AS month, _source, _shared, count(*), count(_actual), min(_at),
            max(_at)
        FROM {rows} GROUP BY ALL ORDER BY ALL
    """)
    options = copy_options(len(columns))
    rows = _sorted_if_scattered(call, rows, groups, options)
    staged = []
    for number, (version, month, source, shared, size, labels, first, last) in enumerate(groups):
        call.progress(0.7 + 0.25 * number / len(groups), mark("Writing the log"))
        path = call.space / f"{uuid4()}.parquet"
        call.connection.execute(f"""
            COPY (SELECT {selected} FROM {rows} WHERE _version = {literal(str(version))}
                AND _source = {_int(source)} AND _shared = {bool(shared)}
                AND _at BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}' ORDER BY _at, _id)
            TO {path_literal(path)} ({options})
        """)
        staged.append(
            Staged(
                path, PREDICTIONS, str(version), _month(month), _int(size), _int(labels), *_span(first, last),
                source=_int(source), shared=bool(shared),
            )
        )  # fmt: skip
    return staged


def _sorted_if_scattered(call: Call, rows: str, groups: Sequence[tuple[object, ...]], options: str) -> str:
    """The relation to read each group from: sorted once first where rows of many groups lie all over the file.

    Row groups whose span of time does not touch a group are skipped in reading. Where the spans are wide, as in a
    shuffled file, every group reads everything, which beats sorting everything up to about 16 groups.
    """
    spans = call.execute(f"""
        SELECT file_name, min(CAST(stats_min_value AS TIMESTAMP)), max(CAST(stats_max_value AS TIMESTAMP))
        FROM parquet_metadata({path_list(call.typed)}) WHERE path_in_schema = '_at'
        GROUP BY file_name, row_group_id
    """)
    typed = [str(path) for path in call.typed]
    reads = sum(
        name == typed[_int(source)] and first <= high and last >= low  # type: ignore[operator]
        for _, _, source, _, _, _, first, last in groups
        for name, low, high in spans
    )
    if reads <= max(READS_THAT_MATTER, READS_BEFORE_SORTING * len(spans)):
        return rows
    call.progress(0.65, mark("Sorting the rows"))
    path = call.space / "sorted.parquet"
    call.connection.execute(f"COPY (SELECT * FROM {rows} ORDER BY _at, _id) TO {path_literal(path)} ({options})")
    return f"read_parquet({path_literal(path)})"


def stage_labels(call: Call) -> list[Staged]:
    """Write the table `settled` to one file per origin and month of prediction; apart those that meet none."""
    groups = call.execute("""
        SELECT _source, delivery, CASE WHEN is_met THEN date_trunc('month', _at) END AS month, count(*), min(_at),
            max(_at)
        FROM settled GROUP BY ALL ORDER BY ALL
    """)
    staged = []
    for source, delivery, month, size, first, last in groups:
        path = call.space / f"{uuid4()}.parquet"
        span = "NOT is_met" if month is None else f"is_met AND _at BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
        origin = f"delivery = {literal(str(delivery))}" if source is None else f"_source = {_int(source)}"
        call.connection.execute(f"""
            COPY (
                SELECT _id, _actual, _known_at, _at, _stated, _order FROM settled
                WHERE {span} AND {origin} ORDER BY _at, _id, _order
            ) TO {path_literal(path)} ({copy_options(6)})
        """)
        name, times = (PENDING, (None, None)) if month is None else (_month(month), _span(first, last))
        number, known = (_int(source), None) if source is not None else (None, str(delivery))
        staged.append(Staged(path, LABELS, None, name, _int(size), _int(size), *times, source=number, delivery=known))
    return staged


def add_to_log(call: Call, staged: Sequence[Staged], context: AuditContext, pending: Sequence[PendingLabels]) -> None:
    """Make staged files part of the log: moved to their places, then listed in one transaction with its record.

    `pending` are all labels that meet no prediction once the files are part of it.
    """
    if not staged:
        return
    origins = _origins(call)
    paths = [new_path(call.card.id, made.kind, made.version, made.month) for made in staged]
    hashes = [sha256_of(made.path) for made in staged]
    move_into_log(call.store, call.space, [(made.path, path) for made, path in zip(staged, paths, strict=True)])
    with call.store.writing(context) as cursor:
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
                source_name=name,
                source_sha256=source_sha256,
                delivery_id=delivery,
                shared=made.shared or None,
            )
            for made, path, sha256 in zip(staged, paths, hashes, strict=True)
            for delivery, name, source_sha256 in [origins[made.delivery if made.source is None else made.source]]
        ]
        record_log_files(cursor, files)
        record_pending_labels(cursor, call.card.id, pending, recorded_at)


def name_deliveries(call: Call) -> set[str]:
    """Make `own_deliveries`: what each input file of the call is delivered as; returns their ids."""
    call.connection.execute(
        "CREATE TABLE own_deliveries (source INTEGER, delivery VARCHAR, name VARCHAR, sha256 VARCHAR)"
    )
    rows = [
        (number, str(uuid4()), Path(typing.source.name).name, typing.source.sha256)
        for number, typing in enumerate(call.typings)
    ]
    call.connection.executemany("INSERT INTO own_deliveries VALUES (?, ?, ?, ?)", rows)
    return {delivery for _, delivery, _, _ in rows}


def _origins(call: Call) -> dict[object, tuple[str, str | None, str | None]]:
    """What rows came with (delivery, name, SHA-256): by the place of the input file, and by delivery in the log."""
    own = call.execute("SELECT source, delivery, name, sha256 FROM own_deliveries")
    known = call.execute("SELECT DISTINCT delivery, delivery, name, sha256 FROM deliveries")
    return {place: (str(delivery), _text(name), _text(sha256)) for place, delivery, name, sha256 in [*own, *known]}


def audit_of(call: Call, action: str, rows_added: int, labels_added: int) -> AuditContext:
    """Describe what is added, for the audit record: files with their SHA-256, predictions and labels."""
    added = {
        "files": [{"name": Path(typing.source.name).name, "sha256": typing.source.sha256} for typing in call.typings],
        "rows_added": rows_added,
        "labels_added": labels_added,
    }
    return AuditContext(action, call.actor, after={call.card.id: added})


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _month(month: object) -> str:
    return str(month)[:7]


def _int(value: object) -> int:
    return int(str(value))


def _span(first: object, last: object) -> tuple[datetime | None, datetime | None]:
    return (first if isinstance(first, datetime) else None), (last if isinstance(last, datetime) else None)
