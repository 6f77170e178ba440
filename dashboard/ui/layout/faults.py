"""Faults on a page: those with a message for people in the reader's language, others as a reference to the log."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec
from uuid import uuid4

import streamlit as st

from dashboard.access.sessions import SignedOutError
from dashboard.errors import DashboardError
from dashboard.machine import cause_of
from dashboard.ui.session.language import say
from dashboard.ui.widgets import refusals

Given = ParamSpec("Given")
_log = logging.getLogger(__name__)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn an error with a message for people into that message; the rest of the page is not drawn."""
    try:
        yield
    except DashboardError as error:
        refusals.show(error)


def part(draw: Callable[Given, None]) -> Callable[Given, None]:
    """A part of a page that its own widgets draw anew, without the rest; an error is shown in its place.

    What is picked in it stands in the address as everywhere. Who is signed out meanwhile gets the page of the sign-in.
    """

    @functools.wraps(draw)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> None:
        with errors_shown():
            try:
                draw(*args, **kwargs)
            except SignedOutError:
                st.rerun()

    return st.fragment(drawn)


def show_fault(fault: BaseException) -> bool:
    """Log a fault under a reference and show the reference; True keeps Streamlit from showing the fault itself.

    Of a fault of the machine the cause is shown, too.
    """
    reference = uuid4().hex[:8]
    _log.error("page failed, reference %s", reference, exc_info=fault)
    message = say(
        "This page could not be shown. Please give this reference to whoever runs the dashboard: {reference}",
        reference=reference,
    )
    cause = cause_of(fault)
    st.error(message if cause is None else f"{say(cause.for_readers)} {message}", icon=":material/bug_report:")
    return True
