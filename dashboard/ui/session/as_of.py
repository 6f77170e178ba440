"""The one control that turns every page to what was known at the end of a day, and the notice that says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import streamlit as st

from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.session.url_state import clear_param, get_param, set_param
from dashboard.words import day as written_day

WORD, KEY = "as_of", "pick_as_of"
FIRST_DAY = date(1990, 1, 1)


def day() -> date | None:
    """The past day whose knowledge the pages show; None for the present, and for an address that names no past day."""
    try:
        wanted = date.fromisoformat(get_param(WORD) or "")
    except ValueError:
        return None
    return wanted if FIRST_DAY <= wanted < datetime.now(UTC).date() else None


def instant() -> datetime | None:
    """The end of that day in UTC, as views want it; None for the present."""
    chosen = day()
    return None if chosen is None else datetime.combine(chosen, time.max, UTC)


def pick_day() -> None:
    """The control in the frame, which names the day that is shown; empty means the present."""
    chosen = day()
    set_param(WORD, chosen.isoformat() if chosen else None)
    st.session_state[KEY] = chosen
    shown = say("known on {day}", day=chosen) if chosen else say("today")
    with st.popover(shown, icon=":material/history:", key="day", type="primary" if chosen else "tertiary"):
        st.date_input(
            say("Show as known on"), value=None, min_value=FIRST_DAY, max_value=datetime.now(UTC).date(), key=KEY,
            on_change=_take, format=day_pattern(),
        )  # fmt: skip
        st.caption(say("Every page then shows what was known at the end of that day (UTC). Empty: today."))


def notice() -> None:
    """Say loudly above a page that it shows the past, with the way back; nothing in the present."""
    chosen = day()
    if chosen is None:
        return
    text = say(
        "You see what was known at the end of {day} (UTC). Anything that became known later is left out, and "
        "nothing can be changed here.",
        day=chosen,
    )
    with st.container(horizontal=True, vertical_alignment="center", key="past"):
        st.warning(f"**{text}**", icon=":material/history:")
        st.button(
            say("Back to today"), key="back_to_today", on_click=clear_param, args=(WORD,), type="primary",
            icon=":material/today:",
        )  # fmt: skip


def format_day() -> str:
    """The chosen day in the reader's form; empty in the present."""
    chosen = day()
    return "" if chosen is None else written_day(chosen, language())


def _take() -> None:
    chosen = st.session_state[KEY]
    set_param(WORD, chosen.isoformat() if chosen else None)
