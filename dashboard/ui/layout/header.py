"""The bar on top of every page: the search, the day that is looked at, the language, and who looks."""

from __future__ import annotations

import streamlit as st

from dashboard.access.principal import Principal
from dashboard.access.sessions import SignedOutError
from dashboard.ui.layout import search, sign_in_gate
from dashboard.ui.session import as_of
from dashboard.ui.session.page_registry import Page
from dashboard.ui.widgets import filters


def bar(reader: Principal | SignedOutError, page: Page) -> None:
    """Draw the bar; who is signed out may choose the language, and nothing else."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", key="frame"):
        if isinstance(reader, SignedOutError):
            filters.pick_language()
            return
        if reader.roles:
            search.button(page, reader.roles)
            as_of.pick_day()
        filters.pick_language()
        sign_in_gate.who_looks(reader)
