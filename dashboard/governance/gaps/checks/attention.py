"""Gaps of attention: executives who do not look, and people who carry too many models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dashboard.governance.gaps.registry import Gap, gap_check, portfolio_check
from dashboard.governance.ownership.workload import is_too_much, load_of, workloads_on
from dashboard.governance.situation.history import (
    EXECUTIVE,
    ONE_DAY,
    RUNNING,
    eased,
    first_day,
    is_there,
    present_on,
    role_changes,
    since_when,
    stage_on,
)
from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.portfolio import Portfolio
from dashboard.governance.situation.situation import Situation
from dashboard.store.statements import Statement
from dashboard.words import Sentence, mark

LOOKING_WORK = ("reviewed", "answered")


@gap_check("executive_not_looked")
def executive_not_looked(situation: Situation, model_id: str) -> Iterator[Gap]:
    """No accountable executive has looked at a model in production for longer than allowed."""
    looks = _looks(situation, model_id)
    allowed = timedelta(days=situation.accountability.ownership.look_days)

    def neglected(day: date) -> bool:
        executives = present_on(situation, model_id, [EXECUTIVE], day)
        if stage_on(situation, model_id, day) not in RUNNING or not executives:
            return False
        counted = [_counts_from(situation, model_id, person, day, looks) for person in executives]
        latest = max((one for one in counted if one is not None), default=None)
        return latest is not None and day - latest > allowed

    day = situation.day(model_id)
    if not neglected(day):
        return
    executives = present_on(situation, model_id, [EXECUTIVE], day)
    starts = {*role_changes(situation, model_id, [EXECUTIVE]), first_day(situation, model_id)}
    starts |= {look for looked in looks.values() for look in looked}
    over = {start + allowed + timedelta(days=1) for start in starts}
    last = max((look for person in executives for look in looks.get(person, []) if look <= day), default=None)
    names = ", ".join(situation.organisation.person_name(person) for person in executives)
    never = Sentence(mark("{person} is accountable for this model and has never viewed it."), {"person": names})
    message = mark("{person} is accountable for this model and last viewed it on {day}.")
    reason = never if last is None else Sentence(message, {"person": names, "day": last})
    since = since_when(situation, model_id, neglected, starts | over)
    yield Gap(model_id, "executive_not_looked", "medium", executives[0], since, reason)


def _counts_from(
    situation: Situation, model_id: str, person: str, day: date, looks: dict[str, list[date]]
) -> date | None:
    """The day from which the time without a look counts: the last look, or when the person began to answer."""
    held = [one for one in situation.roles[model_id] if (one.role, one.person) == (EXECUTIVE, person) and one.on(day)]
    known = situation.organisation.people[person]
    begun = first_day(situation, model_id)
    starts = [max(one.start or begun, known.start or begun) for one in held]
    looked = [look for look in looks.get(person, []) if look <= day]
    return max([start for start in starts if start <= day] + looked, default=None)


def _looks(situation: Situation, model_id: str) -> dict[str, list[date]]:
    """The days on which each person looked, stated, decided, rated, reviewed or answered."""
    found: dict[str, list[date]] = {}
    for kind in ("work", "sign_off", "risk"):
        for event in situation.events(model_id, kind):
            content = event.content
            if content.get("person") and (kind != "work" or content["activity"] in LOOKING_WORK):
                found.setdefault(content["person"], []).append(local_day(situation, model_id, event.happened_at))
    for said in situation.statements(model_id):
        if said.person_id is not None:
            found.setdefault(said.person_id, []).append(_said_on(situation, model_id, said))
    return found


def _said_on(situation: Situation, model_id: str, said: Statement) -> date:
    return local_day(situation, model_id, said.recorded_at)


@portfolio_check("too_many_models")
def too_many_models(situation: Situation, portfolio: Portfolio) -> Iterator[Gap]:
    """A person answers for, or keeps running, more models than one person can carry."""
    for day in {member.day for member in portfolio.members.values()}:
        models = portfolio.active_on(day)
        for person, load in workloads_on(portfolio, day).items():
            if is_too_much(situation, load, models) and is_there(situation, person, day):
                yield from _overloads(situation, portfolio, person, day)


def _overloads(situation: Situation, portfolio: Portfolio, person: str, day: date) -> Iterator[Gap]:
    """The gap of a person who carries too much on a day, for each model that was judged for this day."""
    load, models = load_of(portfolio, person, day), portfolio.active_on(day)
    since = _too_much_since(situation, portfolio, person, day)
    message = mark("{person} is responsible for {n} of {total} models.")
    name = situation.organisation.person_name(person)
    reason = Sentence(message, {"person": name, "n": len(load.carried), "total": models})
    for model_id in sorted(load.carried):
        member = portfolio.members[model_id]
        if member.day == day and member.there:
            begun = since or (member.begun if member.begun <= day else None)
            yield Gap(model_id, "too_many_models", eased("low", member.stage_on(day)), person, begun, reason)


def _too_much_since(situation: Situation, portfolio: Portfolio, person: str, day: date) -> date | None:
    """The first day of the unbroken time in which a person carries too much; None: ever since anything is known."""
    changes: set[date] = set()
    for one in portfolio.by_person[person]:
        changes |= {start for start, _ in portfolio.members[one.model_id].stages}
        changes |= {one.start} if one.start else set()
        changes |= {one.end + ONE_DAY} if one.end else set()

    def too_much(on: date) -> bool:
        return is_too_much(situation, load_of(portfolio, person, on), portfolio.active_on(on))

    since = None
    for change in sorted((one for one in changes if one <= day), reverse=True):
        if not too_much(change):
            return since
        since = change
        if not too_much(change - ONE_DAY):
            return change
    return None
