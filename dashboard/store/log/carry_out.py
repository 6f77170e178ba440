"""The work of an ingestion, from input files to finished files of the log; the store is not asked, and not written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from dashboard.errors import InputRefusedError, Problem
from dashboard.machine import machine_error
from dashboard.store.log.attributions import bring_attributions
from dashboard.store.log.call import Call, Progress, directories, open_files, read_files
from dashboard.store.log.conflicts import content_refusal, label_refusal
from dashboard.store.log.engine import copy_options, working_connection
from dashboard.store.log.fields import actual_fields, content_fields, prediction_fields
from dashboard.store.log.keys import case_of
from dashboard.store.log.labels import (
    accept_labels,
    bring_alone,
    bring_with_predictions,
    fresh_rows,
    judge_labels,
    settle_labels,
    tell_corrections,
)
from dashboard.store.log.matching import content_conflicts, label_conflicts, match_actuals, match_predictions
from dashboard.store.log.order import Ingested, Order, Outcome, Staged
from dashboard.store.log.pending import EXAMPLES, pending_labels
from dashboard.store.log.quoting import path_literal
from dashboard.store.log.writing import additions_of, audit_of, name_deliveries, stage_labels, stage_predictions
from dashboard.words import mark

PREDICTIONS_COME, ATTRIBUTIONS_COME = "ingest_predictions", "ingest_attributions"
NOT_WRITTEN = "the log cannot be written"
NOTHING_WRITTEN = "nothing of the call was written"


def carry_out(order: Order, progress: Progress) -> Outcome:
    """Read the files of an order, compare them with the log, and make the files to add in its directory.

    Raises InputRefusedError with the first faults and their total, MachineError for a full or failing disk.
    """
    with _call(order, progress) as call:
        if order.action == ATTRIBUTIONS_COME:
            return bring_attributions(call)
        return _predictions(call) if order.action == PREDICTIONS_COME else _labels(call)


@contextmanager
def _call(order: Order, progress: Progress) -> Iterator[Call]:
    try:
        opened = open_files(order, progress)
        columns = max(len(order.card.data.features), opened.columns)
        with working_connection(directories(order), order.space / "spill", columns) as connection:
            yield Call(order, opened, connection, progress)
    except (OSError, duckdb.Error) as fault:
        error = machine_error(fault, NOT_WRITTEN, NOTHING_WRITTEN)
        if error is not None:
            raise error from fault
        if isinstance(fault, duckdb.OutOfMemoryException):
            raise too_much_memory(order) from fault
        raise


def too_much_memory(order: Order) -> InputRefusedError:
    """The refusal of files that cannot be read in the memory that one call may take."""
    message = "received rows that need more memory than a call may take; fewer or narrower rows are needed; split it"
    return InputRefusedError([Problem(message, str(order.files[0]) if len(order.files) == 1 else None)])


def _predictions(call: Call) -> Outcome:
    content = content_fields(call.card)
    read_files(call, prediction_fields, content)
    _complete_labels(call)
    call.progress(0.5, mark("Comparing with the log"))
    match_predictions(call)
    if (conflicts := content_conflicts(call, content)).total:
        raise content_refusal(call, conflicts, content)
    bring_with_predictions(call)
    corrected = _accept_labels(call, correcting=False)
    rows = _fresh_relation(call)
    settle_labels(call, rows)
    staged = [*stage_predictions(call, rows, _columns(call)), *stage_labels(call)]
    return _outcome(call, staged, rows, corrected)


def _labels(call: Call) -> Outcome:
    read_files(call, actual_fields, [])
    _complete_labels(call)
    call.progress(0.5, mark("Comparing with the log"))
    match_actuals(call)
    bring_alone(call)
    corrected = _accept_labels(call, correcting=call.order.reason is not None)
    settle_labels(call, None)
    return _outcome(call, stage_labels(call), None, corrected)


def _accept_labels(call: Call, *, correcting: bool) -> int:
    """Judge the labels of `brought`, refuse the call or accept them; returns how many correct another one."""
    judge_labels(call, correcting)
    if (conflicts := label_conflicts(call)).total:
        raise label_refusal(call, conflicts)
    return accept_labels(call)


def _outcome(call: Call, staged: Sequence[Staged], rows: str | None, corrected: int) -> Outcome:
    """What is staged, and what the call did; `rows` is the relation of the predictions that it adds."""
    rows_added = sum(made.rows for made in staged if made.version is not None)
    labels_added = sum(made.labels for made in staged if made.version is not None)
    labels_added += call.count("SELECT count(*) FROM accepted")
    unscored = call.count(f"SELECT count(*) FROM {rows} WHERE _score IS NULL") if rows is not None else 0
    own = name_deliveries(call)
    pending = pending_labels(call, rows)
    context = audit_of(call, rows_added, labels_added)
    if corrected or call.order.reason is not None:
        tell_corrections(call, context, corrected, call.order.reason)
    labels = call.count("SELECT count(_actual) FROM incoming")
    mine = [one for one in pending if one.delivery in own]
    ingested = Ingested(
        files=len(call.typings),
        rows_received=call.received,
        rows_added=rows_added,
        rows_ignored=call.received - rows_added if rows is not None else 0,
        labels_added=labels_added,
        labels_ignored=labels - labels_added,
        rows_without_label=call.received - labels,
        notes=call.notes(),
        corrected=corrected,
        unscored=unscored,
        pending=sum(one.labels for one in mine),
        examples=tuple(name for one in mine for name in one.examples)[:EXAMPLES],
    )
    additions = () if call.order.is_trial else additions_of(call, staged)
    return Outcome(ingested, additions, tuple(pending), context.before, context.after)


def _complete_labels(call: Call) -> None:
    """Replace `incoming` so that every label has the instant it became known, that of the call where none was given.

    `_stated` tells whether one was given.
    """
    given = any(row[0] == "_known_at" for row in call.execute("DESCRIBE incoming"))
    source = "_known_at" if given else "NULL"
    call.connection.execute("ALTER VIEW incoming RENAME TO incoming_as_typed")
    call.connection.execute(f"""
        CREATE VIEW incoming AS SELECT {"* EXCLUDE (_known_at)" if given else "*"},
            CASE WHEN _actual IS NOT NULL THEN coalesce({source}, TIMESTAMP '{call.order.began_at}') END AS _known_at,
            CASE WHEN _actual IS NOT NULL THEN {source} IS NOT NULL END AS _stated
        FROM incoming_as_typed
    """)


def _fresh_relation(call: Call) -> str:
    """The relation of the rows that the log does not have, each once, with `_case` and `_shared`."""
    if not call.count("SELECT count(*) FROM concerned"):
        return f"(SELECT *, {case_of(call.card)} AS _case, false AS _shared FROM incoming)"
    path = call.space / "fresh.parquet"
    options = copy_options(len(_columns(call)))
    call.connection.execute(f"COPY ({fresh_rows(call)}) TO {path_literal(path)} ({options})")
    return f"read_parquet({path_literal(path)})"


def _columns(call: Call) -> list[str]:
    """The columns of a prediction file in their order: the ledger's own, the card's, then the file's extra ones."""
    own = ["_id", "_at", "_version", "_score", "_actual", "_known_at", "_stated", "_cluster", "_content"]
    there = [str(row[0]) for row in call.execute("DESCRIBE incoming")]
    return own + [name for name in there if name not in own and name not in ("_faults", "_source")]
