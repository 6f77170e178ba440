"""The footer of exports: when one was made, and the last record of the ledger then, for `verify --head`."""

from __future__ import annotations

from dashboard.store.engine.clock import now
from dashboard.ui.session import as_of
from dashboard.ui.session.home import open_home
from dashboard.ui.session.language import say


def footer() -> str:
    """The last line of an export in the reader's language, without a comma; empty for an empty ledger."""
    last = open_home().ledger.head
    if not last.seq:
        return ""
    values = {"moment": f"{now():%Y-%m-%dT%H:%MZ}", "head": f"{last.seq}:{last.hash}"}
    made = say("# Exported at {moment}; last entry of the chain: {head}", **values)
    day = as_of.day()
    return made if day is None else f"{made} {say('as known on {day}', day=day.isoformat())}"
