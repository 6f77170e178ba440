"""Forms about faults of the data: acknowledge, assign, and resolve with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.ui.labels.quality import FAULT_CAUSES
from dashboard.ui.panels.discussion.forms import behind
from dashboard.ui.session import reader
from dashboard.ui.session.language import say
from dashboard.ui.widgets import submit

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

ACTIONS = ("acknowledge_fault", "assign_fault", "resolve_fault")


def doable(row: Mapping[str, Any], organisation: Organisation) -> None:
    """What this reader may do about a fault that is not resolved."""
    model, fault, state = row["model"], row["fault"], row["state"]
    if state == "resolved":
        return
    allowed = [name for name in ACTIONS if reader.may(name, model)]
    if not allowed:
        submit.not_open()
        return
    with st.container(horizontal=True):
        if state == "new" and "acknowledge_fault" in allowed:
            _acknowledge(model, fault)
        if "assign_fault" in allowed:
            _assign(model, fault, organisation)
        if "resolve_fault" in allowed:
            _resolve(model, fault)


def _acknowledge(model: str, fault: str) -> None:
    with behind(say("Acknowledge"), ":material/visibility:", f"fault_seen_{fault}"):
        note = st.text_area(say("Note (may be empty)"), key=f"fault_note_{fault}")
        if st.form_submit_button(say("I have seen it"), type="primary"):
            values = {"model": model, "fault": fault, "note": note}
            submit.submit("acknowledge_fault", values, say("The fault is acknowledged."))


def _assign(model: str, fault: str, organisation: Organisation) -> None:
    with behind(say("Assign"), ":material/person_add:", f"fault_assign_{fault}"):
        people = sorted(organisation.people, key=organisation.person_name)
        person = st.selectbox(
            say("Who takes care of it"), people, format_func=organisation.person_name, key=f"fault_person_{fault}"
        )
        note = st.text_area(say("Note (may be empty)"), key=f"fault_task_{fault}")
        if st.form_submit_button(say("Assign the fault"), type="primary"):
            values = {"model": model, "fault": fault, "person": person, "note": note}
            submit.submit("assign_fault", values, say("The fault is assigned."))


def _resolve(model: str, fault: str) -> None:
    with behind(say("Resolve"), ":material/task_alt:", f"fault_resolve_{fault}"):
        words = {cause: say(word) for cause, word in FAULT_CAUSES.items()}
        cause = st.selectbox(say("Cause"), list(words), format_func=lambda one: words[one], key=f"fault_cause_{fault}")
        reason = st.text_area(say("What was done, or why nothing has to be done"), key=f"fault_reason_{fault}")
        if st.form_submit_button(say("Resolve the fault"), type="primary"):
            values = {"model": model, "fault": fault, "cause": cause, "reason": reason}
            submit.submit("resolve_fault", values, say("The fault is resolved."))
