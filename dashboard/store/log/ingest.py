"""Ingesting predictions and actuals: all files of a call become part of the log, or none and nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.machine import machine_faults
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.call import Progress
from dashboard.store.log.carry_out import ATTRIBUTIONS_COME, NOT_WRITTEN, NOTHING_WRITTEN, PREDICTIONS_COME, carry_out
from dashboard.store.log.files import check_log_files, list_log_files
from dashboard.store.log.order import Ingested, LogState, Order, Outcome
from dashboard.store.log.reading_process import carry_out_apart
from dashboard.store.log.staging import workspace
from dashboard.store.log.withdrawals import is_any_withdrawn
from dashboard.store.log.writing import add_to_log


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
    return _ingest(store, card, files, _Asked(PREDICTIONS_COME, actor, is_trial=is_trial), progress)


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
    return _ingest(store, card, files, _Asked("ingest_actuals", actor, is_trial=is_trial), progress)


def ingest_attributions(
    store: Store,
    card: ModelCard,
    files: Sequence[Path],
    actor: str,
    progress: Progress | None = None,
    is_trial: bool = False,
) -> Ingested:
    """Add contributions to scores that were computed elsewhere; rows that the log has are ignored, newer ones count.

    Refused are rows without a prediction, and rows that do not add up to its score. Trial and errors as of
    `ingest_predictions`.
    """
    return _ingest(store, card, files, _Asked(ATTRIBUTIONS_COME, actor, is_trial=is_trial), progress)


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
    asked = _Asked("correct_actuals", actor, why.words, why.is_trial)
    return _ingest(store, card, files, asked, progress)


@dataclass(frozen=True)
class _Asked:
    """What is asked of the files: the action, in whose name, why known labels are corrected, whether as a trial."""

    action: str
    actor: str
    reason: str | None = None
    is_trial: bool = False


def _ingest(store: Store, card: ModelCard, files: Sequence[Path], asked: _Asked, progress: Progress | None) -> Ingested:
    with machine_faults(NOT_WRITTEN, NOTHING_WRITTEN), workspace(store) as space:
        log = LogState(store.home, tuple(list_log_files(store, card.id)), is_any_withdrawn(store, card.id))
        # Here, where what was checked before is known.
        check_log_files(store, log.files)
        order = Order(
            asked.action, card, tuple(files), asked.actor, space, log, stored(now()), asked.reason, asked.is_trial
        )
        outcome = _reader(store)(order, progress or _silent)
        if not order.is_trial:
            add_to_log(store, order, outcome)
        return outcome.ingested


def _reader(store: Store) -> Callable[[Order, Progress], Outcome]:
    """Where others are served meanwhile, files are read in a process of its own."""
    return carry_out_apart if store.writer.serves else carry_out


def _silent(_share: float, _doing: str) -> None:
    return
