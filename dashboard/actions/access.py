"""Who may do what in the program, and the end of logins."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.access import not_for_oneself, oneself_or_admin, within_own_limits
from dashboard.actions.statements import Words
from dashboard.errors import refused
from dashboard.schema.access import ACCESS_ROLES, AccessRole
from dashboard.schema.texts import Label, PersonId, Sha256
from dashboard.store.engine.clock import now
from dashboard.store.grants import Grant, append_grant, list_grants
from dashboard.store.organisation import get_organisation
from dashboard.store.sessions import all_of, append_end, list_logins
from dashboard.words import Sentence, mark

Several = Annotated[tuple[Label, ...], Field(max_length=100)]


class NewGrant(Payload):
    """What is open to a person from now on; no role means nothing, no process and team means every model."""

    person: PersonId
    roles: tuple[AccessRole, ...] = ()
    processes: Several = ()
    teams: Several = ()
    reason: Words


class EndedLogins(Payload):
    """A person whose logins are to end: all of them, or the one with a key of the view `logins`."""

    person: PersonId
    reason: Words
    login: Sha256 | None = None


@action(
    "grant_access",
    command="access grant PERSON [ROLE...] [--process...] [--team...] --reason",
    rights=Rights(("admin",), scope=None, rules=(not_for_oneself, within_own_limits)),
)
def grant(call: Call, payload: NewGrant) -> str:
    """Say what is open to a person from now on: roles, and by process and team whose models; no role takes all away."""
    _check_known(call, payload)
    before = list_grants(call.store).get(payload.person)
    roles = tuple(role for role in ACCESS_ROLES if role in payload.roles)
    processes, teams = (tuple(sorted(set(names))) for names in (payload.processes, payload.teams))
    new = Grant(payload.person, roles, processes, teams, payload.reason)
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        subject = f"access {payload.person}"
        audit_context.before[subject] = _audit_content(before.grant) if before else None
        audit_context.after[subject] = {**_audit_content(new), "reason": payload.reason}
        append_grant(cursor, new, call.actor)
    if not roles:
        return f"{payload.person} has no role, so nothing is open to them"
    return f"{payload.person} has {', '.join(roles)}, sees {_scope(new)}"


def _check_known(call: Call, payload: NewGrant) -> None:
    known = get_organisation(call.store)
    person = known.people.get(payload.person)
    if person is None:
        message = Sentence(mark("{person} is not registered; register the person first."), {"person": payload.person})
        raise refused(message, "person")
    if payload.roles and person.end is not None and person.end < now().date():
        values = {"person": person.name, "day": person.end}
        raise refused(Sentence(mark("{person} left on {day}; nothing can be opened to them."), values), "person")
    for process in payload.processes:
        if process not in known.processes:
            raise refused(Sentence(mark("The process {name} is not registered."), {"name": process}), "processes")
    teams = known.teams.keys() | {one.team for one in known.people.values()}
    for team in payload.teams:
        if team not in teams:
            raise refused(Sentence(mark("The team {name} is not registered."), {"name": team}), "teams")


def _audit_content(grant: Grant) -> dict[str, object]:
    return {"roles": list(grant.roles), "processes": list(grant.processes), "teams": list(grant.teams)}


def _scope(grant: Grant) -> str:
    if not grant.processes and not grant.teams:
        return "every model"
    return f"the models of {', '.join((*grant.processes, *grant.teams))}"


@action(
    "end_sessions",
    command="access end-logins PERSON --reason [--login]",
    rights=Rights(ACCESS_ROLES, scope=None, rules=(oneself_or_admin,)),
)
def end_sessions(call: Call, payload: EndedLogins) -> str:
    """End every login of a person, or one: each of those browsers has to sign in again."""
    if payload.person not in get_organisation(call.store).people:
        message = Sentence(mark("{person} is not registered; register the person first."), {"person": payload.person})
        raise refused(message, "person")
    one = _one_login(call, payload)
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        audit_context.after[f"access {payload.person}"] = {"logins": "ended", "reason": payload.reason, **one}
        append_end(cursor, payload.login or all_of(payload.person), call.actor)
    return f"{'one' if one else 'every'} login of {payload.person} is ended"


def _one_login(call: Call, payload: EndedLogins) -> dict[str, str]:
    """What the record says of the one login that is to end; nothing where all are. Raises InputRefusedError."""
    if payload.login is None:
        return {}
    for login in list_logins(call.store, payload.person):
        if login.key == payload.login:
            return {"browser": login.browser, "begun_at": login.begun_at.isoformat()}
    values = {"person": payload.person}
    raise refused(Sentence(mark("{person} has no such login, or it has ended already."), values), "login")
