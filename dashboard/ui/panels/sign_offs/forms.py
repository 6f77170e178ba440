"""Forms of the page of sign-offs: sign a step, close a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.ui.labels.sign_offs import DECISIONS
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.sign_offs.rows import persons
from dashboard.ui.session import reader
from dashboard.ui.session.language import day_pattern, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.confirmation import Confirmation, ask
from dashboard.ui.widgets.tables import list_of

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation


def may_sign(signed: pd.DataFrame, model: str, step: str) -> bool:
    """Whether the reader is asked for a signature on a step."""
    person = reader.reader().person
    rows = signed[signed["step"] == step]
    asked = any(person in persons(listed) for listed in rows["to_sign"])
    return person is not None and asked and reader.may("sign_off", model)


@part
def sign_form(model: str, step: str, facts: pd.DataFrame, organisation: Organisation) -> None:
    """The facts that the signature will rest on, the decision, and its confirmation."""
    key = f"{model}_{step}"
    with st.container(border=True, key=f"sign_{step}"):
        st.markdown(f"##### {say('Your decision')}")
        st.caption(say("Your signature is based on these facts. If one of them changes, you will be asked again."))
        list_of(
            facts.loc[facts["step"] == step, ["label", "now"]],
            "sign-off-facts",
            f"facts_{step}",
        )
        decision = st.radio(
            say("Decision"), list(DECISIONS), format_func=lambda option: say(DECISIONS[option]), index=None,
            horizontal=True, key=f"decision_{key}",
        )  # fmt: skip
        reason = st.text_area(say("Reason"), key=f"reason_{key}", height=80, max_chars=1000)
        terms = _terms(key, organisation) if decision == "conditions" else {}
        ready = decision is not None and bool(reason.strip())
        if st.button(
            say("Sign"), key=f"submit_{step}", type="primary", icon=":material/signature:", disabled=not ready
        ):
            values = {"model": model, "step": step, "decision": decision, "reason": reason.strip(), **terms}
            _ask_signature(values)
        if not ready:
            st.caption(say("Choose a decision and give a reason; then you can sign."))


def _ask_signature(values: Mapping[str, Any]) -> None:
    """Ask for the second click by which a signature is given, with the decision in words."""
    consequences = (
        f"**{say(STEP_WORDS[values['step']])}:** {say(DECISIONS[values['decision']])}",
        say("I have looked at these facts and decide in my own name."),
        say("A signature stays in the record; a later decision can follow it, nothing takes it out."),
    )
    ask(Confirmation(say("Sign"), consequences, "sign_off", values, say("Your decision is recorded.")))


def _terms(key: str, organisation: Organisation) -> dict[str, Any]:
    """Under which conditions, and who deals with them until when."""
    conditions = st.text_area(say("Conditions"), key=f"conditions_{key}", height=80, max_chars=1000)
    left, right = st.columns(2)
    people = sorted(organisation.people, key=organisation.person_name)
    with left:
        owner = st.selectbox(
            say("Assigned to"), people, format_func=organisation.person_name, index=None,
            placeholder=say("the accountable executive"), key=f"owner_{key}",
        )  # fmt: skip
    with right:
        due = st.date_input(say("Until"), value=None, min_value="today", format=day_pattern(), key=f"due_{key}")
    given = {"conditions": conditions.strip(), "owner": owner, "due": due}
    return {name: value for name, value in given.items() if value}


@part
def close_form(model: str, finding: str, allowed: object) -> None:
    """The field and button that close a finding, for who may."""
    if reader.reader().person not in persons(allowed) or not reader.may("resolve_finding", model):
        return
    reason = st.text_input(say("What was done about it"), key=f"done_{finding}", max_chars=1000)
    ready = bool(reason.strip())
    if st.button(say("Close this finding"), key=f"close_{finding}", icon=":material/check:", disabled=not ready):
        values = {"model": model, "finding": finding, "reason": reason.strip()}
        consequences = (say("A closed finding is not opened again; what was done about it stays in the record."),)
        ask(
            Confirmation(
                say("Close this finding"), consequences, "resolve_finding", values, say("The finding is closed.")
            )
        )


def asked_people(allowed: object, organisation: Organisation) -> str:
    """Who may do something, by name."""
    return badges.escaped(" / ".join(organisation.person_name(person) for person in persons(allowed)))
