"""Ingesting predictions and actuals: all files of a call become part of the log, or none and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.errors import DashboardError
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.call import Call, Progress, read_files
from dashboard.store.log.conflicts import content_refusal, label_refusal
from dashboard.store.log.engine import copy_options, working_connection
from dashboard.store.log.fields import actual_fields, content_fields, prediction_fields
from dashboard.store.log.files import log_directory
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
from dashboard.store.log.pending import EXAMPLES, pending_labels
from dashboard.store.log.quoting import path_literal
from dashboard.store.log.staging import workspace
from dashboard.store.log.writing import (
    Staged,
    add_to_log,
    audit_of,
    name_deliveries,
    stage_labels,
    stage_predictions,
)
from dashboard.words import mark

NOTHING_WRITTEN = "nothing of the call was written; make space, check the rights of the home directory, try again"


@dataclass(frozen=True)
class Ingested:
    """What a call did, or would have done as a trial.

    `files` counts the input files; labels are actuals, wherever they came with; ignored is what the log had already
    or the call brought twice; a row without label has an empty actual; notes say what was taken for granted in reading.
    Of the labels added, `corrected` take the place of another one; `unscored` of the rows added have no score.
    `pending` are the labels of the call that meet no prediction, `examples` some of their ids.
    """

    files: int
    rows_received: int
    rows_added: int
    rows_ignored: int
    labels_added: int
    labels_ignored: int
    rows_without_label: int
    notes: tuple[str, ...] = ()
    corrected: int = 0
    unscored: int = 0
    pending: int = 0
    examples: tuple[str, ...] = ()


def ingest_predictions(
    store: Store,
    card: ModelCard,
    files: Sequence[Path],
    actor: str,
    progress: Progress | None = None,
    is_trial: bool = False,
) -> Ingested:
    """Add the prediction rows of all files (Parquet, CSV, JSON Lines) to the log of the card's model.

    The same prediction (`data.key` of the card) again with the same content is ignored; a label that it brings is
    delivered. `progress` receives the share done (0 to 1) and what is being done. A trial writes nothing and returns
    what would be done. Raises InputRefusedError with the first faults and their total, and then nothing of the call was
    written; StoreDamagedError when a file of the log is not what was recorded.
    """
    with _call(store, card, actor, progress) as call:
        call.is_trial = is_trial
        content = content_fields(card)
        read_files(call, files, prediction_fields, content)
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
        return _added(call, staged, "ingest_predictions", (rows, corrected, None))


def ingest_actuals(
    store: Store,
    card: ModelCard,
    files: Sequence[Path],
    actor: str,
    progress: Progress | None = None,
    is_trial: bool = False,
) -> Ingested:
    """Add labels that became known apart from their predictions; they may come before those (then they are pending).

    A label that is known already is ignored. Another one for the same case is a correction where its source says that
    it was known later; the log keeps both. Otherwise it is refused. `rows_added` is 0. Trial and errors as of
    `ingest_predictions`.
    """
    return _ingest_labels(store, card, files, (actor, "ingest_actuals", None, is_trial), progress)


@dataclass(frozen=True)
class Reason:
    """Why labels are corrected, and whether it is only tried."""

    words: str
    is_trial: bool = False


def correct_actuals(
    store: Store, card: ModelCard, files: Sequence[Path], actor: str, why: Reason, progress: Progress | None = None
) -> Ingested:
    """Add labels that take the place of others, for a reason; those without an instant are known from now on.

    Trial and errors as `ingest_predictions`; a correction that was not known later than what it corrects is refused.
    """
    return _ingest_labels(store, card, files, (actor, "correct_actuals", why.words, why.is_trial), progress)


def _ingest_labels(
    store: Store,
    card: ModelCard,
    files: Sequence[Path],
    asked: tuple[str, str, str | None, bool],
    progress: Progress | None,
) -> Ingested:
    actor, action, reason, is_trial = asked
    with _call(store, card, actor, progress) as call:
        call.is_trial = is_trial
        read_files(call, files, actual_fields, [])
        _complete_labels(call)
        call.progress(0.5, mark("Comparing with the log"))
        match_actuals(call)
        bring_alone(call)
        corrected = _accept_labels(call, correcting=reason is not None)
        settle_labels(call, None)
        return _added(call, stage_labels(call), action, (None, corrected, reason))


def _accept_labels(call: Call, *, correcting: bool) -> int:
    """Judge the labels of `brought`, refuse the call or accept them; returns how many correct another one."""
    judge_labels(call, correcting)
    if (conflicts := label_conflicts(call)).total:
        raise label_refusal(call, conflicts)
    return accept_labels(call)


def _added(call: Call, staged: Sequence[Staged], action: str, what: tuple[str | None, int, str | None]) -> Ingested:
    """Make what is staged part of the log; `what`: the relation of added rows, how many labels correct, the reason."""
    rows, corrected, reason = what
    rows_added = sum(made.rows for made in staged if made.version is not None)
    labels_added = sum(made.labels for made in staged if made.version is not None)
    labels_added += call.count("SELECT count(*) FROM accepted")
    unscored = call.count(f"SELECT count(*) FROM {rows} WHERE _score IS NULL") if rows is not None else 0
    own = name_deliveries(call)
    pending = pending_labels(call, rows)
    context = audit_of(call, action, rows_added, labels_added)
    if corrected or reason is not None:
        tell_corrections(call, context, corrected, reason)
    if not call.is_trial:
        add_to_log(call, staged, context, pending)
    labels = call.count("SELECT count(_actual) FROM incoming")
    mine = [one for one in pending if one.delivery in own]
    return Ingested(
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


@contextmanager
def _call(store: Store, card: ModelCard, actor: str, progress: Progress | None) -> Iterator[Call]:
    try:
        with workspace(store) as space:
            directories = (space, log_directory(store))
            with working_connection(directories, space / "spill", len(card.data.features)) as connection:
                yield Call(store, card, actor, space, connection, stored(now()), progress or _silent)
    except OSError as fault:
        raise DashboardError(f"the log cannot be written ({fault.strerror}); {NOTHING_WRITTEN}") from fault
    except duckdb.OutOfMemoryException as fault:
        raise DashboardError(f"the files need more memory or disk space than there is; {NOTHING_WRITTEN}") from fault
    except duckdb.IOException as fault:
        reason = str(fault).splitlines()[0]
        raise DashboardError(f"the log cannot be written ({reason}); {NOTHING_WRITTEN}") from fault


def _silent(_share: float, _doing: str) -> None:
    return


def _complete_labels(call: Call) -> None:
    """Replace `incoming` so that every label has the instant it became known, that of the call where none was given.

    `_stated` tells whether one was given.
    """
    given = any(row[0] == "_known_at" for row in call.execute("DESCRIBE incoming"))
    source = "_known_at" if given else "NULL"
    call.connection.execute("ALTER VIEW incoming RENAME TO incoming_as_typed")
    call.connection.execute(f"""
        CREATE VIEW incoming AS SELECT {"* EXCLUDE (_known_at)" if given else "*"},
            CASE WHEN _actual IS NOT NULL THEN coalesce({source}, TIMESTAMP '{call.began_at}') END AS _known_at,
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
