"""Whoever opens a model under their own name has looked at it: noted once for each day."""

from __future__ import annotations

import streamlit as st

from dashboard.ui.panels.model.rows import today
from dashboard.ui.session import data, reader

NOTED = "looked_at"


def note(model: str) -> None:
    """Note that the reader looked at a model, when a person reads and it was not noted in this session today."""
    person = reader.reader().person
    if person is None or not reader.may("record_look", model):
        return
    noted = st.session_state.setdefault(NOTED, set())
    look = (person, model, today())
    if look not in noted:
        noted.add(look)
        data.act("record_look", {"model": model})
