"""The form for what happens outside of the organisation, and the calendar of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.governance.causes.outside import CATEGORY_WORDS
from dashboard.schema.times import FIRST_YEAR
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import day_pattern, say
from dashboard.ui.widgets import dates, submit
from dashboard.ui.widgets.tables import list_of

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

SHOWN = ["from", "to", "category", "title", "text", "person"]


@part
def calendar(found: pd.DataFrame, card: ModelCard) -> None:
    """What was noted about the world outside, and the form; `found` has the columns of the view `outside`."""
    layout.section(say("What happened outside"))
    st.caption(
        say(
            "Holidays, laws, the market, the weather: marked on the time lines of this model and named when a change "
            "follows. Order in time is no proof of a cause."
        )
    )
    if not found.empty:
        organisation = data.organisation()
        words = [say(CATEGORY_WORDS[one]) for one in found["category"]]
        names = [organisation.person_name(one) if one else None for one in found["person"]]
        shown = found[SHOWN].assign(category=words, person=pd.Series(names, index=found.index, dtype=object))
        list_of(shown.iloc[::-1].reset_index(drop=True), "outside", "outside")
    if reader.may("note_outside", card.id):
        _form(card, f"{card.id}_{len(found)}")
    else:
        submit.not_open()


def _form(card: ModelCard, key: str) -> None:
    today, earliest = dates.present().date(), date(FIRST_YEAR, 1, 1)
    with st.expander(say("Note something outside"), icon=":material/public:"):
        with st.grid(3, min_column_width=165) as grid:
            with grid.cell():
                category = st.selectbox(
                    say("Category"), list(CATEGORY_WORDS), key=f"outside_category_{key}",
                    format_func=lambda one: say(CATEGORY_WORDS[one]),
                )  # fmt: skip
            with grid.cell():
                start = st.date_input(
                    say("First day"), value=today, min_value=earliest, key=f"outside_start_{key}", format=day_pattern()
                )
            with grid.cell():
                end = st.date_input(
                    say("Last day (empty: one day)"), value=None, min_value=earliest, key=f"outside_end_{key}",
                    format=day_pattern(),
                )  # fmt: skip
        title = st.text_input(say("What happened"), key=f"outside_title_{key}", max_chars=200)
        text = st.text_area(say("More about it (may be empty)"), key=f"outside_text_{key}", max_chars=5_000)
        whole = card.business.process is not None and st.checkbox(
            say("For all models of the business process"), key=f"outside_whole_{key}"
        )
        if st.button(say("Note it"), type="primary", key="outside_record", disabled=not title.strip()):
            values = {"model": card.id, "category": category, "title": title.strip(), "start": start, "end": end}
            submit.submit(
                "note_outside", {**values, "text": text.strip() or None, "whole_process": whole}, say("It is noted.")
            )
