"""Faults of the program on a page: the reader gets a reference, the log gets the fault."""

from __future__ import annotations

import logging
from uuid import uuid4

import streamlit as st

from dashboard.ui.session.language import say

_log = logging.getLogger(__name__)


def show_fault(fault: BaseException) -> bool:
    """Log a fault under a reference and show the reference; True keeps Streamlit from showing the fault itself."""
    reference = uuid4().hex[:8]
    _log.error("page failed, reference %s", reference, exc_info=fault)
    message = say(
        "This page could not be shown. Please give this reference to whoever runs the dashboard: {reference}",
        reference=reference,
    )
    st.error(message, icon=":material/bug_report:")
    return True
