"""Create and revoke the tokens by which programs are known to the API."""

from __future__ import annotations

import re
from datetime import UTC

from pydantic import Field

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.tokens import in_ones_own_name, ones_own_or_admin
from dashboard.errors import refused
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import FORMS, PersonId, TokenName
from dashboard.schema.times import Day
from dashboard.store.engine.clock import now
from dashboard.store.organisation import get_organisation
from dashboard.store.tokens import DECISIONS, Scope, create_token, last_day, revoke_token
from dashboard.words import Sentence, mark

NAME = re.compile(FORMS["token_name"])
SHOWN = ", shown this once: "


class NewToken(Payload):
    """A token to create, valid until the end of the day `until` in UTC, by default for 90 days.

    With a `person` it acts in their name and with their rights at most.
    """

    name: TokenName
    scopes: tuple[Scope, ...] = Field(min_length=1)
    person: PersonId | None = None
    until: Day | None = None


class NamedToken(Payload):
    """A token to revoke."""

    name: str


@action(
    "create_token",
    command="token create NAME --scope... [--person] [--until]",
    rights=Rights(ACCESS_ROLES, scope=None, rules=(in_ones_own_name,)),
)
def create(call: Call, payload: NewToken) -> str:
    """Create a token for a program; its key is shown this once and kept as a hash."""
    if DECISIONS in payload.scopes and payload.person is None:
        raise refused(Sentence(mark("Decisions are recorded in a person's name; say whose.")), "person")
    if payload.person is not None and payload.person not in get_organisation(call.store).people:
        message = Sentence(mark("{person} is not registered; register the person first."), {"person": payload.person})
        raise refused(message, "person")
    today = now().astimezone(UTC).date()
    if payload.until is not None and payload.until < today:
        raise refused(Sentence(mark("The day is in the past; choose today or later.")), "until")
    until = payload.until or last_day(now())
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        content = {"scopes": list(payload.scopes), "person": payload.person, "until": until.isoformat()}
        audit_context.after[f"token {payload.name}"] = content
        key = create_token(cursor, payload.name, payload.scopes, call.actor, payload.person, until)
    return f"token {payload.name} ({', '.join(dict.fromkeys(payload.scopes))}) until {until}{SHOWN}{key}"


def key_in(done: str) -> str:
    """The key in what `create_token` says."""
    return done.partition(SHOWN)[2]


@action(
    "revoke_token",
    command="token revoke NAME",
    rights=Rights(ACCESS_ROLES, scope=None, rules=(ones_own_or_admin,)),
)
def revoke(call: Call, payload: NamedToken) -> str:
    """Take a token back; it opens nothing from now on."""
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.after[f"token {payload.name}"] = {"revoked": True}
        revoke_token(cursor, payload.name, call.actor)
    return f"token {payload.name} is revoked"
