"""What was done about a difference between groups, what became of it, and the forms that record both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.discussion.forms import behind
from dashboard.ui.panels.fairness.panels import group_labels
from dashboard.ui.panels.review.outcome import topic_lines
from dashboard.ui.panels.review.topics import answer
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import submit
from dashboard.views.query import Query
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


@part
def mitigations(found: pd.DataFrame, card: ModelCard) -> None:
    """Topics about groups of protected columns with their effect on the gap, and a form for a new one.

    `found` holds the rows of `group-gaps`: their groups may be chosen, the first one first.
    """
    layout.section(say("What was done about differences"))
    topics = data.read("topics", Query(model=card.id, language=language()))
    columns = [str(one).partition("=")[0] for one in topics["segment"]]
    shown = topics[[column in card.data.protected for column in columns]]
    if shown.empty:
        layout.empty(
            say("Nothing is recorded yet"),
            say(
                "Record what is to change for a group. Once a version answers it, the gap of the group before and "
                "after is listed."
            ),
            ":material/handshake:",
        )
    labels = group_labels(found, card)
    for row in records(shown):
        with st.container(border=True, key=f"mitigation_{row['topic']}"):
            segment = str(row["segment"])
            st.markdown(topic_lines(row, {card.id: labels.get(segment, segment)}, say("{n} entries", n=row["entries"])))
            answer(row)
    if reader.may("open_topic", card.id):
        _record(card.id, labels)


def _record(model: str, labels: dict[str, str]) -> None:
    with behind(say("Record a mitigation"), ":material/add:", "mitigation"):
        group = st.selectbox(
            say("For which group"), list(labels), format_func=lambda one: labels[one], key="mitigation_group"
        )
        title = st.text_input(say("What is to change"), key="mitigation_title")
        if st.form_submit_button(say("Record a mitigation"), type="primary"):
            values = {"model": model, "title": title, "segment": group}
            submit.submit("open_topic", values, say("The mitigation is recorded; who builds the model may answer it."))
