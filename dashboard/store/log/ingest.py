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
from dashboard.store.log.conflicts import refusal
from dashboard.store.log.engine import copy_options, working_connection
from dashboard.store.log.fields import actual_fields, content_fields, prediction_fields
from dashboard.store.log.files import log_directory
from dashboard.store.log.labels import settle_labels
from dashboard.store.log.matching import (
    collect_known_labels,
    content_conflicts,
    label_conflicts,
    match_actuals,
    match_predictions,
)
from dashboard.store.log.quoting import path_literal
from dashboard.store.log.staging import workspace
from dashboard.store.log.writing import add_to_log, stage_labels, stage_predictions
from dashboard.words import mark

NOTHING_WRITTEN = "nothing of the call was written; make space, check the rights of the home directory, try again"


@dataclass(frozen=True)
class Ingested:
    """What a call did, or would have done as a trial.

    `files` counts the input files; labels are actuals, wherever they came with; ignored is what the log had already
    or the call brought twice; a row without label has an empty actual; notes say what was taken for granted in reading.
    """

    files: int
    rows_received: int
    rows_added: int
    rows_ignored: int
    labels_added: int
    labels_ignored: int
    rows_without_label: int
    notes: tuple[str, ...] = ()


def ingest_predictions(
    store: Store,
    card: ModelCard,
    files: Sequence[Path],
    actor: str,
    progress: Progress | None = None,
    is_trial: bool = False,
) -> Ingested:
    """Add the prediction rows of all files (Parquet, CSV, JSON Lines) to the log of the card's model.

    The same id again with the same content is ignored; a label that it brings is delivered. `progress` receives the
    share done (0 to 1) and what is being done. A trial writes nothing and returns what would be done. Raises
    InputRefusedError with the first faults and their total, and then nothing of the call was written; StoreDamagedError
    when a file of the log is not what was recorded.
    """
    with _call(store, card, actor, progress) as call:
        call.is_trial = is_trial
        content = content_fields(card)
        read_files(call, files, prediction_fields, content)
        _complete_labels(call)
        call.progress(0.5, mark("Comparing with the log"))
        match_predictions(call)
        collect_known_labels(call)
        for conflicts in (content_conflicts(call, content), label_conflicts(call)):
            if conflicts.total:
                raise refusal(call, conflicts, content)
        rows = _fresh_rows(call)
        settle_labels(call, "SELECT * FROM incoming WHERE _actual IS NOT NULL AND _id IN (SELECT _id FROM seen)")
        staged = [*stage_predictions(call, rows, _columns(call)), *stage_labels(call)]
        if not is_trial:
            add_to_log(call, staged, "ingest_predictions")
        added = sum(made.rows for made in staged if made.version is not None)
        return _ingested(call, len(files), added, sum(made.labels for made in staged))


def ingest_actuals(
    store: Store,
    card: ModelCard,
    files: Sequence[Path],
    actor: str,
    progress: Progress | None = None,
    is_trial: bool = False,
) -> Ingested:
    """Add labels that became known apart from their predictions; they may come before those (then they are pending).

    A label that is known already is ignored, another one refused. `rows_added` is 0. Errors as `ingest_predictions`.
    """
    with _call(store, card, actor, progress) as call:
        call.is_trial = is_trial
        read_files(call, files, actual_fields, [])
        _complete_labels(call)
        call.progress(0.5, mark("Comparing with the log"))
        match_actuals(call)
        collect_known_labels(call)
        conflicts = label_conflicts(call)
        if conflicts.total:
            raise refusal(call, conflicts, [])
        settle_labels(call, "SELECT * FROM incoming WHERE _actual IS NOT NULL")
        staged = stage_labels(call)
        if not is_trial:
            add_to_log(call, staged, "ingest_actuals")
        return _ingested(call, len(files), 0, sum(made.labels for made in staged))


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
    """Replace `incoming` so that every label has the instant it became known, that of the call where none was given."""
    given = any(row[0] == "_known_at" for row in call.execute("DESCRIBE incoming"))
    known_at = f"coalesce({'_known_at' if given else 'NULL'}, TIMESTAMP '{call.began_at}')"
    call.connection.execute("ALTER VIEW incoming RENAME TO incoming_as_typed")
    call.connection.execute(f"""
        CREATE VIEW incoming AS SELECT {"* EXCLUDE (_known_at)" if given else "*"},
            CASE WHEN _actual IS NOT NULL THEN {known_at} END AS _known_at
        FROM incoming_as_typed
    """)


def _fresh_rows(call: Call) -> str:
    """The relation of the rows that the log does not have, each id once, without labels that are pending."""
    if not call.count(
        "SELECT (SELECT count(*) FROM seen) + (SELECT count(*) FROM twice) + (SELECT count(*) FROM labelled)"
    ):
        return "incoming"
    path = call.space / "fresh.parquet"
    call.connection.execute(f"""
        COPY (
            SELECT i.* REPLACE (
                CASE WHEN l._id IS NULL THEN i._actual END AS _actual,
                CASE WHEN l._id IS NULL THEN i._known_at END AS _known_at
            )
            FROM (
                SELECT * FROM incoming
                WHERE _id NOT IN (SELECT _id FROM seen) AND _id NOT IN (SELECT _id FROM twice)
                UNION ALL BY NAME
                SELECT * REPLACE (
                    max(_actual) OVER (PARTITION BY _id) AS _actual,
                    min(_known_at) OVER (PARTITION BY _id) AS _known_at
                )
                FROM incoming WHERE _id IN (SELECT _id FROM twice) AND _id NOT IN (SELECT _id FROM seen)
                QUALIFY row_number() OVER (PARTITION BY _id ORDER BY _known_at) = 1
            ) i LEFT JOIN (SELECT DISTINCT _id FROM labelled) l ON i._id = l._id
        ) TO {path_literal(path)} ({copy_options(len(_columns(call)))})
    """)
    return f"read_parquet({path_literal(path)})"


def _columns(call: Call) -> list[str]:
    """The columns of a prediction file in their order: the ledger's own, the card's, then the file's extra ones."""
    own = ["_id", "_at", "_version", "_score", "_actual", "_known_at", "_cluster", "_content"]
    there = [str(row[0]) for row in call.execute("DESCRIBE incoming")]
    return own + [name for name in there if name not in own and name != "_faults"]


def _ingested(call: Call, files: int, rows_added: int, labels_added: int) -> Ingested:
    labels = call.count("SELECT count(_actual) FROM incoming")
    is_predictions = bool(call.count("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'twice'"))
    return Ingested(
        files=files,
        rows_received=call.received,
        rows_added=rows_added,
        rows_ignored=call.received - rows_added if is_predictions else 0,
        labels_added=labels_added,
        labels_ignored=labels - labels_added,
        rows_without_label=call.received - labels,
        notes=call.notes(),
    )
