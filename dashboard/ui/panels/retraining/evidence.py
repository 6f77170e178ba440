"""The suspected cause with its evidence, and the causes that the facts do not speak for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.ui.labels.retraining import CAUSES
from dashboard.ui.layout import layout
from dashboard.ui.session.language import say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import download
from dashboard.views.records import records


def causes(found: pd.DataFrame, recommended: pd.DataFrame) -> None:
    """The suspected cause first; `found` has the columns of `retraining-evidence`, `recommended` of `retraining`."""
    if recommended.empty:
        return
    layout.section(say("Suspected cause"))
    suspected = found[found["suspected"].astype(bool)]
    st.markdown(f"**{badges.escaped(say(CAUSES[records(recommended)[0]['cause']]))}**")
    for row in records(suspected):
        st.markdown(f"- {badges.escaped(row['sentence'])}")
    if suspected.empty:
        st.caption(badges.escaped(say("Nothing is known that speaks for a cause.")))
    others = found[~found["suspected"].astype(bool)]
    if others.empty:
        return
    with st.expander(say("Other causes that were looked at")):
        for cause, rows in others.groupby("cause", sort=False):
            speaks = bool(rows["speaks_for_it"].iloc[0])
            sign = say("speaks for it, but another cause comes first") if speaks else say("does not speak for it")
            st.markdown(f"**{badges.escaped(say(CAUSES[str(cause)]))}** · {badges.escaped(sign)}")
            for row in records(rows):
                st.markdown(f"- {badges.escaped(row['sentence'])}")
    download(found, "retraining-evidence")
