"""What the pages say while models are judged: how far behind they are, and how long a past day takes."""

from __future__ import annotations

import streamlit as st

from dashboard.ui.session import data
from dashboard.ui.session.language import say


def notice() -> None:
    """Say that models are being judged anew; judge the day that the pages show before they ask about it."""
    behind = data.judged_behind()
    if behind:
        text = say("{n} models are being judged again; they are shown as they were judged last.", n=behind)
        st.caption(f":material/autorenew: {text}")
    place = st.empty()

    def show(done: int, number: int) -> None:
        place.progress(done / number, say("Looking back: {done} of {n} models", done=done, n=number))

    data.judge_past(show)
    place.empty()
