"""Parts of the overview: what needs attention, and what changed lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.discussion import panels as discussion
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters, model_lists
from dashboard.ui.widgets.narrowing import PAGE_ROWS, first_row
from dashboard.ui.widgets.tables import download_view, rows_of_view, table
from dashboard.views.query import Query
from dashboard.views.records import records

LISTED = 6
# Of so many models the most urgent are chosen: what is known and accepted comes last among them.
CONSIDERED = 30
URGENT = ("alert", "warn")
NEWEST = 10


def attention(pressing: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The most urgent areas, each with its reason and a button to its page; all of them as a table.

    `pressing` has the columns of the view `attention`.
    """
    if pressing.empty:
        layout.empty(
            say("No alert, no warning"),
            say("No measured area of a model is on alert or warning. What is not measured is unknown, not fine."),
            ":material/info:",
        )
        return
    urgent = _areas(names, among=frozenset(pressing["model"].head(CONSIDERED)))
    for position, (_, areas_of_model) in enumerate(list(urgent.groupby("model", sort=False))[:LISTED]):
        name = areas_of_model["name"].iloc[0]
        lines = [
            f"{badges.badge(row['status'])} {badges.escaped(row['area'])}: {_reason(row)}"
            for row in records(areas_of_model)
        ]
        with st.container(
            border=True, horizontal=True, wrap=False, vertical_alignment="center", key=f"urgent_{position}"
        ):
            st.markdown(f"**{badges.escaped(str(name))}**  \n" + "  \n".join(lines), width="stretch")
            st.button(
                say("Open"), key=f"open_urgent_{position}", on_click=filters.open_model,
                args=(areas_of_model["model"].iloc[0],), icon=":material/arrow_forward:", icon_position="right",
            )  # fmt: skip
    if len(pressing) > LISTED:
        number = int(pressing["areas"].sum())
        with st.expander(say("All {n} areas that need attention", n=number)):
            _page_of_all(number, names)


@part
def _page_of_all(number: int, names: Mapping[str, str]) -> None:
    shown = _areas(names, limit=PAGE_ROWS, offset=first_row(number, "attention"))
    rows_of_view(shown, "status", "attention", say("Areas that need attention"))
    download_view("status", Query(language=language(), statuses=URGENT), "attention")


def _areas(names: Mapping[str, str], **which: Any) -> pd.DataFrame:
    """Areas on alert or warning, with what is known and accepted of them, for readers."""
    query = Query(language=language(), statuses=URGENT, **which)
    accepted = data.read("acceptances", Query(language=language()))
    known = discussion.accepted(data.read("status", query), accepted)
    return model_lists.attention(known, names, language())


def _reason(row: Mapping[str, Any]) -> str:
    """Why an area needs attention, and until when that is known and accepted, as markdown."""
    reason = badges.escaped(row["reason"] or "")
    return f"{reason}  \n:material/event_available: *{badges.escaped(row['known'])}*" if row["known"] else reason


def changes(recent: pd.DataFrame, ever: pd.DataFrame) -> None:
    """Status changes of the last seven days or, without any, the newest ones; newest first."""
    if ever.empty:
        layout.empty(
            say("No status has changed yet"),
            say("No status has changed since the first measurement. Changes appear here with date and reason."),
            ":material/history:",
        )
        return
    if recent.empty:
        st.caption(say("No status has changed in the last seven days. These are the newest changes before."))
    else:
        st.caption(say("Statuses that changed in the last seven days: {n}.", n=len(recent)))
    table(ever if recent.empty else recent, "changes", "changes", say("Changes of status"))
