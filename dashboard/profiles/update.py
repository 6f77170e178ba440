"""Bring a model's profiles up to date: only periods whose rows or labels changed are counted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.profiles.count import Counter, Plan, Progress, count
from dashboard.profiles.in_charge import list_charges
from dashboard.profiles.layout import Layout
from dashboard.profiles.log import Log
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.emptied_profiles import emptied
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.store.log.files import LABELS, PREDICTIONS, LogFile, list_all_log_files, list_log_files
from dashboard.store.log.withdrawals import list_withdrawals
from dashboard.store.profiles import (
    PERIOD,
    REFERENCE,
    SHADOW,
    MonitorRun,
    append_layout,
    append_profiles,
    append_run,
    find_layout,
    last_run,
)


@dataclass(frozen=True)
class Updated:
    """What a run did: the layout in force and how many periods were counted."""

    layout: Layout | None
    periods: int


def read_log(store: Store, card: ModelCard, since: datetime | None = None, as_of: datetime | None = None) -> Log:
    """The log of one model as recorded now.

    `turned` are those that were withdrawn or brought back after `since` (UTC without zone). Files that were part of
    the log at `as_of` (aware) count though they were withdrawn later, as they did then.
    """
    files = list_log_files(store, card.id)
    if as_of is not None:
        there, then = {file.fact_id for file in files}, list_log_files(store, card.id, as_of=as_of)
        files += [file for file in then if file.fact_id not in there]
    return replace(_log_of(store, card, files), turned=_turned(store, card.id, since))


def read_recorded_log(store: Store, card: ModelCard, as_of: datetime) -> Log:
    """The log of one model as it was recorded at an instant (aware): what came or was withdrawn later is not known."""
    return _log_of(store, card, list_log_files(store, card.id, as_of=as_of))


def _log_of(store: Store, card: ModelCard, files: Sequence[LogFile]) -> Log:
    predictions = [file for file in files if file.kind == PREDICTIONS]
    labels = [file for file in files if file.kind == LABELS]
    shared = any(file.shared for file in predictions)
    charges = list_charges(card, list_events(store, card.id, ["deployment"])) if shared else []
    return Log(store.home, predictions, labels, card.data.by_instant, charges)


def _turned(store: Store, model_id: str, since: datetime | None) -> list[LogFile]:
    if since is None:
        return []
    turned = {entry.delivery for entry in list_withdrawals(store, model_id) if stored(entry.recorded_at) > since}
    return [file for file in list_all_log_files(store, model_id) if file.delivery in turned] if turned else []


def update_profiles(
    store: Store, card: ModelCard, actor: str, progress: Progress | None = None, counter: Counter = count
) -> Updated:
    """Count what changed since the last run and append it in one transaction.

    `counter` counts, here or in a process of its own. Raises StoreDamagedError when a file of the log is not what was
    recorded.
    """
    # While nobody else writes: every file recorded before this moment is then listed.
    with store.writing():
        moment = stored(now())
    previous = last_run(store, card.id)
    log = read_log(store, card, previous.known_until if previous is not None else None)
    if not log.predictions:
        return _emptied(store, card, actor, (previous, moment))
    plan = Plan(card, log, moment, find_layout(store, card.id), previous)
    counted = counter(plan, progress or _silent)
    layout = counted.layout
    if not (counted.is_new or counted.periods):
        return Updated(layout, 0)
    written = AuditContext("monitor", actor, computes=True)
    with store.writing(written) as cursor:
        recorded_at = stored(now())
        if counted.is_new:
            append_layout(cursor, card.id, layout.layout_id, counted.basis, layout.to_text(), recorded_at)
        scopes = [PERIOD, SHADOW, *([REFERENCE] if counted.with_reference else [])]
        gone = emptied(store, layout.layout_id, counted.periods, scopes, counted.profiles)
        number = append_profiles(cursor, card.id, layout.layout_id, recorded_at, [*counted.profiles, *gone])
        written.after[card.id] = {"profiles": number}
        append_run(cursor, card.id, MonitorRun(layout.layout_id, moment, recorded_at), actor, len(counted.periods))
    return Updated(layout, len(counted.periods))


def _emptied(store: Store, card: ModelCard, actor: str, when: tuple[MonitorRun | None, datetime]) -> Updated:
    """Keep that a model whose files were all withdrawn has no rows any more."""
    previous, moment = when
    gone = emptied(store, previous.layout_id, None, [PERIOD, SHADOW, REFERENCE], []) if previous is not None else []
    if previous is None or not gone:
        return Updated(None, 0)
    periods = len({row.period_start for row in gone if row.scope == PERIOD})
    written = AuditContext("monitor", actor, after={card.id: {"profiles": len(gone)}}, computes=True)
    with store.writing(written) as cursor:
        recorded_at = stored(now())
        append_profiles(cursor, card.id, previous.layout_id, recorded_at, gone)
        append_run(cursor, card.id, MonitorRun(previous.layout_id, moment, recorded_at), actor, periods)
    return Updated(None, periods)


def _silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""
