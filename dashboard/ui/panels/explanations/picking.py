"""Picking the case to explain: one worth a look, one by its id, or one of a list by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.panels.explanations import answers
from dashboard.ui.session import data
from dashboard.ui.session.language import say
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import choices, filters
from dashboard.ui.widgets.tables import readable
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

LISTED = ["prediction", "at", "score", "actual", "amount"]


def pick(card: ModelCard) -> tuple[str | None, pd.DataFrame]:
    """The id of the picked case (None: the log is empty), and what is known of it and others."""
    picks = data.read("picks", Picked(card.id).query())
    layout.section(say("One case"))
    chosen = choices.picked_case() or (picks["prediction"].iloc[0] if len(picks) else None)
    if chosen is None:
        layout.empty(
            say("No predictions have been logged"),
            say(
                "Send them with “python -m dashboard ingest predictions MODEL FILE”, "
                "then run “python -m dashboard monitor”."
            ),
        )
        return None, picks
    with st.container(horizontal=True, key="pick_case", gap="small"):
        for row in records(picks):
            st.button(
                say(answers.PICKS[row["pick"]]),
                key=f"pick_{row['pick']}",
                type="primary" if row["prediction"] == chosen else "secondary",
                on_click=choices.pick_case,
                args=(row["prediction"],),
            )
    with st.expander(say("Another case: by its id, or from a list"), icon=":material/search:"):
        choices.pick_case_by_id()
        listed = _listed(card)
    return str(chosen), pd.concat([picks, listed], ignore_index=True)


def _listed(card: ModelCard) -> pd.DataFrame:
    groups = data.read("segments", Picked(card.id).query()) if card.data.segments else pd.DataFrame()
    known = [(str(row["column"]), str(row["group"])) for row in records(groups)] if len(groups) else []
    segment = filters.pick_segment(list(dict.fromkeys(known))) if known else None
    found = data.read("cases", Picked(card.id, segment=segment).query())
    if found.empty:
        st.caption(say("No such case in the last 90 days of the log."))
        return found
    st.caption(say("At most 100 cases of the last 90 days of the log; click one to see why."))
    shown, columns = readable(found[LISTED], "cases")
    st.dataframe(
        shown, column_config=columns, hide_index=True, key="cases", alt=say("Cases"), height=280, placeholder="–",
        selection_mode="single-row",
        on_select=lambda: choices.pick_clicked_case("cases", list(found["prediction"])),
    )  # fmt: skip
    return found
