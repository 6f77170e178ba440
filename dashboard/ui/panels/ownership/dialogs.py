"""Dialogs that a click in a list opens: the click is kept until the run of the page that shows the dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboard.ui.labels.models import ROLES
from dashboard.ui.panels.model import rows
from dashboard.ui.panels.ownership.rows import ASSIGNED, HANDED_OVER, KEEPING
from dashboard.ui.session import data
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.widgets import filters, submit
from dashboard.views.query import Query
from dashboard.views.records import records

CLICKED, NEW = "clicked_gap", "clicked_gap_new"
Row = Mapping[str, Any]


def take_click(key: str, listed: Sequence[Row], may_act: bool) -> None:
    """Callback of a list's buttons: do with the clicked row what `take_gap` does."""
    take_gap(listed[st.session_state[key]["row"]], may_act)


def take_gap(row: Row, may_act: bool) -> None:
    """Callback of one gap's button: ask for its dialog, or open its model.

    A row has `model` and `gap`, or `model`, `role` and `person` when it is about one holder.
    """
    if may_act and (row.get("role") or row["gap"] in (*ASSIGNED, *HANDED_OVER)):
        st.session_state[CLICKED], st.session_state[NEW] = dict(row), True
    else:
        filters.open_model(row["model"])


def call_page() -> None:
    """Run the whole page, which shows the dialog, where a click in a part of it has just asked for one."""
    if st.session_state.pop(NEW, None):
        st.rerun()


def show_asked(names: Mapping[str, str], held: pd.DataFrame) -> None:
    """Show the dialog that was asked for by the last click; `held` are the roles held now, as of `rows.held_roles`."""
    st.session_state.pop(NEW, None)
    row = cast(Row | None, st.session_state.get(CLICKED))
    if row is None:
        return
    model = str(row["model"])
    name = names.get(model, model)
    if row.get("role"):
        _dialog(say("Hand over"), _hand_over, model, name, [row])
    elif row["gap"] in ASSIGNED:
        _dialog(say("Assign a role"), _assign, model, name, ASSIGNED[row["gap"]])
    else:
        affected = [one for one in records(held[held["model"] == model]) if _is_about(one, row)]
        _dialog(say("Hand over"), _hand_over, model, name, affected)


def _dialog(title: str, content: Callable[..., None], *about: object) -> None:
    st.dialog(title, width="medium", on_dismiss=_forget)(content)(*about)


def _forget() -> None:
    st.session_state.pop(CLICKED, None)


def _is_about(held: Row, row: Row) -> bool:
    """Whether a held role is what a gap is about: its holder has left, is unknown, or carries too much."""
    if row["gap"] == "too_many_models":
        return bool(held["person"] == row["person"] and held["role"] in (*KEEPING, "accountable_executive"))
    return bool(held["state"] == {"person_left": "left", "unknown_person": "unknown"}[row["gap"]])


def _assign(model: str, name: str, roles: Sequence[str]) -> None:
    """A person for one of some roles of a model."""
    st.markdown(f"**{name}**")
    role = _choose_role(roles)
    suggested = _suggested(model, role)
    with st.form("assign_role", border=False):
        person = _choose_person(suggested)
        begin = _choose_day(say("From"), model)
        reason = st.text_input(say("Reason"), key="assign_reason", placeholder=say("Why this person, why now?"))
        if st.form_submit_button(say("Assign"), type="primary", icon=":material/person_add:"):
            values = {"model": model, "role": role, "person": person, "start": begin, "reason": reason}
            success = say("{person} is now {role} of {model}.", person=_name(person), role=ROLES[role], model=name)
            _submit("assign_role", values, success)


def _hand_over(model: str, name: str, affected: Sequence[Row]) -> None:
    """A successor for one of the roles that somebody holds."""
    st.markdown(f"**{name}**")
    one = _choose_held(affected)
    suggested = _suggested(model, one["role"])
    with st.form("hand_over", border=False):
        successor = _choose_person(suggested, one["person"])
        day = _choose_day(say("From"), model)
        reason = st.text_input(say("Reason"), key="hand_over_reason", placeholder=say("Why this person, why now?"))
        st.caption(
            say(
                "From that day on the role of {person} has ended; it stays in the history.", person=_name(one["person"])
            )
        )
        if st.form_submit_button(say("Hand over"), type="primary", icon=":material/swap_horiz:"):
            values = {"model": model, "role": one["role"], "person": one["person"], "successor": successor, "day": day}
            message = "{person} is now {role} of {model}."
            success = say(message, person=_name(successor), role=ROLES[one["role"]], model=name)
            _submit("hand_over", {**values, "reason": reason}, success)


def _submit(action: str, values: Mapping[str, object], success: str) -> None:
    if not values.get("person") or not values.get("successor", True):
        st.error(say("Choose a person."), icon=":material/error:")
    elif not values["reason"]:
        st.error(say("Give a reason; it appears in the history of the role."), icon=":material/error:")
    else:
        # What is done leaves this function by a new run of the page, without the dialog; what is refused comes back.
        row = st.session_state.pop(CLICKED, None)
        submit.submit(action, values, success)
        st.session_state[CLICKED] = row


def _choose_role(roles: Sequence[str]) -> str:
    words = {role: say(ROLES[role]) for role in roles}
    if len(roles) == 1:
        st.markdown(f"{say('Role')}: **{words[roles[0]]}**")
        return roles[0]
    return st.selectbox(say("Role"), list(roles), format_func=lambda role: words[role], key="assign_which_role")


def _choose_held(affected: Sequence[Row]) -> Row:
    options = [
        say("{role}: {person}", role=ROLES[one["role"]], person=one.get("person_name") or _name(one["person"]))
        for one in affected
    ]
    if len(affected) == 1:
        st.markdown(options[0])
        return affected[0]
    chosen = st.selectbox(
        say("Role"), range(len(affected)), format_func=lambda number: options[number], key="hand_over_which"
    )
    return affected[chosen]


def _suggested(model: str, role: str) -> dict[str, str]:
    """Who could take the role now, and why."""
    known = data.read("candidates", Query(model=model, language=language()))
    of_role = known[known["role"] == role]
    return dict(zip(of_role["person"], of_role["reason"], strict=True))


def _choose_person(suggested: Mapping[str, str], without: str | None = None) -> str | None:
    """One of the people who are there: those who are suggested first, each with the reason."""
    today = rows.today()
    people = data.organisation().people.values()
    there = [person for person in people if person.end is None or person.end >= today]
    rest = sorted((person.id for person in there if person.id not in suggested), key=_name)
    options = [person for person in (*suggested, *rest) if person != without]
    words = {person: _with_reason(person, suggested) for person in options}
    return st.selectbox(
        say("Person"), options, index=None, format_func=lambda person: words[person], key="chosen_person",
        placeholder=say("Choose or type a name; the best fits come first"),
    )  # fmt: skip


def _with_reason(person: str, suggested: Mapping[str, str]) -> str:
    return f"{_name(person)} – {suggested[person]}" if person in suggested else _name(person)


def _choose_day(label: str, model: str) -> date:
    """A day, by default today where the model is: a role that begins tomorrow there fills no gap today."""
    today = datetime.now(ZoneInfo(data.models()[model].time_zone)).date()
    return st.date_input(label, value=today, key="chosen_day", format=day_pattern())


def _name(person: str | None) -> str:
    return data.organisation().person_name(person) if person else ""
