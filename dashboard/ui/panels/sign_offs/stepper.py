"""The steps of one model side by side, each with its number, its name and how it stands."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.ui.labels.sign_offs import STEP_STATES
from dashboard.ui.panels.sign_offs.rows import STATUS_OF, format_day, steps_of
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.views.records import records


def draw(signed: pd.DataFrame) -> None:
    """The steps in their order; `signed` has the columns of the view `sign-offs`."""
    with st.container(key="stepper"), st.grid(6, min_column_width=140, gap="small"):
        for number, row in enumerate(records(steps_of(signed)), 1):
            state, since = row["state"], format_day(row["since"], language())
            with st.container(border=True, height="stretch"):
                name = badges.escaped(say(STEP_WORDS[row["step"]]))
                state_badge = badges.badge(STATUS_OF[state], say(STEP_STATES[state]))
                st.markdown(f"{number}  \n:small[**{name}**]  \n{state_badge}")
                if state != "not_due" and since != "–":
                    st.caption(say("since {day}", day=since))
