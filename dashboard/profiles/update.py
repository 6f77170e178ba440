"""Bring a model's profiles up to date: only periods whose rows or labels changed are counted again."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.profiles.count import Counter, Log, Plan, Progress, count
from dashboard.profiles.layout import Layout
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.files import list_log_files
from dashboard.store.profiles import MonitorRun, append_layout, append_profiles, append_run, find_layout, last_run


@dataclass(frozen=True)
class Updated:
    """What a run did: the layout in force and how many periods were counted."""

    layout: Layout | None
    periods: int


def read_log(store: Store, model_id: str) -> Log:
    """The log of one model as recorded now."""
    return Log(store.home, list_log_files(store, model_id, "predictions"), list_log_files(store, model_id, "labels"))


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
    log = read_log(store, card.id)
    if not log.predictions:
        return Updated(None, 0)
    plan = Plan(card, log, moment, find_layout(store, card.id), last_run(store, card.id))
    counted = counter(plan, progress or _silent)
    layout = counted.layout
    if not (counted.is_new or counted.periods):
        return Updated(layout, 0)
    with store.writing() as cursor:
        recorded_at = stored(now())
        if counted.is_new:
            append_layout(cursor, card.id, layout.layout_id, counted.basis, layout.to_text(), recorded_at)
        append_profiles(cursor, card.id, layout.layout_id, recorded_at, counted.profiles)
        append_run(cursor, card.id, MonitorRun(layout.layout_id, moment, recorded_at), actor, counted.periods)
    return Updated(layout, counted.periods)


def _silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""
