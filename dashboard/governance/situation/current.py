"""The situation of one model or of some, kept while nothing changes: a page asks several questions about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.governance.situation.basis import valid_until
from dashboard.governance.situation.digests import rules_digest
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store

MOST_KEPT = 8


@dataclass(frozen=True)
class Kept:
    """A situation, what stands for the rules that it was made by, and for how long it is the case."""

    situation: Situation
    rules: str
    made_at: datetime
    until: datetime


def situation_of(
    store: Store, models: Collection[str], on: date | None = None, as_of: datetime | None = None
) -> Situation:
    """The situation of some models on a day as known at an instant; others ask the same object.

    It is the same as long as nothing is committed, no day ends for one of the models, no rule is edited and nothing
    comes to pass that was recorded ahead of its time. Whoever writes sees what was written so far.
    """
    chosen = frozenset(models)
    if store.writer.transaction is not None:
        return Situation(store, on, as_of, seen=chosen)
    kept, place = store.worked_out, ("situation", on, as_of, chosen)
    rules, moment = rules_digest(store.home), clock.now()
    found = kept.get(place)
    if isinstance(found, Kept) and found.rules == rules and found.made_at <= moment < found.until:
        return found.situation
    made = Situation(store, on, as_of, seen=chosen)
    ends = [clock.as_utc(valid_until(made, model_id, moment)) for model_id in made.cards]
    for oldest in [name for name, one in kept.items() if isinstance(one, Kept)][: -MOST_KEPT + 1 or None]:
        if len(kept) >= MOST_KEPT:
            kept.pop(oldest, None)
    kept[place] = Kept(made, rules, moment, min(ends, default=moment))
    return made
