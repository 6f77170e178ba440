"""Who holds which role for which model, on any day and as known at any instant.

Two kinds of facts say so: the `roles` of model cards, and role events (imported, or written by the actions
`assign_role`, `end_role` and `hand_over`). They follow one after the other, the first card before everything, later
cards by the instant of their registration and events by their own `at`:

- Whoever stands on the first card without dates has always held the role. Whoever is new on a later card holds it from
  the day of that card; whoever vanished from it held it until the day before.
- An event with `from`, or with neither `from` nor `to`, states a beginning (`from`, else the day of `at`) and an end.
  It is joined with what was known of that person and role where both share a day: the end is the event's; the
  beginning is the earliest one stated, where a card without dates says no more than that it was held when registered.
- An event with `to` alone ends the role on that day; what would begin later falls away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from dashboard.access.principal import holds_on, person_behind
from dashboard.schema.card.roles import ROLE_NAMES, RoleHolder, RoleName
from dashboard.store.cards import RecordedCard, card_histories
from dashboard.store.engine.database import Store
from dashboard.store.events import RecordedEvent, list_events

CARD, EVENT = "card", "event"
ONE_DAY = timedelta(days=1)
BEFORE_EVERYTHING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class HeldRole:
    """A person in a role of a model from `start` to `end`, inclusive and open where None; `source` says so.

    `stated_on` is the day, in the model's time zone, of the card or event that says so; `imported_by` names who
    imported that event, None where it was done here.
    """

    model_id: str
    role: RoleName
    person: str
    start: date | None
    end: date | None
    source: str
    stated_on: date
    reason: str | None = None
    imported_by: str | None = None

    def on(self, day: date) -> bool:
        """Return whether the role is held on a day."""
        return holds_on(self.start, self.end, day)


Spans = list[HeldRole]
Change = Callable[[Spans], Spans]
Entry = tuple[RoleName, RoleHolder]


def roles_of(store: Store, model_id: str | None = None, as_of: datetime | None = None) -> list[HeldRole]:
    """Every role that was ever held, by model and in the order of the card, as known at `as_of`."""
    events = defaultdict(list)
    for row in list_events(store, model_id, ["role"], as_of):
        events[row.model_id].append(row)
    return roles_from_records(card_histories(store, model_id, as_of), events)


def facts_known_at(
    history: Sequence[RecordedCard], events: Sequence[RecordedEvent], at: datetime
) -> tuple[Sequence[RecordedCard], Sequence[RecordedEvent]]:
    """The facts about roles by which somebody had rights at an instant: those that were recorded by then.

    What a person records later about earlier days gives no right that was not there, and takes none away. The history
    that the operator brings tells of its own days; so does the first card.
    """
    cards = [card for place, card in enumerate(history) if not place or _known_at(card, at)]
    return cards, [event for event in events if _known_at(event, at)]


def _known_at(fact: RecordedCard | RecordedEvent, at: datetime) -> bool:
    return fact.recorded_at <= at or person_behind(fact.actor) is None


def roles_from_records(
    histories: Mapping[str, Sequence[RecordedCard]], events: Mapping[str, Sequence[RecordedEvent]]
) -> list[HeldRole]:
    """Build the roles of models from cards and role events that were read before."""
    found: Spans = []
    for known, history in histories.items():
        found += _spans(_changes(known, history, events.get(known, ())))
    return sorted(found, key=lambda held: (held.model_id, ROLE_NAMES.index(held.role), held.start or date.min))


def _spans(changes: Sequence[tuple[datetime, Change]]) -> Spans:
    spans: Spans = []
    for _, change in sorted(changes, key=lambda entry: entry[0]):
        spans = change(spans)
    return spans


def _changes(
    model_id: str, history: Sequence[RecordedCard], events: Sequence[RecordedEvent]
) -> list[tuple[datetime, Change]]:
    zone = history[-1].card.zone
    return [*_of_cards(model_id, history, zone), *(_of_event(model_id, row, zone) for row in events)]


def _of_cards(model_id: str, history: Sequence[RecordedCard], zone: ZoneInfo) -> Iterator[tuple[datetime, Change]]:
    before: list[Entry] = []
    for position, recorded in enumerate(history):
        now = list(recorded.card.roles.held())
        gone = [entry for entry in before if entry not in now]
        new = [entry for entry in now if entry not in before]
        day = recorded.recorded_at.astimezone(zone).date()
        listed = partial(_listed, about=(model_id, day, position == 0), gone=gone, new=new, now=now)
        yield (recorded.recorded_at if position else BEFORE_EVERYTHING), listed
        before = now


def _listed(
    spans: Spans, *, about: tuple[str, date, bool], gone: list[Entry], new: list[Entry], now: list[Entry]
) -> Spans:
    """The spans after a card (`about`: model, day, whether it is the first) whose entries `gone` and `new` differ."""
    model_id, day, first = about
    replaced: dict[tuple[str, str], date | None] = {}
    for role, holder in gone:
        if any((role, holder.person) == (other, one.person) for other, one in now):
            kept = [one for one in spans if not _is_entry(one, role, holder)]
            starts = [one.start for one in spans if _is_entry(one, role, holder)]
            if starts and holder.start is None:
                replaced[role, holder.person] = starts[0]
            spans = kept
        else:
            spans = _ended(spans, role, holder.person, day - ONE_DAY)
    for role, holder in new:
        whose = (role, holder.person)
        held_already = any((one.role, one.person) == whose and one.on(day) for one in spans)
        if held_already and not first and holder.start is None and holder.end is None:
            continue
        start = holder.start or (None if first else replaced.get(whose, day))
        if start is None or holder.end is None or start <= holder.end:
            spans = [*spans, HeldRole(model_id, role, holder.person, start, holder.end, CARD, day)]
    return spans


def _is_entry(one: HeldRole, role: str, holder: RoleHolder) -> bool:
    """Return whether a span stems from an entry of the card."""
    stated = holder.start is None or one.start == holder.start
    return one.source == CARD and (one.role, one.person, one.end) == (role, holder.person, holder.end) and stated


def _of_event(model_id: str, row: RecordedEvent, zone: ZoneInfo) -> tuple[datetime, Change]:
    content, happened = row.content, row.happened_at
    day = happened.astimezone(zone).date()
    start = date.fromisoformat(content["from"]) if content.get("from") else None
    end = date.fromisoformat(content["to"]) if content.get("to") else None
    about = (model_id, content["role"], content["person"])
    held_role = HeldRole(*about, start, end, EVENT, day, content.get("reason"), row.imported_by)
    return happened, partial(_with_ending if start is None and end is not None else _with_span, event=held_role)


def _with_span(spans: Spans, *, event: HeldRole) -> Spans:
    """The spans after an event that states a beginning; overlapping ones of that person and role are joined."""
    stated = replace(event, start=event.start or event.stated_on)
    assert stated.start is not None
    same = [one for one in spans if _alike(one, stated) and _overlap(one, stated)]
    starts = [stated.start]
    for one in same:
        if one.start is not None or one.source == CARD:
            starts.append(one.start or one.stated_on)
    return [*(one for one in spans if one not in same), replace(stated, start=min(starts))]


def _with_ending(spans: Spans, *, event: HeldRole) -> Spans:
    """The spans after an event that only says until when; without a known beginning the role was held until then."""
    assert event.end is not None
    looked = replace(event, start=min(event.stated_on, event.end), end=max(event.stated_on, event.end))
    same = [one for one in spans if _alike(one, event) and _overlap(one, looked)]
    others = [one for one in spans if one not in same]
    if not same:
        return [*others, replace(event, start=event.stated_on if event.stated_on <= event.end else None)]
    kept = [one for one in same if one.start is None or one.start <= event.end]
    return [*others, *(replace(one, end=event.end, reason=event.reason or one.reason) for one in kept)]


def _ended(spans: Spans, role: str, person: str, last: date) -> Spans:
    """The spans after a person vanished from a card: those of that role end on `last`, later ones fall away."""
    kept = []
    for one in spans:
        if (one.role, one.person) != (role, person) or (one.end is not None and one.end <= last):
            kept.append(one)
        elif one.start is None or one.start <= last:
            kept.append(replace(one, end=last))
    return kept


def _alike(one: HeldRole, other: HeldRole) -> bool:
    return (one.role, one.person) == (other.role, other.person)


def _overlap(one: HeldRole, other: HeldRole) -> bool:
    """Return whether two spans share a day."""
    begins_in_time = one.start is None or other.end is None or one.start <= other.end
    return begins_in_time and (other.start is None or one.end is None or other.start <= one.end)
