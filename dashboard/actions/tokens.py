"""Create and revoke the tokens by which programs are known to the API."""

from __future__ import annotations

import re

from pydantic import Field

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.errors import ForbiddenError, refused
from dashboard.schema.texts import FORMS, PersonId, TokenName
from dashboard.store.organisation import get_organisation
from dashboard.store.tokens import DECISIONS, Scope, create_token, revoke_token
from dashboard.words import Sentence, mark

NAME = re.compile(FORMS["token_name"])
SHOWN = ", shown this once: "


class NewToken(Payload):
    """A token to create; with a `person` it acts in their name and with their rights at most."""

    name: TokenName
    scopes: tuple[Scope, ...] = Field(min_length=1)
    person: PersonId | None = None


class NamedToken(Payload):
    """A token to revoke."""

    name: str


def decides_for_oneself(call: Call, payload: NewToken) -> None:
    """Nobody makes a key that decides in the name of another person; raises ForbiddenError. The operator may."""
    others = payload.person is not None and payload.person != call.principal.person
    if DECISIONS in payload.scopes and others and not call.principal.operates:
        message = mark(
            "A token that decides in a person's name is made by that person, or on the command line of the server's "
            "machine."
        )
        raise ForbiddenError(Sentence(message))


@action(
    "create_token",
    command="token create NAME --scope... [--person]",
    rights=Rights(("admin",), scope=None, rules=(decides_for_oneself,)),
)
def create(call: Call, payload: NewToken) -> str:
    """Create a token for a program; its key is shown this once and kept as a hash."""
    if DECISIONS in payload.scopes and payload.person is None:
        raise refused(Sentence(mark("Decisions are recorded in a person's name; say whose.")), "person")
    if payload.person is not None and payload.person not in get_organisation(call.store).people:
        message = Sentence(mark("{person} is not registered; register the person first."), {"person": payload.person})
        raise refused(message, "person")
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.after[f"token {payload.name}"] = {"scopes": list(payload.scopes), "person": payload.person}
        key = create_token(cursor, payload.name, payload.scopes, call.actor, payload.person)
    return f"token {payload.name} ({', '.join(dict.fromkeys(payload.scopes))}){SHOWN}{key}"


def key_in(done: str) -> str:
    """The key in what `create_token` says."""
    return done.partition(SHOWN)[2]


@action("revoke_token", command="token revoke NAME", rights=Rights(("admin",), scope=None))
def revoke(call: Call, payload: NamedToken) -> str:
    """Take a token back; it opens nothing from now on."""
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.after[f"token {payload.name}"] = {"revoked": True}
        revoke_token(cursor, payload.name, call.actor)
    return f"token {payload.name} is revoked"
