"""What of a card or of people is another action's to change: who registers it needs that action's right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.actions.assess_risk import Assessment
from dashboard.actions.registry import ACTIONS, Call, Payload
from dashboard.actions.roles import Assignment, Ending
from dashboard.actions.rules.asking import lets, named, people_with, rules_let
from dashboard.actions.rules.judging import who_answers
from dashboard.connectors.registry import CONNECTORS
from dashboard.errors import ForbiddenError
from dashboard.governance.goals import moved_goals
from dashboard.governance.situation.builders import builds
from dashboard.schema.access import BUILDERS
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.roles import RISK_NAMES, RISK_WORDS, ROLE_WORDS
from dashboard.schema.people import PeopleFile, Person
from dashboard.schema.reading.documents import Document
from dashboard.store.cards import card_histories, list_cards
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.store.grants import list_grants
from dashboard.store.organisation import Organisation, get_organisation
from dashboard.words import Listed, Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.register import Files

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
# Of somebody whom models name although nobody registered them: these fields then say who that is, and who sees what.
OF_NAMED_PEOPLE = ("email", "team", "start", "end", "executive")
# What a card says and who answers, rates or administers decides; the rest is the author's.
DECIDED: tuple[tuple[str, ...], ...] = (
    ("roles",),
    ("risks",),
    ("risk_class",),
    ("business", "automation"),
    ("business", "purposes"),
    ("business", "population"),
    ("business", "process"),
    ("business", "key_metrics"),
    ("business", "value"),
    ("monitoring",),
    ("period",),
    ("retraining",),
    ("data", "reference"),
    ("data", "protected"),
    ("data", "protected_together"),
    ("data", "cluster"),
    ("data", "amount"),
)
# Parts of a card that an action decides: their words, the action, and whether only who answers for the model may.
# Who builds it may change only who sees it, where they may at all.
OF_BUSINESS: tuple[tuple[str, Callable[[ModelCard], object], str, bool], ...] = (
    (mark("Risk class"), lambda card: card.risk_class, "assess_risk", False),
    (mark("How decisions are made"), lambda card: card.business.automation, "assess_risk", False),
    (mark("Approved uses"), lambda card: card.business.purposes, "answer_use", True),
    (mark("Approved cases"), lambda card: card.business.population, "answer_use", True),
    (mark("Business process"), lambda card: card.business.process, "grant_access", False),
)


@dataclass(frozen=True)
class Change:
    """A change that another action stands for: the word of its field, the action, and its payload.

    Without a payload the action's rules have nothing to look at. `by_builders` is False where who builds the model
    may not make it, `by_who_answers` is True where only who answers for the model may. Of what is registered for the
    first time only the rules are asked (`first`): nobody decided it yet.
    """

    field: str
    action: str
    payload: Payload | None = None
    by_builders: bool = True
    by_who_answers: bool = False
    first: bool = False


def not_what_others_decide(call: Call, payload: Files) -> None:
    """Refuse whoever registers changes that they may not make by the action for them.

    What is registered for the first time is nobody's yet, but nobody gives themselves a role by it. The operator, and
    programs in their own right, bring what the organisation decided.
    """
    if call.principal.operates:
        return
    documents: Sequence[Document] = CONNECTORS.get("cards").read(payload.files)
    cards, organisation = list_cards(call.store), get_organisation(call.store)
    for document in documents:
        value = document.value
        if isinstance(value, PeopleFile):
            _check_people_open(call)
            for subject, changes in _of_people(call.store, organisation, value):
                _check(call, subject, changes)
        elif isinstance(value, ModelCard) and value.id not in cards:
            _check_author(call)
            _check(call, value.id, list(_of_new_card(call, value)))
        elif isinstance(value, ModelCard) and call.principal.sees(value.id):
            before = cards[value.id].card
            if not _is_author(call) and _rest(before) != _rest(value):
                _check_author(call)
            _check(call, value.id, list(_of_card(before, value)), value.id)


def _check(call: Call, subject: str, changes: Sequence[Change], model_id: str | None = None) -> None:
    others = [change for change in changes if not _may(call, subject, change)]
    if not others:
        return
    fields = Listed(tuple(dict.fromkeys(change.field for change in others)))
    message = mark(
        "A file cannot change what other people decide: {fields} ({subject}). Leave these as they were; those who may "
        "change them: {people}."
    )
    people = _who_may(call, subject, others[0])
    raise ForbiddenError(Sentence(message, {"fields": fields, "subject": subject, "people": people}), model_id)


def _who_may(call: Call, subject: str, change: Change) -> str:
    """The names of those to whom the first of the refused changes is open."""
    if change.by_who_answers:
        return named(call.store, who_answers(call, subject))
    return people_with(call.store, ACTIONS.get(change.action).rights.roles, call.principal.person)


def _may(call: Call, subject: str, change: Change) -> bool:
    found = ACTIONS.get(change.action)
    if call.principal.person is None and (found.personal or not change.by_builders):
        return False
    if change.first:
        return change.payload is None or rules_let(call, change.action, change.payload)
    if not change.by_builders and builds(call.store, subject, call.person):
        return False
    if change.by_who_answers and call.person not in who_answers(call, subject):
        return False
    return lets(call, change.action, change.payload)


def _is_author(call: Call) -> bool:
    return bool(call.principal.roles & set(BUILDERS))


def _check_author(call: Call) -> None:
    if not _is_author(call):
        message = mark(
            "You may change the parts of a card that you decide; new cards, people and the rest are registered by: "
            "{people}."
        )
        raise ForbiddenError(Sentence(message, {"people": people_with(call.store, BUILDERS)}))


def _check_people_open(call: Call) -> None:
    """Who sees some models only registers no people: whom a model names decides about who sees it."""
    _check_author(call)
    if call.principal.models is not None:
        message = mark(
            "You see some of the models only, so you cannot register people, teams or processes; an administrator may: "
            "{people}."
        )
        raise ForbiddenError(Sentence(message, {"people": people_with(call.store, ("admin",), call.principal.person)}))


def _of_new_card(call: Call, card: ModelCard) -> Iterator[Change]:
    """Roles of the author: somebody else gives them."""
    for role, holder in card.roles.held():
        if holder.person == call.principal.person:
            appointed = Assignment(model=card.id, role=role, person=holder.person, reason=REASON)
            yield Change(ROLE_WORDS[role], "assign_role", appointed, first=True)


def _of_card(before: ModelCard, after: ModelCard) -> Iterator[Change]:
    """Changed roles, ratings, risk class and what it rests on, approved uses and cases, goals, and who sees it."""
    yield from _of_roles(before, after)
    yield from _of_risks(before, after)
    for words, read, action, by_who_answers in OF_BUSINESS:
        if read(before) != read(after):
            yield Change(words, action, by_builders=action == "grant_access", by_who_answers=by_who_answers)
    for goal in moved_goals(before, after):
        yield Change(goal.words, "answer_use", by_builders=False, by_who_answers=True)


def _of_roles(before: ModelCard, after: ModelCard) -> Iterator[Change]:
    old, new = list(before.roles.held()), list(after.roles.held())
    for role, holder in [entry for entry in old if entry not in new]:
        ending = Ending(model=after.id, role=role, person=holder.person, reason=REASON)
        yield Change(ROLE_WORDS[role], "end_role", ending)
    for role, holder in [entry for entry in new if entry not in old]:
        appointed = Assignment(model=after.id, role=role, person=holder.person, reason=REASON)
        yield Change(ROLE_WORDS[role], "assign_role", appointed)


def _of_risks(before: ModelCard, after: ModelCard) -> Iterator[Change]:
    for risk in RISK_NAMES:
        stated = getattr(after.risks, risk)
        if stated != getattr(before.risks, risk):
            rated = stated is not None and stated.score is not None
            steps = {"likelihood": stated.likelihood, "impact": stated.impact} if rated else None
            payload = Assessment.model_validate({"model": after.id, "risk": risk, **steps}) if steps else None
            yield Change(RISK_WORDS[risk], "assess_risk", payload)


def _rest(card: ModelCard) -> dict[str, Any]:
    """A card without what others decide."""
    content = card.model_dump(mode="json", by_alias=True)
    for *places, name in DECIDED:
        part = content
        for place in places:
            part = part[place]
        part.pop(name, None)
    return content


def _of_people(store: Store, organisation: Organisation, file: PeopleFile) -> Iterator[tuple[str, list[Change]]]:
    """Changed fields of people, teams and processes that are registered, and what makes a new person somebody known."""
    known = _named_somewhere(store)
    for kind, subjects in (("person", file.people), ("team", file.teams), ("process", file.processes)):
        for subject in subjects:
            before = organisation.find(kind, subject.id)
            fields = [
                name
                for name in OF_PEOPLE
                if before is not None and getattr(subject, name, None) != getattr(before, name, None)
            ]
            if isinstance(subject, Person) and before is None:
                fields = ["email"] if _address_taken(organisation, subject) else []
                if subject.id in known:
                    fields = [name for name in OF_NAMED_PEOPLE if getattr(subject, name)]
            yield subject.id, [Change(*OF_PEOPLE[name]) for name in fields]


def _named_somewhere(store: Store) -> set[str]:
    """Everybody whom a card, an event or a grant names: registering them says who logs in as them, and sees what."""
    found = set(list_grants(store))
    for history in card_histories(store).values():
        found |= {holder.person for recorded in history for _, holder in recorded.card.roles.held()}
    found |= {str(event.content["person"]) for event in list_events(store, kinds=["role"])}
    return found


def _address_taken(organisation: Organisation, person: Person) -> bool:
    """Return whether logins with this address are another person's."""
    address = (person.email or "").casefold()
    return bool(address) and any((one.email or "").casefold() == address for one in organisation.people.values())
