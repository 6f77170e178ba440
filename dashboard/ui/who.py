"""Who reads this page, on every run anew, and what is open to them."""

from __future__ import annotations

from dashboard.access.principal import Principal, operator
from dashboard.access.rights import is_open
from dashboard.ui import past


def reader() -> Principal:
    """The reader of this run of the page."""
    return operator("page:local")


def may(action: str, model: str | None = None) -> bool:
    """Whether the reader may do an action now, and sees the model; the action itself checks again.

    While the pages show the past, nothing may be done.
    """
    from dashboard.actions.registry import ACTIONS

    principal = reader()
    return past.day() is None and is_open(principal, ACTIONS.get(action)) and (model is None or principal.sees(model))
