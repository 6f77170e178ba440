"""Who holds which role for which model, on any day and as known at any instant.

Two kinds of facts say so: the `roles` of model cards, and role events (imported, or written by the actions
`assign_role` and `end_role`). A person listed on the first card without dates has always held the role; whoever
appears on a later card holds it from the day that card was recorded, whoever vanishes held it until the day before.
An event about a person and role that overlaps what was known decides from its own beginning on how long it lasts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.access.principal import holds_on
from dashboard.schema.card import ModelCard
from dashboard.schema.roles import ROLE_NAMES, RoleHolder, RoleName
from dashboard.store.cards import RecordedCard, card_histories
from dashboard.store.database import Store
from dashboard.store.events import list_events

CARD, EVENT = "card", "event"


@dataclass(frozen=True)
class HeldRole:
    """A person in a role of a model from `start` to `end`, inclusive and open where None; `source` says so."""

    model_id: str
    role: RoleName
    person: str
    start: date | None
    end: date | None
    source: str
    recorded_at: datetime
    reason: str | None = None

    def on(self, day: date) -> bool:
        """Whether it is held on a day."""
        return holds_on(self.start, self.end, day)


def roles_of(store: Store, model_id: str | None = None, as_of: datetime | None = None) -> list[HeldRole]:
    """Every role that was ever held, by model and in the order of the card, as known at `as_of`."""
    events = defaultdict(list)
    for row in list_events(store, model_id, ["role"], as_of):
        events[str(row["model_id"])].append(row)
    found: list[HeldRole] = []
    for known, history in card_histories(store, model_id, as_of).items():
        spans = _from_cards(known, history)
        for row in events[known]:
            spans = _with_event(spans, _of_event(known, row, history[-1].card))
        found += spans
    return sorted(found, key=lambda held: (held.model_id, ROLE_NAMES.index(held.role), held.start or date.min))


def _from_cards(model_id: str, history: Sequence[RecordedCard]) -> list[HeldRole]:
    spans: list[HeldRole] = []
    before: set[tuple[RoleName, RoleHolder]] = set()
    for position, recorded in enumerate(history):
        now = set(recorded.card.roles.held())
        day = recorded.recorded_at.astimezone(ZoneInfo(recorded.card.time_zone)).date()
        for role, holder in before - now:
            again = any((role, holder.person) == (other, one.person) for other, one in now)
            spans = _without(spans, role, holder, None if again else day - timedelta(days=1))
        for role, holder in sorted(now - before, key=str):
            known = any(one.role == role and one.person == holder.person for one in spans)
            begin = holder.start if position == 0 or holder.start or known else day
            spans.append(HeldRole(model_id, role, holder.person, begin, holder.end, CARD, recorded.recorded_at))
        before = now
    return spans


def _without(spans: list[HeldRole], role: str, holder: RoleHolder, last: date | None) -> list[HeldRole]:
    """The spans after an entry vanished from the card: gone where it was replaced, else ended at `last`."""
    kept = []
    for one in spans:
        if (one.role, one.person) != (role, holder.person) or one.end != holder.end:
            kept.append(one)
        elif last is not None:
            kept.append(replace(one, end=last if one.end is None or one.end > last else one.end))
    return kept


def _of_event(model_id: str, row: dict[str, object], card: ModelCard) -> HeldRole:
    content, happened = row["content"], row["happened_at"]
    assert isinstance(content, dict)
    assert isinstance(happened, datetime)
    day = happened.astimezone(ZoneInfo(card.time_zone)).date()
    start = date.fromisoformat(content["from"]) if content.get("from") else day
    end = date.fromisoformat(content["to"]) if content.get("to") else None
    return HeldRole(model_id, content["role"], content["person"], start, end, EVENT, happened, content.get("reason"))


def _with_event(spans: list[HeldRole], event: HeldRole) -> list[HeldRole]:
    same = [one for one in spans if (one.role, one.person) == (event.role, event.person) and _overlap(one, event)]
    starts = [one.start for one in (*same, event)]
    start = None if None in starts else min(start for start in starts if start is not None)
    return [*(one for one in spans if one not in same), replace(event, start=start)]


def _overlap(one: HeldRole, other: HeldRole) -> bool:
    """Whether two spans share a day."""
    begins_in_time = one.start is None or other.end is None or one.start <= other.end
    return begins_in_time and (other.start is None or one.end is None or other.start <= one.end)
