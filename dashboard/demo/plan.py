"""When everything of the demo happens: worked out from what it holds and the instant of the build, without doing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dashboard.demo.moves import moved_run, with_moved_dates
from dashboard.profiles.periods import YEAR, months_later

Card = dict[str, Any]
Event = dict[str, Any]

# The ledger was introduced so many months before the month of the build.
HISTORY_MONTHS = 25
# When the rows of a month come in and are looked at, and when events of the day before do.
INTAKE_DAY, INTAKE, MONITORING, NEWS = 2, time(3), time(4), time(5)
# On the first day: the organisation, the cards, what was known of them, their rows.
INTRODUCED, FIRST_CARDS = time(6), time(7)
AFTER = timedelta(hours=1)
# Events by which a person decides something: in the ledger's own time they do so themselves.
DECISIONS = frozenset({"sign_off", "risk", "role"})
# What is known of a version before it is trained.
PLANNED = frozenset({"version", "algorithm", "training_data"})
ROUTINE = frozenset({"usage", "quality"})
# What is known to end on a day before that day comes.
FORESEEN = frozenset({"outside"})
# Fields that tell days ahead of the event's, and the fields that hold such a day.
AHEAD = {"review_in": "next_review", "due_in": "due", "until_in": "until", "start_in": "start", "day_in": "day"}
RELATIVE = frozenset({"days_ago", "time", *AHEAD})


@dataclass(frozen=True)
class ModelPlan:
    """A model of the demo: its card with moved dates, when it is registered as a design and as trained, its intakes.

    `designed` is None where the model was in use already when the ledger was introduced. Each of `intakes` brings the
    rows and labels that are there by then; the last one is that of the build. `later` are the states of the card after
    `registered`: a version was trained, or took over.
    """

    card: Card
    months: int
    designed: datetime | None
    registered: datetime
    intakes: tuple[datetime, ...]
    later: tuple[tuple[datetime, Card], ...] = ()

    @property
    def first(self) -> datetime:
        """When the ledger first heard of the model."""
        return self.designed or self.registered


@dataclass(frozen=True)
class Plan:
    """The demo for one instant: `begins` and `until` bound what is replayed.

    `imported` are events by the instant at which they come in, `runs` what pipelines tell of theirs; `decided` are
    decisions that people take themselves, by their instant.
    """

    begins: datetime
    until: datetime
    models: Mapping[str, ModelPlan]
    imported: Mapping[datetime, Sequence[Event]] = field(default_factory=dict)
    decided: Sequence[tuple[datetime, Event]] = ()
    runs: Mapping[datetime, Sequence[Event]] = field(default_factory=dict)


def begin_of(until: datetime) -> datetime:
    """The day on which the ledger was introduced: the first of a month, at least two years before the build."""
    day = months_later(until.date().replace(day=1), -HISTORY_MONTHS)
    return datetime.combine(day, INTRODUCED, UTC)


def plan_model(card: Card, months: int, designed_at: str | None, until: datetime) -> ModelPlan:
    """Plan a model: `card` has the dates of its source, `designed_at` is the source's instant of its first step."""
    begins = begin_of(until)
    simulated = bool(card.get("simulated"))
    marked = card if simulated else {**card, "dates_moved_by_years": months // YEAR}
    there = with_moved_dates(marked, months)
    trained = _instant(there["versions"][0]["trained_at"]) + AFTER
    designed = months_later(_instant(designed_at), months) - AFTER if designed_at else trained
    first_day = datetime.combine(begins.date(), FIRST_CARDS, UTC)
    registered = max(trained, first_day)
    early = max(designed, first_day) if designed_at and trained > first_day else None
    intakes = tuple(_intakes(registered, until))
    later = tuple((at, card_at(there, at)) for at in _changes(there) if registered < at <= until)
    return ModelPlan(card_at(there, registered), months, early, registered, intakes, later)


def card_at(card: Card, at: datetime) -> Card:
    """A card as it was at an instant: the versions that were trained, with their first deployment and those begun.

    A deployment that had not ended has no end.
    """
    day = at.date().isoformat()
    trained = [version for version in card["versions"] if _instant(version["trained_at"]) < at]
    return {**card, "versions": [{**version, "deployments": _deployed(version, day)} for version in trained]}


def _deployed(version: Card, day: str) -> list[Card]:
    first, *later = version["deployments"]
    begun = [first, *(one for one in later if one["from"] <= day)]
    return [{name: value for name, value in one.items() if name != "to" or value < day} for one in begun]


def _changes(card: Card) -> list[datetime]:
    """When a card says something new: a version is trained, another deployment of one begins."""
    begun = [one["from"] for version in card["versions"] for one in version["deployments"][1:]]
    trained = [_instant(version["trained_at"]) + AFTER for version in card["versions"]]
    return sorted({*trained, *(datetime.combine(date.fromisoformat(day), FIRST_CARDS, UTC) for day in begun)})


def _intakes(registered: datetime, until: datetime) -> Iterator[datetime]:
    """When rows come in: once the model is registered, early in every month after that, and at the build."""
    begin = registered + 2 * AFTER
    yield begin
    day = registered.date().replace(day=INTAKE_DAY)
    while (at := datetime.combine(day, INTAKE, UTC)) < until:
        if at > begin:
            yield at
        day = months_later(day, 1)
    yield until


def design_card(card: Card) -> Card:
    """A card as it was before there was a model: in design, without what only training and use can give."""
    version = {name: value for name, value in card["versions"][0].items() if name in PLANNED}
    return {**card, "status": "design", "versions": [version]}


def plan_events(events: Sequence[Event], models: Mapping[str, ModelPlan], until: datetime) -> Plan:
    """Sort events with the dates of their sources, or `days_ago` before the build, into what comes in and is decided.

    A decision `via` an import was taken elsewhere, so nobody takes it here. What lies after the build is left out, also
    months that are not over; an incident that goes on has no end. So is what is dated in days before the build and
    would lie before the model.
    """
    begins = begin_of(until)
    imported: dict[datetime, list[Event]] = {}
    decided: list[tuple[datetime, Event]] = []
    for event in events:
        known = models.get(event["model"])
        entry = _dated(event, known, until) if known else None
        if known is None or entry is None:
            continue
        at = _known(entry)
        by_import = entry.pop("via", None) == "import"
        if entry["kind"] in DECISIONS and not by_import and at > known.first:
            decided.append((at, entry))
        else:
            imported.setdefault(_comes_in(at, known, until), []).append(entry)
    return Plan(begins, until, models, dict(sorted(imported.items())), sorted(decided, key=lambda one: one[0]))


def plan_lineage(
    runs: Mapping[str, Sequence[Event]], models: Mapping[str, ModelPlan], until: datetime
) -> dict[datetime, list[Event]]:
    """What pipelines tell of their runs (OpenLineage, by model, with the dates of its source), by when it comes in.

    What happened before the ledger knew the model comes in with its history; what lies after the build is left out.
    """
    found: dict[datetime, list[Event]] = {}
    for model, events in runs.items():
        for event in events:
            moved = moved_run(event, models[model].months)
            at = _instant(moved["eventTime"])
            if at <= until:
                found.setdefault(_comes_in(at, models[model], until), []).append(moved)
    return dict(sorted(found.items()))


def _dated(event: Event, known: ModelPlan, until: datetime) -> Event | None:
    """An event as it is dated on the day of the build; None when it is not."""
    if "days_ago" in event:
        entry = with_days(event, until)
        return entry if _instant(entry["at"]) > known.registered else None
    entry = with_moved_dates(event, known.months)
    if _known(entry) > until:
        return None
    if entry.get("until") and entry["kind"] not in FORESEEN and _instant(entry["until"]) > until:
        if entry["kind"] in ROUTINE:
            return None
        del entry["until"]
    return entry


def with_days(event: Event, until: datetime) -> Event:
    """An event or act that is dated in days before the build, with its instant: 09:00 UTC unless it says."""
    entry = {name: value for name, value in event.items() if name not in RELATIVE}
    day = until.date() - timedelta(days=event["days_ago"])
    at = datetime.combine(day, time.fromisoformat(event.get("time", "09:00")), UTC)
    entry["at"] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    for ahead, name in AHEAD.items():
        if ahead in event:
            entry[name] = (day + timedelta(days=event[ahead])).isoformat()
    return entry


def _comes_in(at: datetime, known: ModelPlan, until: datetime) -> datetime:
    """The morning after an event, or with the history of its model."""
    if at <= known.first:
        return known.first + AFTER
    return min(datetime.combine(at.date() + timedelta(days=1), NEWS, UTC), until)


def _known(event: Event) -> datetime:
    """When the source knew of an event: where it does not say, when it happened."""
    return _instant(event["known_at"] if "known_at" in event else event["at"])


def _instant(when: str | date) -> datetime:
    """A written instant, or the begin of a day in UTC."""
    text = when if isinstance(when, str) else when.isoformat()
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
