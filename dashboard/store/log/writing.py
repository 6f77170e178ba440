"""Writing rows as files of the log: one per version and month, sorted by instant, in the staging directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.call import Call
from dashboard.store.log.engine import copy_options
from dashboard.store.log.files import LABELS, PENDING, PREDICTIONS, LogFile, new_path, record_log_files, sha256_of
from dashboard.store.log.order import Addition, Order, Outcome, Staged
from dashboard.store.log.pending import record_pending_labels
from dashboard.store.log.quoting import identifier, literal, path_list, path_literal
from dashboard.store.log.staging import move_into_log
from dashboard.words import mark

READS_BEFORE_SORTING = 16
READS_THAT_MATTER = 200


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


def additions_of(call: Call, staged: Sequence[Staged]) -> tuple[Addition, ...]:
    """The staged files with their hashes and what their rows came with."""
    origins = _origins(call)
    found = [(made, origins[made.delivery if made.source is None else made.source]) for made in staged]
    return tuple(Addition(made, sha256_of(made.path), *origin) for made, origin in found)


def add_to_log(store: Store, order: Order, outcome: Outcome) -> None:
    """Make staged files part of the log: moved to their places, then listed in one transaction with its record."""
    if not outcome.additions:
        return
    context = AuditContext(order.action, order.actor, before=outcome.before, after=outcome.after)
    model_id = order.card.id
    made = [(one, one.staged) for one in outcome.additions]
    paths = [new_path(model_id, staged.kind, staged.version, staged.month) for _, staged in made]
    moves = [(staged.path, path) for (_, staged), path in zip(made, paths, strict=True)]
    move_into_log(store, order.space, moves)
    with store.writing(context) as cursor:
        # Read inside the transaction, so that whoever writes later finds every file that was recorded earlier.
        recorded_at = stored(now())
        files = [
            LogFile(
                fact_id=str(uuid4()),
                recorded_at=recorded_at,
                actor=order.actor,
                model_id=model_id,
                kind=staged.kind,
                version=staged.version,
                month=staged.month,
                path=path,
                sha256=one.sha256,
                rows=staged.rows,
                labels=staged.labels,
                first_at=staged.first_at,
                last_at=staged.last_at,
                source_name=one.source_name,
                source_sha256=one.source_sha256,
                delivery_id=one.delivery,
                shared=staged.shared or None,
            )
            for (one, staged), path in zip(made, paths, strict=True)
        ]
        record_log_files(cursor, files)
        record_pending_labels(cursor, model_id, outcome.pending, recorded_at)


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


def audit_of(call: Call, rows_added: int, labels_added: int) -> AuditContext:
    """Describe what is added, for the audit record: files with their SHA-256, predictions and labels."""
    added = {
        "files": [{"name": Path(typing.source.name).name, "sha256": typing.source.sha256} for typing in call.typings],
        "rows_added": rows_added,
        "labels_added": labels_added,
    }
    return AuditContext(call.order.action, call.order.actor, after={call.card.id: added})


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _month(month: object) -> str:
    return str(month)[:7]


def _int(value: object) -> int:
    return int(str(value))


def _span(first: object, last: object) -> tuple[datetime | None, datetime | None]:
    return (first if isinstance(first, datetime) else None), (last if isinstance(last, datetime) else None)
