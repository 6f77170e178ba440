"""The situation that readers ask about, kept while nothing changes: a page asks several questions about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.governance.situation.situation import Situation
from dashboard.schema.config.risk_rules import RiskRules, load_risk_rules
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store

# What is worked out for a thousand models on a day takes tens of megabytes.
MOST_KEPT = 4
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """A situation, the rules that it was judged by, and the instant at which it was made."""

    situation: Situation
    rules: RiskRules
    made_at: datetime

    def holds(self, moment: datetime, rules: RiskRules) -> bool:
        """Whether it is still the case, while nothing is committed."""
        if self.rules is not rules or moment < self.made_at:
            return False
        if self.situation.on is not None or self.situation.as_of is not None:
            return True
        turns = (turn for turn in _turns(self.situation, self.made_at) if turn > self.made_at)
        return moment < self.situation.cached("holds until", lambda: min(turns, default=NEVER))


def situation_on(
    store: Store, on: date | None = None, as_of: datetime | None = None, seen: frozenset[str] | None = None
) -> Situation:
    """The situation of a day as known at an instant, for who sees the models `seen`; others ask the same object.

    It is the same as long as nothing is committed, no day ends for a model, no rule is edited and nothing comes to pass
    that was recorded ahead of its time. Whoever writes sees what was written so far.
    """
    if store.writer.transaction is not None:
        return Situation(store, on, as_of, seen=seen)
    kept, place = store.worked_out, ("situation", on, as_of, seen)
    rules, moment = load_risk_rules(store.home), clock.now()
    found = kept.get(place)
    if isinstance(found, Kept) and found.holds(moment, rules):
        return found.situation
    alike = (one for one in list(kept.values()) if isinstance(one, Kept) and one.rules is rules)
    same = next((one.situation for one in alike if (one.situation.as_of, one.situation.seen) == (as_of, seen)), None)
    made = Situation(store, on, as_of, seen=seen) if same is None else same.between(None, on)
    kept.pop(place, None)
    for oldest in list(kept)[: max(len(kept) - MOST_KEPT + 1, 0)]:
        kept.pop(oldest, None)
    kept[place] = Kept(made, rules, moment)
    return made


def _turns(situation: Situation, since: datetime) -> Iterator[datetime]:
    """When another day begins for a model after an instant, and when something that is recorded comes to pass."""
    for zone in {card.time_zone for card in situation.cards.values()}:
        local = since.astimezone(ZoneInfo(zone))
        tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), ZoneInfo(zone))
        yield tomorrow.astimezone(UTC)
    yield from situation.moments()
    for card in situation.cards.values():
        yield from (version.trained_at for version in card.versions if version.trained_at is not None)
