"""The address bar and the memory behind it: what the reader picked, as short words.

The address is the truth, so that a copied link shows the same thing. A click in the menu empties the address; what was
picked is therefore also remembered for the session and written back. Streamlit's own binding of widgets to the address
is not used because it writes the translated label of an option, which another reader's language does not know.
"""

from __future__ import annotations

from datetime import date
from typing import cast

import streamlit as st

Days = tuple[date, date]
REMEMBERED = "remembered"
LIST_PARAMS = (
    "q", "status", "process", "stage", "owner", "subject", "actor", "action", "state", "severity", "area",
    "alert_model", "days", "team", "person", "role", "gap", "gaps", "on", "leaver", "risk", "class", "cell",
    "signer", "step_state", "alert_state", "alert_severity", "alert_area", "when", "node", "card", "open", "against",
    "only", "way", "level", "shape", "down", "hours",
)  # fmt: skip


def remembered() -> dict[str, str]:
    """Everything picked so far in this session, by its word in the address."""
    return cast(dict[str, str], st.session_state.setdefault(REMEMBERED, {}))


def to_other_pages() -> dict[str, str]:
    """What a link to a page about one model takes along: everything but the filters of the list of models."""
    return {name: text for name, text in remembered().items() if name not in LIST_PARAMS}


def get_param(name: str) -> str | None:
    """The value in the address, or what was picked earlier in this session."""
    return st.query_params.get(name) or remembered().get(name)


def set_param(name: str, text: str | None) -> None:
    """Write a choice into the address and the memory; None takes it out of both."""
    if text is None:
        clear_param(name)
        return
    remembered()[name] = text
    if st.query_params.get(name) != text:
        st.query_params[name] = text


def clear_param(name: str) -> None:
    """Take a choice out of the address and the memory."""
    remembered().pop(name, None)
    st.query_params.pop(name, None)


def written_days(days: Days) -> str:
    """Two days as FROM:TO."""
    return f"{days[0].isoformat()}:{days[1].isoformat()}"


def read_days(text: str | None) -> Days | None:
    """FROM:TO as two days; None when it is anything else, since an address may hold anything."""
    first, _, last = (text or "").partition(":")
    try:
        days = (date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return days if days[0] <= days[1] else None


def read_day(text: str | None) -> date | None:
    """A day of the calendar, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def read_share(text: str | None, default: float) -> float:
    """A number between 0 and 1 in hundredths; the default when the text is no number."""
    try:
        value = float(text) if text else default
    except ValueError:
        value = default
    return round(min(max(value, 0.0), 1.0), 2)
