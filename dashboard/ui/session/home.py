"""The home that this process shows, and its store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.store.engine.database import Store

DEFAULT_HOME = Path("data") / "home"


def home() -> Path:
    """The directory that holds this deployment's state."""
    return Path(os.environ.get("DASHBOARD_HOME", DEFAULT_HOME)).resolve()


def open_home() -> Store:
    """The store of the home, shared by pages and API, as it is held now: it may have been opened anew.

    Raises what `open_store` raises.
    """
    from dashboard.store.engine.shared_stores import held_store

    return held_store(home())
