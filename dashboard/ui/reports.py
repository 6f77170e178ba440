"""The Evidently report of a window: asked for on the drift page, built in a process of its own, kept as a file."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.ui.language import say
from dashboard.ui.picked import Picked, Reference

if TYPE_CHECKING:
    from dashboard.schema.card import ModelCard

BUILDER = "dashboard.connectors.evidently_report"


def offer(card: ModelCard, picked: Picked, reference: Reference) -> None:
    """A button that builds the report, its progress, and the download when it is there."""
    if importlib.util.find_spec(BUILDER) is None:
        st.info(say("The Evidently report is not available in this installation."), icon=":material/info:")
        return
    st.button(say("Build the report"), key="build_report", icon=":material/lab_research:")
