"""The home that this process shows, and its store."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.store.engine.database import Store

DEFAULT_HOME = Path("data") / "home"


def home() -> Path:
    """The directory that holds this deployment's state."""
    return _resolved(os.environ.get("DASHBOARD_HOME") or str(DEFAULT_HOME), str(Path.cwd()))


@lru_cache(16)
def _resolved(directory: str, working_directory: str) -> Path:
    """A page asks for its home some hundred times; links on the way to it are followed once."""
    return Path(working_directory, directory).resolve()


def open_home() -> Store:
    """The store of the home, shared by pages and API, as it is held now: it may have been opened anew.

    Raises what `open_store` raises.
    """
    from dashboard.store.engine.shared_stores import held_store

    return held_store(home())
