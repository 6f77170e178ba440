"""Who did something, in words: the person's name, and how they came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.principal import ACTS_AS, person_behind
from dashboard.words import Sentence, mark, translate

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

WAYS: dict[str, str] = {
    "cli": mark("command line, account {account}"),
    "login": mark("login"),
    "page": mark("page without login"),
    "switcher": mark("chosen on a page without login"),
    "token": mark("token {account}"),
}
NAMES: dict[str, str] = {
    "cli": mark("System operator"),
    "demo": mark("Demo builder"),
    "page": mark("Somebody without login"),
    "system": mark("Model Ledger itself"),
    "token": mark("Program {account}"),
}


@dataclass(frozen=True)
class Actor:
    """Who did something: a key that is the same for one person by every way, a name, and the way in words."""

    key: str
    name: str
    way: str


def actor_of(actor: str, organisation: Organisation, language: str) -> Actor:
    """The doer behind an actor of the ledger, like `login:anna.keller` or `token:nightly as anna.keller`."""
    account, person = actor.partition(ACTS_AS)[0], person_behind(actor)
    kind, sign, name = account.partition(":")
    if not sign:
        kind, name = account, account
    way = Sentence(WAYS[kind], {"account": name}).render(language) if sign and kind in WAYS else ""
    if person:
        return Actor(person, organisation.person_name(person), way)
    known = Sentence(NAMES[kind], {"account": name}).render(language) if kind in NAMES else account
    return Actor(actor, known, way)


def imported_note(imported_by: object, organisation: Organisation, language: str) -> str:
    """That a fact was imported and by whom, for readers; empty where it was done here."""
    if not isinstance(imported_by, str):
        return ""
    name = actor_name(imported_by, organisation, language)
    return Sentence(mark("imported by {name}"), {"name": name}).render(language)


def actor_name(actor: object, organisation: Organisation, language: str) -> str:
    """The name of a person, or of the actor where no person is known; empty for nobody."""
    if not isinstance(actor, str):
        return ""
    if actor in organisation.people:
        return organisation.person_name(actor)
    return translate(actor_of(actor, organisation, language).name, language)
