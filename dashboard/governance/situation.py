"""What was the case for the whole portfolio on a day, as known at an instant: the facts that all judgements rest on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from dashboard.governance.roles import HeldRole, roles_of
from dashboard.schema.card import ModelCard
from dashboard.schema.people import Person
from dashboard.schema.roles import RoleName
from dashboard.store.cards import RecordedCard, card_histories
from dashboard.store.clock import now
from dashboard.store.database import Store
from dashboard.store.events import list_events
from dashboard.store.organisation import Organisation, get_organisation
from dashboard.store.statements import Statement, list_statements


@dataclass
class Situation:
    """Facts as known at `as_of` (None: now) about the day `on` (None: the day of `as_of`), read when first needed."""

    store: Store
    on: date | None = None
    as_of: datetime | None = None

    @cached_property
    def histories(self) -> dict[str, list[RecordedCard]]:
        """Every registered state of each card, oldest first."""
        return card_histories(self.store, as_of=self.as_of)

    @cached_property
    def cards(self) -> dict[str, ModelCard]:
        """The card of every model."""
        return {model_id: history[-1].card for model_id, history in self.histories.items()}

    @cached_property
    def organisation(self) -> Organisation:
        """People, teams and processes."""
        return get_organisation(self.store, self.as_of)

    @cached_property
    def roles(self) -> dict[str, list[HeldRole]]:
        """Every role that was ever held, by model."""
        found: dict[str, list[HeldRole]] = defaultdict(list)
        for held in roles_of(self.store, as_of=self.as_of):
            found[held.model_id].append(held)
        return dict(found)

    @cached_property
    def _events(self) -> dict[tuple[str, str], list[dict[str, object]]]:
        found: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
        for event in list_events(self.store, as_of=self.as_of):
            found[str(event["model_id"]), str(event["kind"])].append(event)
        return dict(found)

    def at(self, on: date) -> Situation:
        """The same knowledge about another day; what was read already is not read again."""
        other = Situation(self.store, on, self.as_of)
        for name in ("histories", "cards", "organisation", "roles", "_events"):
            other.__dict__[name] = getattr(self, name)
        return other

    def day(self, model_id: str) -> date:
        """The day that is asked about, in the model's time zone."""
        if self.on is not None:
            return self.on
        return (self.as_of or now()).astimezone(ZoneInfo(self.cards[model_id].time_zone)).date()

    def events(self, model_id: str, kind: str) -> list[dict[str, object]]:
        """What happened to a model until the end of the day, oldest first; columns as in `list_events`."""
        zone, day = ZoneInfo(self.cards[model_id].time_zone), self.day(model_id)
        return [event for event in self._events.get((model_id, kind), []) if _day(event["happened_at"], zone) <= day]

    def statements(self, model_id: str, *kinds: str) -> list[Statement]:
        """What people stated about a model until the end of the day, oldest first."""
        zone, day = ZoneInfo(self.cards[model_id].time_zone), self.day(model_id)
        found = list_statements(self.store, kinds, model_id, self.as_of)
        return [said for said in found if _day(said.recorded_at, zone) <= day]

    def holders(self, model_id: str, role: RoleName) -> list[str]:
        """The persons who hold a role of a model on the day, each once."""
        day = self.day(model_id)
        found = [held.person for held in self.roles.get(model_id, []) if held.role == role and held.on(day)]
        return list(dict.fromkeys(found))

    def present(self, person_id: str, day: date) -> Person | None:
        """A registered person who is in the organisation on a day; None for others."""
        person = self.organisation.people.get(person_id)
        if person is None or (person.end is not None and person.end < day):
            return None
        return person


def _day(moment: object, zone: ZoneInfo) -> date:
    assert isinstance(moment, datetime)
    return moment.astimezone(zone).date()
