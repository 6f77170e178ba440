"""Withdraw files from the log, and bring them back: their rows stay where they are and count, or count no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import uuid4

import duckdb

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.deliveries import Delivery, find_deliveries, list_deliveries
from dashboard.store.log.engine import working_connection
from dashboard.store.log.files import LABELS, PREDICTIONS, LogFile, file_path, list_log_files, log_directory
from dashboard.store.log.keys import key_columns
from dashboard.store.log.pending import PendingLabels, count_pending, may_wait, record_pending_labels
from dashboard.store.log.quoting import literal, path_list, path_literal
from dashboard.store.log.staging import workspace
from dashboard.store.log.withdrawals import Withdrawal, record_withdrawal


def withdraw_files(
    store: Store, card: ModelCard, words: Sequence[str], reason: str, context: AuditContext
) -> list[Delivery]:
    """Let the rows of files count no more from now on; `words` name them as `find_deliveries` says.

    Raises InputRefusedError when a word names no file that counts.
    """
    return _turn(store, card, (words, True, reason), context)


def reinstate_files(
    store: Store, card: ModelCard, words: Sequence[str], reason: str, context: AuditContext
) -> list[Delivery]:
    """Let the rows of withdrawn files count again.

    Raises InputRefusedError when a word names no withdrawn file, and when predictions of it were sent again since.
    """
    return _turn(store, card, (words, False, reason), context)


def _turn(
    store: Store, card: ModelCard, asked: tuple[Sequence[str], bool, str], context: AuditContext
) -> list[Delivery]:
    words, withdrawn, reason = asked
    with workspace(store) as space:
        known = list_deliveries(store, card.id)
        chosen = find_deliveries(_in_state(known, words, withdrawn), words)
        turned = {one.delivery for one in chosen}
        rest = [file for file in list_log_files(store, card.id) if file.delivery not in turned]
        counting = rest if withdrawn else [*rest, *(file for one in chosen for file in one.files)]
        left = withdrawn or any(one.withdrawn and one.delivery not in turned for one in known)
        with working_connection((space, log_directory(store)), space / "spill", 0) as connection:
            if not withdrawn:
                _refuse_sent_again(store, connection, card, (chosen, rest))
            pending = _pending(store, connection, card, (counting, left))
        actor = context.actor
        context.before[card.id] = {"withdrawn": not withdrawn}
        context.after[card.id] = {
            "withdrawn": withdrawn,
            "reason": reason,
            "files": [_described(one) for one in chosen],
        }
        with store.writing(context) as cursor:
            at = now()
            for one in chosen:
                entry = Withdrawal(str(uuid4()), at, actor, card.id, one.delivery, withdrawn, reason)
                record_withdrawal(cursor, entry, stored(at))
            record_pending_labels(cursor, card.id, pending, stored(at))
    return chosen


def _in_state(known: Iterable[Delivery], words: Sequence[str], withdrawn: bool) -> list[Delivery]:
    """The deliveries that can be turned; raises InputRefusedError where all that a word names are as wished already."""
    known = list(known)
    for word in words:
        named = [one for one in known if one.is_called(word)]
        if named and all(one.withdrawn == withdrawn for one in named):
            state = "withdrawn already" if withdrawn else "not withdrawn"
            raise InputRefusedError(
                [Problem(f"received {shorten(word)}, which is {state}; nothing to do", field="names")]
            )
    return [one for one in known if one.withdrawn != withdrawn]


def _described(delivery: Delivery) -> dict[str, object]:
    return {
        "name": delivery.name,
        "sha256": delivery.sha256,
        "call": delivery.call,
        "predictions": delivery.predictions,
        "labels": delivery.labels,
    }


def _refuse_sent_again(
    store: Store,
    connection: duckdb.DuckDBPyConnection,
    card: ModelCard,
    files: tuple[Sequence[Delivery], Sequence[LogFile]],
) -> None:
    """Refuse to bring back predictions that the log has again: no prediction may count twice."""
    chosen, rest = files
    coming = [file_path(store, file) for one in chosen for file in one.files if file.kind == PREDICTIONS]
    there = [file_path(store, file) for file in rest if file.kind == PREDICTIONS]
    keys = ", ".join(key_columns(card))
    parts = [f"SELECT {keys} FROM read_parquet({path_list([path])})" for path in coming]
    if not parts:
        return
    rows = " UNION ALL ".join(parts)
    if there:
        known = f"SELECT DISTINCT {keys} FROM read_parquet({path_list(there)})"
        rows += f" UNION ALL {known} WHERE _id IN (SELECT _id FROM ({rows}))"
    found = connection.execute(
        f"SELECT any_value(_id), count(*) OVER () FROM ({rows}) GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if found:
        message = (
            f"{found[1]} of its predictions are in the log again, like {shorten(found[0])}; each counts once; withdraw "
            "the file that brought them again first"
        )
        raise InputRefusedError([Problem(message, field="names")])


def _pending(
    store: Store, connection: duckdb.DuckDBPyConnection, card: ModelCard, log: tuple[Sequence[LogFile], bool]
) -> list[PendingLabels]:
    files, withdrawn = log
    waits = [file for file in files if may_wait(file, withdrawn)]
    if not waits:
        return []
    predictions = [file_path(store, file) for file in files if file.kind == PREDICTIONS]
    labels = [file_path(store, file) for file in files if file.kind == LABELS]
    nothing = "(SELECT ''::VARCHAR AS _id, NULL::TIMESTAMP AS _at WHERE false)"
    made = (
        f"(SELECT _id, _at FROM read_parquet({path_list(predictions)}, union_by_name = true))"
        if predictions
        else nothing
    )
    columns = "_id, _at, _known_at, _actual"
    waiting = " UNION ALL ".join(
        f"SELECT {columns}, {literal(file.delivery)} AS delivery, {literal(file.source_name or '')} AS name "
        f"FROM read_parquet({path_literal(file_path(store, file))})"
        for file in waits
    )
    laid = f"(SELECT {columns} FROM read_parquet({path_list(labels)}, union_by_name = true) WHERE _at IS NOT NULL)"
    return count_pending(connection, card, made, waiting, laid)
