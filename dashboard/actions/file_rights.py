"""What of a card or of people is another action's to change: who registers it needs that action's right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.access.rights import is_open
from dashboard.actions.assess_risk import Assessment
from dashboard.actions.registry import ACTIONS, Call, Payload
from dashboard.actions.roles import Assignment, Ending
from dashboard.errors import ForbiddenError
from dashboard.governance.sign_offs.signatures import entitled
from dashboard.governance.situation.builders import builds
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.roles import RISK_NAMES, RISK_WORDS, ROLE_WORDS
from dashboard.schema.people import PeopleFile, Person
from dashboard.schema.reading.documents import Document
from dashboard.store.cards import list_cards
from dashboard.store.organisation import Organisation, get_organisation
from dashboard.words import Listed, Sentence, mark

REASON = "registered with the model card"
# Fields of people, teams and processes that say who may log in as whom, who sees what and who answers; by word of the
# reader and the action that decides such things.
OF_PEOPLE: Mapping[str, tuple[str, str]] = {
    "email": (mark("E-mail"), "grant_access"),
    "team": (mark("Team"), "grant_access"),
    "start": (mark("From"), "grant_access"),
    "end": (mark("Until"), "grant_access"),
    "executive": (mark("Executive"), "grant_access"),
    "lead": (mark("Led by"), "assign_role"),
    "owner": (mark("Owner"), "assign_role"),
    "tolerable_outage_hours": (mark("Tolerable outage in hours"), "assess_risk"),
}


@dataclass(frozen=True)
class Change:
    """A change that another action stands for: the word of its field, the action, and its payload.

    Without a payload the action's rules have nothing to look at. `by_builders` is False where who builds the model
    may not make it, `by_who_answers` is True where only who answers for the model, or an administrator, may.
    """

    field: str
    action: str
    payload: Payload | None = None
    by_builders: bool = True
    by_who_answers: bool = False


def check_own_part(call: Call, documents: Sequence[Document]) -> None:
    """Raise ForbiddenError when a person registers changes that they may not make by the action for them.

    Administrators may, as they import events; the rules of those actions hold for them, too. What is registered for
    the first time is nobody's yet. Programs without a person and the operator bring what the organisation decided.
    """
    for subject, changes in _changed(call, documents):
        others = [change.field for change in changes if not _may(call, subject, change)]
        if others:
            message = mark(
                "A file cannot change what other people decide: {fields} ({subject}). Leave these as they were; "
                "those who may change them do so on the pages."
            )
            values = {"fields": Listed(tuple(dict.fromkeys(others))), "subject": subject}
            raise ForbiddenError(Sentence(message, values))


def _may(call: Call, subject: str, change: Change) -> bool:
    found, administers = ACTIONS.get(change.action), "admin" in call.principal.roles
    if call.principal.person is None and (found.personal or not change.by_builders):
        return False
    if not administers and not is_open(call.principal, found):
        return False
    if not change.by_builders and builds(call.store, subject, call.person):
        return False
    if change.by_who_answers and not administers and not _answers(call, subject):
        return False
    return change.payload is None or _fits_rules(call, change.action, change.payload)


def _fits_rules(call: Call, action: str, payload: Payload) -> bool:
    """Return whether the rules of an action would let it through."""
    try:
        for rule in ACTIONS.get(action).rights.rules:
            rule(replace(call, action=action), payload)
    except ForbiddenError:
        return False
    return True


def _answers(call: Call, model_id: str) -> bool:
    situation = Situation(call.store, seen=frozenset({model_id}))
    return call.person in entitled(situation, model_id, "accountable_executive", situation.day(model_id))


def _changed(call: Call, documents: Sequence[Document]) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each registered model that is seen, and of each person, team and process."""
    cards, organisation = list_cards(call.store), get_organisation(call.store)
    for document in documents:
        value = document.value
        if isinstance(value, ModelCard) and value.id in cards and call.principal.sees(value.id):
            yield value.id, list(_of_card(cards[value.id].card, value))
        elif isinstance(value, PeopleFile):
            yield from _of_people(organisation, value)


def _of_card(before: ModelCard, after: ModelCard) -> Iterator[Change]:
    """Changed roles, ratings and risk class, what the class rests on, approved uses and cases, and who sees it."""
    old, new = list(before.roles.held()), list(after.roles.held())
    for role, holder in [entry for entry in old if entry not in new]:
        ending = Ending(model=after.id, role=role, person=holder.person, reason=REASON)
        yield Change(ROLE_WORDS[role], "end_role", ending)
    for role, holder in [entry for entry in new if entry not in old]:
        appointed = Assignment(model=after.id, role=role, person=holder.person, reason=REASON)
        yield Change(ROLE_WORDS[role], "assign_role", appointed)
    for risk in RISK_NAMES:
        stated = getattr(after.risks, risk)
        if stated != getattr(before.risks, risk):
            rated = stated is not None and stated.score is not None
            steps = {"likelihood": stated.likelihood, "impact": stated.impact} if rated else None
            payload = Assessment.model_validate({"model": after.id, "risk": risk, **steps}) if steps else None
            yield Change(RISK_WORDS[risk], "assess_risk", payload)
    if before.risk_class != after.risk_class:
        yield Change(mark("Risk class"), "assess_risk", by_builders=False)
    if before.business.automation != after.business.automation:
        yield Change(mark("How decisions are made"), "assess_risk", by_builders=False)
    if before.business.purposes != after.business.purposes:
        yield Change(mark("Approved uses"), "answer_use", by_who_answers=True)
    if before.business.population != after.business.population:
        yield Change(mark("Approved cases"), "answer_use", by_who_answers=True)
    if before.business.process != after.business.process:
        yield Change(mark("Business process"), "grant_access")


def _of_people(organisation: Organisation, file: PeopleFile) -> Iterator[tuple[str, list[Change]]]:
    """Changed fields of people, teams and processes that are registered, and addresses that are somebody else's."""
    for kind, subjects in (("person", file.people), ("team", file.teams), ("process", file.processes)):
        for subject in subjects:
            before = organisation.find(kind, subject.id)
            fields = [
                name
                for name in OF_PEOPLE
                if before is not None and getattr(subject, name, None) != getattr(before, name, None)
            ]
            if isinstance(subject, Person) and before is None and _address_taken(organisation, subject):
                fields = ["email"]
            yield subject.id, [Change(*OF_PEOPLE[name]) for name in fields]


def _address_taken(organisation: Organisation, person: Person) -> bool:
    """Return whether logins with this address are another person's."""
    address = (person.email or "").casefold()
    return bool(address) and any((one.email or "").casefold() == address for one in organisation.people.values())
