"""The access of people for readers: who may do what, and the forms that change it, each confirmed before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.store.engine.clock import now
from dashboard.store.organisation import Organisation
from dashboard.ui.labels.people import ACCESS_ROLES
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.sign_in_gate import login_words
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, submit
from dashboard.ui.widgets.confirmation import Confirmation, ask
from dashboard.ui.widgets.names import actor_name
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records


def sentence(grants: pd.DataFrame) -> str:
    """How many people have access, and how many administrators there are."""
    active = _in_force(grants)
    if active.empty:
        return say("Nobody has access by name yet; give it to the first people below.")
    admins = sum("admin" in roles.split() for roles in active["roles"])
    limited = int(active["models_seen"].notna().sum())
    counts = say("{n} people have access, {admins} of them as administrators.", n=len(active), admins=admins)
    return f"{counts} {say('{n} people see only some models.', n=limited)}" if limited else counts


def rights(grants: pd.DataFrame, organisation: Organisation) -> None:
    """Every grant in force as a table, with its download, and those taken back under it."""
    active = _in_force(grants)
    if not active.empty:
        table(_shown(active, organisation), "access", "access", say("Access"))
    gone = grants[~grants.index.isin(active.index)]
    if not gone.empty:
        with st.expander(say("{n} people whose access was revoked or who left", n=len(gone))):
            table(_shown(gone, organisation), "access", "access_ended", say("Access that ended"))
    st.caption(say("Roles can also come from the login provider; config/roles.yaml says which claim gives which role."))


@part
def grant_form(grants: pd.DataFrame, organisation: Organisation) -> None:
    """Pick a person, then what is open to them; the change is shown for confirmation first."""
    people = _present(organisation, besides=reader.reader().person)
    if not reader.may("grant_access") or not people:
        submit.not_open() if people else st.caption(say("No other person is registered."))
        return
    person = st.selectbox(
        say("Person"), list(people), format_func=lambda known: people.get(known, known), key="grant_to"
    )
    held = grants.set_index("person").to_dict("index").get(person, {})
    names, teams = _process_names(organisation), _team_names(organisation)
    with st.form(f"grant_{person}", border=False):
        roles = _several(say("Roles"), {role: say(word) for role, word in ACCESS_ROLES.items()}, held.get("roles"), " ")
        left, right = st.columns(2)
        with left:
            processes = _several(say("Only models of these processes"), names, held.get("processes"))
        with right:
            chosen = _several(say("Only models of these teams"), teams, held.get("teams"))
        st.caption(say("Without a process or team, every model is visible. Without a role, nothing is accessible."))
        reason = st.text_area(say("Reason"), key=f"grant_reason_{person}", max_chars=1000)
        asked = st.form_submit_button(say("Check and confirm"), icon=":material/fact_check:")
    if asked and _has_reason(reason):
        values = {"person": person, "roles": roles, "processes": processes, "teams": chosen, "reason": reason}
        known = [say(ACCESS_ROLES[role]) for role in roles]
        scope = [*(names.get(name, name) for name in processes), *(teams.get(name, name) for name in chosen)]
        _ask(say("Change access"), _consequences(people[person], known, scope), "grant_access", values)


@part
def end_form(organisation: Organisation) -> None:
    """Pick a person of whom all logins end at once, or one."""
    people = _present(organisation, besides=None)
    if not reader.may("grant_access") or not people:
        submit.not_open() if people else st.caption(say("Nobody is registered yet."))
        return
    st.caption(say("After a lost device or a stolen password: the browsers of this person have to sign in again."))
    person = _pick_person(people, "end_of")
    held = _held_logins(person)
    with st.form(f"end_logins_{person}", border=False):
        chosen = st.selectbox(
            say("Which login"),
            list(held),
            format_func=lambda login: held.get(login, login),
            key=f"end_login_of_{person}",
        )
        reason = st.text_input(say("Reason"), key="end_reason", max_chars=1000)
        asked = st.form_submit_button(say("Check and confirm"), icon=":material/fact_check:")
    if asked and _has_reason(reason):
        values = {"person": person, "reason": reason, "login": chosen or None}
        consequence = say("Every login of {name} ends now.", name=badges.escaped(people[person]))
        if chosen:
            named = {"name": badges.escaped(people[person]), "login": badges.escaped(held[chosen])}
            consequence = say("This login of {name} ends now: {login}.", **named)
        _ask(say("End logins"), (consequence,), "end_sessions", values)


def _held_logins(person: str) -> dict[str, str]:
    """All logins of a person, which is the usual choice, and each one by its key."""
    found = records(data.read("logins", Query(person=person, language=language())))
    number = say("all of them ({n})", n=len(found))
    return {"": number} | {row["login"]: login_words(row["browser"], row["begun_at"]) for row in found}


def _consequences(name: str, roles: Sequence[str], scope: Sequence[str]) -> tuple[str, ...]:
    """What a grant means, as Markdown."""
    shown = badges.escaped(name)
    if not roles:
        return (say("**{name}** will no longer have access.", name=shown),)
    given = say("**{name}** will have these roles: {roles}.", name=shown, roles=", ".join(roles))
    if scope:
        return given, say("They will see only the models of: {scope}.", scope=badges.escaped(", ".join(scope)))
    return given, say("They will see every model.")


def _ask(title: str, consequences: tuple[str, ...], action: str, values: Mapping[str, object]) -> None:
    ask(Confirmation(title, consequences, action, values, say("Done: {title}", title=title)))


def _pick_person(people: Mapping[str, str], key: str) -> str:
    return st.selectbox(say("Person"), list(people), format_func=lambda known: people.get(known, known), key=key)


def _has_reason(reason: str) -> bool:
    if reason.strip():
        return True
    st.error(say("Please give a reason; it stays in the audit trail."), icon=":material/error:")
    return False


def _several(label: str, options: Mapping[str, str], held: object, sign: str = ", ") -> list[str]:
    known = [part for part in str(held or "").split(sign) if part in options]
    words = dict(options)
    return st.multiselect(
        label, list(words), default=known, format_func=lambda name: words.get(name, name), placeholder=say("none")
    )


def _present(organisation: Organisation, besides: str | None) -> dict[str, str]:
    """The registered people who have not left, by name."""
    today = now().date()
    people = [one for one in organisation.people.values() if one.end is None or one.end >= today]
    return {one.id: one.name for one in sorted(people, key=lambda one: one.name) if one.id != besides}


def _in_force(grants: pd.DataFrame) -> pd.DataFrame:
    return grants[(grants["roles"].fillna("") != "") & grants["left_on"].isna()]


def _shown(grants: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """The columns for readers: names, roles and models in words."""
    rows = records(grants)
    processes, teams = _process_names(organisation), _team_names(organisation)
    return pd.DataFrame(
        {
            "person_name": [row["name"] if isinstance(row["name"], str) else row["person"] for row in rows],
            "roles": [", ".join(say(ACCESS_ROLES[role]) for role in str(row["roles"]).split()) for row in rows],
            "sees": [
                _sees(row["models_seen"], [*_named(row["processes"], processes), *_named(row["teams"], teams)])
                for row in rows
            ],
            "granted_at": [row["granted_at"] for row in rows],
            "granted_by": [actor_name(row["granted_by"], organisation, language()) for row in rows],
            "reason": [row["reason"] for row in rows],
        }
    )


def _process_names(organisation: Organisation) -> dict[str, str]:
    return {name: process.name.in_language(language()) for name, process in organisation.processes.items()}


def _team_names(organisation: Organisation) -> dict[str, str]:
    return {name: team.name.in_language(language()) for name, team in organisation.teams.items()}


def _named(ids: object, names: Mapping[str, str]) -> list[str]:
    """What the ids, with commas between them, are called; who is not registered keeps the id."""
    return [names.get(part, part) for part in str(ids or "").split(", ") if part]


def _sees(number: object, names: Sequence[str]) -> str:
    if not isinstance(number, int | float) or pd.isna(number):
        return say("every model")
    return say("only {names} ({n})", n=int(number), names=", ".join(names))
