"""The home that this process shows, and its store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from dashboard.store.database import Store

DEFAULT_HOME = Path("data") / "home"


def home() -> Path:
    """The directory that holds this deployment's state."""
    return Path(os.environ.get("DASHBOARD_HOME", DEFAULT_HOME)).resolve()


def open_home() -> Store:
    """The store of the home, opened once and shared by pages and API; raises what `open_store` raises."""
    return _store(str(home()))


@st.cache_resource(show_spinner=False)
def _store(home_directory: str) -> Store:
    from dashboard.store.held import held_store

    return held_store(Path(home_directory))
