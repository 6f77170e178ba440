"""The one process: the dashboard's script as an ASGI application. Start it with `streamlit run asgi.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.ui.faults import show_fault

app = st.App(Path(__file__).resolve().parent / "dashboard" / "app.py", on_script_error=show_fault)
