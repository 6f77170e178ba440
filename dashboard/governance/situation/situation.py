"""What was the case for the whole portfolio on a day, as known at an instant: the facts that all judgements rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from dashboard.access.principal import holds_on
from dashboard.governance.situation.roles import HeldRole, facts_known_at, roles_from_records
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.accountability import Accountability, load_accountability
from dashboard.schema.config.risk_rules import RiskRules, load_risk_rules
from dashboard.schema.people import Person
from dashboard.schema.times import end_instant
from dashboard.store.alerts import RecordedAlert, list_alerts
from dashboard.store.cards import RecordedCard, card_histories
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.events import RecordedEvent, lineage_texts, list_events
from dashboard.store.importances import importances_of
from dashboard.store.lineage import names_model
from dashboard.store.log.pending import PendingLabels, list_pending_labels
from dashboard.store.organisation import Organisation, get_organisation
from dashboard.store.overlaps import overlaps_of
from dashboard.store.profiles import last_runs
from dashboard.store.statements import Statement, list_statements
from dashboard.store.statuses import RecordedStatus, first_judged, list_statuses, volumes

# What does not depend on the day.
SHARED = (
    "histories", "cards", "organisation", "roles", "_events", "_kinds", "_statements", "_lineage", "first_events",
    "accountability", "monitored", "first_judged", "opened_alerts", "rules", "importances", "recorded_statuses",
    "logged", "overlaps", "pending_labels",
)  # fmt: skip
Worked = TypeVar("Worked")
# Of so many models the store picks the lineage events that may name them; of more it is quicker to read all.
FEW_MODELS = 8


@dataclass
class Situation:
    """Facts as known at `as_of` (None: now) about the day `on` (None: the day of `as_of`), read when first needed.

    Evidence looks back no further than to `since`, where it is given. Other models than `seen` do not exist, neither as
    rows nor in what is counted over the portfolio; None: all exist.
    """

    store: Store
    on: date | None = None
    as_of: datetime | None = None
    since: date | None = None
    seen: frozenset[str] | None = None

    def at(self, on: date) -> Situation:
        """The same facts about another day; what was read is not read again."""
        return self.between(self.since, on)

    def between(self, since: date | None, on: date | None) -> Situation:
        """The same facts about another day, with evidence from `since` on; what was read is not read again."""
        other = Situation(self.store, on, self.as_of, since, self.seen)
        for name in SHARED:
            vars(other)[name] = getattr(self, name)
        other._of_any_day = self._of_any_day
        return other

    _worked_out: dict[Hashable, object] = field(default_factory=dict, repr=False, compare=False)
    # The day that is asked about, by time zone.
    _days: dict[str, date] = field(default_factory=dict, repr=False, compare=False)
    # The same for all situations that came from one by `at` and `between`.
    _of_any_day: dict[Hashable, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def histories(self) -> dict[str, list[RecordedCard]]:
        """Every registered state of each card, oldest first."""
        return card_histories(self.store, self.seen, self.as_of)

    @cached_property
    def cards(self) -> dict[str, ModelCard]:
        """The card of every model."""
        return {model_id: history[-1].card for model_id, history in self.histories.items()}

    @cached_property
    def organisation(self) -> Organisation:
        """People, teams and processes."""
        return get_organisation(self.store, self.as_of)

    @cached_property
    def recorded_statuses(self) -> dict[str, dict[str, RecordedStatus]]:
        """The recorded status of each measured area, by model."""
        found: dict[str, dict[str, RecordedStatus]] = defaultdict(dict)
        for status in list_statuses(self.store, self.seen, self.as_of):
            found[status.model_id][status.area] = status
        return dict(found)

    @cached_property
    def logged(self) -> dict[str, dict[str, object]]:
        """Return what was logged of each model: rows, labels, last_at."""
        return volumes(self.store, self.as_of, self.seen)

    @cached_property
    def monitored(self) -> dict[str, datetime]:
        """Return when each model was monitored last."""
        return last_runs(self.store, self.as_of, self.seen)

    @cached_property
    def first_judged(self) -> dict[str, datetime]:
        """Return when any area of each model was judged for the first time."""
        return first_judged(self.store, self.seen, self.as_of)

    @cached_property
    def overlaps(self) -> dict[str, dict[str, Any]]:
        """Return what each model shares with others, as `monitor` found it last; see `store/overlaps.py`."""
        return overlaps_of(self.store, self.seen, self.as_of)

    @cached_property
    def importances(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The computed importance of features by model and version; rows as in `computed_importances`."""
        return importances_of(self.store, self.seen, self.as_of)

    @cached_property
    def pending_labels(self) -> dict[str, list[PendingLabels]]:
        """The labels that meet no prediction, by model."""
        return list_pending_labels(self.store, self.seen, self.as_of)

    @cached_property
    def opened_alerts(self) -> dict[str, list[RecordedAlert]]:
        """Every alert that was ever opened, by model, oldest first."""
        found: dict[str, list[RecordedAlert]] = defaultdict(list)
        for alert in list_alerts(self.store, self.seen, self.as_of):
            found[alert.alarm.model_id].append(alert)
        return dict(found)

    @cached_property
    def rules(self) -> RiskRules:
        """The rules of the risk matrix in force in this home."""
        return load_risk_rules(self.store.home)

    @cached_property
    def roles(self) -> dict[str, list[HeldRole]]:
        """Every role that was ever held, by model."""
        found: dict[str, list[HeldRole]] = defaultdict(list)
        events = {model_id: self._events.get((model_id, "role"), []) for model_id in self.histories}
        for held in roles_from_records(self.histories, events):
            found[held.model_id].append(held)
        return dict(found)

    @cached_property
    def _events(self) -> dict[tuple[str, str], list[RecordedEvent]]:
        found: dict[tuple[str, str], list[RecordedEvent]] = defaultdict(list)
        for event in list_events(self.store, self.seen, as_of=self.as_of):
            found[event.model_id, event.kind].append(event)
        return dict(found)

    @cached_property
    def _kinds(self) -> dict[str, list[str]]:
        """The kinds of recorded events by model: nobody goes through those of thousands of others."""
        found: dict[str, list[str]] = defaultdict(list)
        for model_id, kind in self._events:
            found[model_id].append(kind)
        return dict(found)

    @cached_property
    def first_events(self) -> dict[str, datetime]:
        """Return when the first recorded event of each model happened."""
        found: dict[str, datetime] = {}
        for (model_id, _), events in self._events.items():
            first = min(event.happened_at for event in events)
            found[model_id] = min(first, found.get(model_id, first))
        return found

    @cached_property
    def _statements(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = defaultdict(list)
        for said in list_statements(self.store, models=self.seen, as_of=self.as_of):
            found[said.model_id].append(said)
        return dict(found)

    @cached_property
    def accountability(self) -> Accountability:
        """Return the settings of ownership and knowledge: config/accountability.yaml."""
        return load_accountability()

    def day(self, model_id: str) -> date:
        """The day that is asked about, in the model's time zone."""
        if self.on is not None:
            return self.on
        card = self.cards[model_id]
        if card.time_zone not in self._days:
            self._days[card.time_zone] = card.local_day(self.moment(model_id))
        return self._days[card.time_zone]

    def moment(self, model_id: str) -> datetime:
        """The instant that is asked about: the end of the day `on`, else `as_of`, else now."""
        if self.on is None:
            return self.as_of or self.cached("now", now)
        return end_instant(self.on, self.cards[model_id].time_zone) - timedelta(microseconds=1)

    def cached(self, key: Hashable, work_out: Callable[[], Worked], *, any_day: bool = False) -> Worked:
        """Return the result of `work_out`, computed once for this situation and stored under `key`.

        With `any_day` it is kept for the situations of other days too: neither `on` nor `since` may matter, or the
        day is a part of the key.
        """
        kept = self._of_any_day if any_day else self._worked_out
        if key not in kept:
            kept[key] = work_out()
        return kept[key]  # type: ignore[return-value]

    def events(self, model_id: str, kind: str) -> list[RecordedEvent]:
        """Return the events of a model until the end of the day, oldest first."""
        known = self._events.get((model_id, kind))
        if not known:
            return []
        zone, day = self.cards[model_id].zone, self.day(model_id)
        return [event for event in known if _day(event.happened_at, zone) <= day]

    def events_of_any_day(self, model_id: str, kind: str) -> list[RecordedEvent]:
        """Return the events of a model, on whatever day they happened, oldest first."""
        return self._events.get((model_id, kind), [])

    def moments_of(self, model_id: str) -> Iterator[datetime]:
        """The instants at which anything recorded about a model begins or ends."""
        for kind in self._kinds.get(model_id, ()):
            for event in self._events[model_id, kind]:
                yield event.happened_at
                if event.happened_until is not None:
                    yield event.happened_until

    @cached_property
    def _lineage(self) -> list[tuple[datetime, str]]:
        named = self.seen if self.seen is not None and len(self.seen) <= FEW_MODELS else None
        return lineage_texts(self.store, self.as_of, named)

    def lineage_days(self, model_id: str) -> list[date]:
        """The days of recorded lineage runs that name a model, until the end of the day."""
        zone, day = self.cards[model_id].zone, self.day(model_id)
        days = [_day(at, zone) for at, text in self._lineage if names_model(text, model_id)]
        return [one for one in days if one <= day]

    def stated(self, model_id: str, *kinds: str) -> list[Statement]:
        """Return people's statements about a model, on whatever day, of some kinds, oldest first."""
        return [said for said in self._statements.get(model_id, []) if said.kind in kinds]

    def statements(self, model_id: str, *kinds: str) -> list[Statement]:
        """Return the statements about a model until the end of the day, oldest first; without kinds all."""
        zone, day = self.cards[model_id].zone, self.day(model_id)
        found = [said for said in self._statements.get(model_id, []) if not kinds or said.kind in kinds]
        return [said for said in found if _day(said.recorded_at, zone) <= day]

    def holders(self, model_id: str, role: RoleName) -> list[str]:
        """The persons who hold a role of a model on the day, each once."""
        return self.holders_on(model_id, role, self.day(model_id))

    def holders_on(self, model_id: str, role: RoleName, day: date) -> list[str]:
        """The persons who held a role of a model on any day, each once."""
        key = ("holders", model_id, role, day)
        if key not in self._of_any_day:
            held = [held.person for held in self.roles.get(model_id, []) if held.role == role and held.on(day)]
            self._of_any_day[key] = tuple(dict.fromkeys(held))
        return list(cast("tuple[str, ...]", self._of_any_day[key]))

    def entitled_at(self, model_id: str, role: RoleName, at: datetime) -> list[str]:
        """The persons who held a role of a model on the day of an instant, as far as it was recorded by then.

        See `facts_known_at`: what a person records later about earlier days gives no right.
        """
        history, events = self.histories[model_id], self.events_of_any_day(model_id, "role")
        day = history[-1].card.local_day(at)
        cards, recorded = facts_known_at(history, events, at)
        if len(cards) == len(history) and len(recorded) == len(events):
            return self.holders_on(model_id, role, day)
        key = ("roles told", model_id, len(cards), len(recorded))
        if key not in self._of_any_day:
            self._of_any_day[key] = roles_from_records({model_id: cards}, {model_id: recorded})
        known = cast("list[HeldRole]", self._of_any_day[key])
        return list(dict.fromkeys(held.person for held in known if held.role == role and held.on(day)))

    def present(self, person_id: str, day: date) -> Person | None:
        """A registered person who is in the organisation on a day; None for others."""
        person = self.organisation.people.get(person_id)
        return person if person is not None and holds_on(person.start, person.end, day) else None

    def has_left(self, person_id: str, day: date) -> bool:
        """Return whether a registered person has left the organisation before a day."""
        person = self.organisation.people.get(person_id)
        return person is not None and person.end is not None and person.end < day


def _day(moment: object, zone: ZoneInfo) -> date:
    assert isinstance(moment, datetime)
    return moment.astimezone(zone).date()
