"""What stands first on the tab of a judged area: the status of record, and beside it what the reader's window says."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.session.language import language, say
from dashboard.ui.session.url_state import Days
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.answers import Answer, of_area
from dashboard.words import mark


def area(status: pd.DataFrame, name: str, *further: str) -> None:
    """The kept status and sentence of an area, as every other page repeats them; `status` has the view's columns."""
    layout.answer(of_area(status, name, language(), further))


def window(told: Answer, days: Days, *, own: bool) -> None:
    """What some days say: with a status where the reader chose what is looked at, marked as the reader's own.

    Without a choice the status of record above has said how the model stands, and only figures follow.
    """
    message = mark("Your window, {first} to {last}:") if own else mark("{first} to {last}:")
    days_in_words = badges.escaped(say(message, first=days[0], last=days[1]))
    sign = f"{badges.badge(told.status)} " if own or told.status == "unknown" else ""
    with st.container(border=True, key="your_window" if own else "window"):
        st.markdown(f"{sign}*{days_in_words}* {badges.escaped(told.sentence)}")
        for sentence in told.further:
            st.caption(badges.escaped(sentence))
