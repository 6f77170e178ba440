"""Bring kept judgements up to date: which models have to be judged anew, and judging them.

A model is judged again when a row about it was recorded, when somebody or something of the organisation that it rests
on changed, when a lineage event names it, when the rules, the settings or the program changed, and when a day ended in
its time zone or something came to pass that was recorded ahead of its time. Nothing of this is remembered in the
process: it is read from the store, so that nothing is missed after a crash.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.governance.judgements.consulted import touched_names
from dashboard.governance.judgements.registry import Lane, subjects_of
from dashboard.governance.situation.digests import rules_digest
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgement_bases import (
    Sizes,
    confirm_bases,
    lineage_after,
    list_unsettled,
    models_that_name,
    organisation_after,
    table_sizes,
)
from dashboard.store.judgements import Basis, keep_judgements
from dashboard.store.lineage import models_named

# Models that are read, judged and written together.
TOGETHER = 64
Progress = Callable[[int, int], None]
# Nobody judges what somebody else is judging: the second one finds it done.
_judging = threading.RLock()


@dataclass(frozen=True)
class Question:
    """What judgements are about: the present, or a day `on`, as known at `as_of`."""

    on: date | None = None
    as_of: datetime | None = None

    @property
    def name(self) -> str:
        """Return the name under which the question is stored; empty for the present."""
        if self.on is None and self.as_of is None:
            return ""
        return f"{self.on or ''}|{self.as_of.isoformat() if self.as_of else ''}"


PRESENT = Question()


@dataclass(frozen=True)
class Stale:
    """The models that have to be judged anew, each with the number of rows about it, and what else there is now."""

    facts: dict[str, int]
    sizes: Sizes
    rules: str


def find_stale(store: Store, question: Question, lane: Lane, models: Models = None) -> Stale:
    """The models whose kept judgements no longer rest on what is the case; it is noted of the others that they do."""
    stale, untouched = stale_models(store, question, lane, models)
    if untouched:
        confirm_bases(store, question.name, lane, untouched, stale.sizes)
    return stale


def stale_models(store: Store, question: Question, lane: Lane, models: Models = None) -> tuple[Stale, set[str]]:
    """The models of `find_stale`, and those that what was recorded meanwhile of others does not touch."""
    sizes, rules = table_sizes(store), rules_digest(store.home)
    moment = clock.stored(clock.now())
    expected = Basis(moment, 0, sizes.organisation, sizes.lineage, rules, moment)
    unsettled = list_unsettled(store, question.name, lane, models, question.as_of, expected)
    facts = {one.model_id: one.facts for one in unsettled}
    doubtful = {one.model_id: one.basis for one in unsettled if one.basis is not None}
    touched = _touched(store, question, lane, doubtful)
    stale = {model_id: count for model_id, count in facts.items() if model_id not in doubtful or model_id in touched}
    return Stale(stale, sizes, rules), doubtful.keys() - touched


def _touched(store: Store, question: Question, lane: Lane, doubtful: dict[str, Basis]) -> set[str]:
    """Select the models touched by what was recorded meanwhile of the organisation or of lineage."""
    if not doubtful:
        return set()
    changed = organisation_after(store, min(basis.organisation for basis in doubtful.values()))
    found = models_that_name(store, question.name, lane, touched_names(changed)) if changed else set()
    for text in lineage_after(store, min(basis.lineage for basis in doubtful.values())):
        found |= models_named(text, doubtful)
    return found & doubtful.keys()


def judge(
    store: Store,
    question: Question,
    lane: Lane,
    stale: Stale,
    progress: Progress | None = None,
) -> None:
    """Judge models anew, some at a time, and keep what is said about them."""
    if not stale.facts:
        return
    # Whoever finds that nothing has to be judged loads nothing of what judges.
    from dashboard.governance.judgements.judging import judge_models

    order = sorted(stale.facts)
    names = [subject.name for subject in subjects_of(lane)]
    for done in range(0, len(order), TOGETHER):
        chosen = order[done : done + TOGETHER]
        judged = list(judge_models(store, question, lane, stale, chosen))
        keep_judgements(store, question.name, lane, judged, names)
        if progress is not None:
            progress(done + len(chosen), len(order))


def bring_up_to_date(
    store: Store,
    question: Question = PRESENT,
    lane: Lane = "present",
    models: Models = None,
    progress: Progress | None = None,
) -> int:
    """Judge every model that has to be judged anew, of `models` or of all; returns how many were."""
    with _judging:
        stale = find_stale(store, question, lane, models)
        judge(store, question, lane, stale, progress)
    return len(stale.facts)
