"""What stands first on the tab of a judged area: the status of record, and beside it what the reader's window says."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.session.language import language, say
from dashboard.ui.session.url_state import Days
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.answers import Answer, of_area


def area(status: pd.DataFrame, name: str, *further: str) -> None:
    """The kept status and sentence of an area, as every other page repeats them; `status` has the view's columns."""
    layout.answer(of_area(status, name, language(), further))


def your_window(told: Answer, days: Days) -> None:
    """What the days that the reader looks at say, marked as the reader's own."""
    window = say("Your window, {first} to {last}:", first=days[0], last=days[1])
    with st.container(border=True, key="your_window"):
        st.markdown(f"{badges.badge(told.status)} *{badges.escaped(window)}* {badges.escaped(told.sentence)}")
        for sentence in told.further:
            st.caption(badges.escaped(sentence))
