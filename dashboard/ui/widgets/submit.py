"""Doing things from a page: a form's values become an action; what was done or refused is shown where it was asked."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.ui.session import as_of, data
from dashboard.ui.session.language import say
from dashboard.ui.widgets import badges, refusals

DONE = "done_last"


def submit(action: str, values: Mapping[str, object], success: str) -> None:
    """Do an action in the reader's name, then run the page anew and say `success`; what is refused is said here."""
    if attempt(action, values) is not None:
        finish(success)


def attempt(action: str, values: Mapping[str, object]) -> str | None:
    """Do an action in the reader's name and return what it says; what is refused is said here, then None."""
    try:
        return data.act(action, values)
    except DashboardError as error:
        refusals.show(error)
    return None


def begin(action: str, values: Mapping[str, object], success: str = "") -> None:
    """Begin a long action in the reader's name, run the page anew and say `success`; what is refused is said here."""
    try:
        data.start(action, values)
    except DashboardError as error:
        refusals.show(error)
    else:
        finish(success)


def finish(success: str) -> None:
    """Run the page anew and say `success` there."""
    st.session_state[DONE] = success
    st.rerun()


def tell_done() -> None:
    """Say what the last run of the page did."""
    message = st.session_state.pop(DONE, None)
    if message:
        st.toast(badges.escaped(message), icon=":material/check:")


def not_open() -> None:
    """Say that something can be seen but not done: by this reader, or in the past."""
    if as_of.day() is None:
        st.caption(say("Your role may read this, not change it."))
    else:
        st.caption(say("Past days are read-only; go back to today."))
