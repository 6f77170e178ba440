"""The one dialog before something is lost or cannot be undone: what will happen, and the button that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from dashboard.ui.session.language import say
from dashboard.ui.widgets import submit

ASKED, TIMES = "confirmation_asked", "confirmations_asked"


@dataclass(frozen=True)
class Confirmation:
    """An action that waits for the reader's second click.

    `consequences` are sentences in Markdown, with texts of people escaped; `page` is where it was asked for, by its
    address, None until it is shown.
    """

    title: str
    consequences: tuple[str, ...]
    action: str
    values: Mapping[str, object]
    success: str
    page: str | None = None


def ask(wanted: Confirmation) -> None:
    """Run the page anew with the dialog; what the form holds stays, in case the reader cancels."""
    st.session_state[ASKED] = wanted
    st.session_state[TIMES] = times() + 1
    st.rerun()


def times() -> int:
    """How often this session was asked: a popover with this in its key closes, where it would lie over the dialog."""
    return int(st.session_state.get(TIMES, 0))


def forget() -> None:
    """Ask for nothing any more."""
    st.session_state.pop(ASKED, None)


def show_asked(page: str) -> None:
    """Draw the dialog that was asked for; it is forgotten where the reader has gone to another page meanwhile."""
    wanted = cast(Confirmation | None, st.session_state.get(ASKED))
    if wanted is None:
        return
    if wanted.page not in (None, page):
        forget()
        return
    st.session_state[ASKED] = replace(wanted, page=page)
    st.dialog(wanted.title, on_dismiss=forget)(_show)(wanted)


def _show(wanted: Confirmation) -> None:
    for sentence in wanted.consequences:
        st.markdown(sentence)
    with st.container(horizontal=True, horizontal_alignment="right"):
        cancelled = st.button(say("Cancel"), key="cancel_asked")
        confirmed = st.button(say("Confirm"), type="primary", icon=":material/check:", key="confirm_asked")
    if cancelled:
        forget()
        st.rerun()
    if confirmed and submit.attempt(wanted.action, wanted.values) is not None:
        forget()
        submit.finish(wanted.success)
