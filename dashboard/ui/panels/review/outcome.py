"""What became of what the reader said: every judgement and remark with its topic, state, answer and effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.feedback import TOPIC_COLOURS, TOPIC_STATES, VERDICTS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, submit
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records

SHOWN = 8
COLUMNS = ["name", "prediction", "verdict", "reason", "comment", "given_at", "title", "state", "answered_by", "effect"]


@part
def of_reader(names: Mapping[str, str]) -> None:
    """The reader's own feedback: what changed and is not read yet first, then all of it as a table."""
    person = reader.reader().person
    layout.section(say("What I said"))
    if person is None:
        st.caption(say("Nobody is logged in; the topics of all feedback stand below."))
        return
    mine = data.read("feedback", Query(person=person, language=language()))
    if mine.empty:
        layout.empty(
            say("You have said nothing yet"),
            say("Open a model, go to “Review predictions” and judge a few cases, or leave a remark below."),
            ":material/rate_review:",
        )
        return
    waiting = int((mine["state"] == "new").sum())
    answered = int(mine["state"].isin(["answered", "rejected"]).sum())
    layout.sentences(
        say(
            "You said {n} things: {answered} are answered, {waiting} wait.",
            n=len(mine),
            answered=answered,
            waiting=waiting,
        )
    )
    _changed(mine, names)
    with st.expander(say("All of it as a table"), icon=":material/table:"):
        shown = mine.assign(
            name=[names.get(model, model) for model in mine["model"]],
            verdict=[say(VERDICTS[one]) if isinstance(one, str) else "" for one in mine["verdict"]],
            state=[say(TOPIC_STATES[one]) for one in mine["state"]],
        )
        table(shown[COLUMNS], "feedback", "my_feedback", say("What I said"))


def _changed(mine: pd.DataFrame, names: Mapping[str, str]) -> None:
    """A card for each topic that somebody has answered, what is not read yet first."""
    bundled = mine[mine["topic"].notna() & (mine["state"] != "new")]
    topics = records(bundled.drop_duplicates("topic").sort_values("read", kind="stable"))
    for row in topics[:SHOWN]:
        with st.container(border=True, key=f"outcome_{row['topic']}"):
            number = int((bundled["topic"] == row["topic"]).sum())
            st.markdown(topic_lines(row, names, say("{n} of your entries", n=number)))
            if not row["read"] and reader.may("acknowledge_answer", row["model"]):
                st.button(
                    say("I have read it"), key=f"read_{row['topic']}", icon=":material/done:",
                    on_click=_acknowledge, args=(row["model"], row["topic"]),
                )  # fmt: skip


def _acknowledge(model: str, topic: str) -> None:
    """Callback: the reader has read what became of a topic."""
    submit.attempt("acknowledge_answer", {"model": model, "topic": topic})


def topic_lines(row: Mapping[str, Any], names: Mapping[str, str], counted: str) -> str:
    """A topic as markdown: state, title and model, the answer, its effect, and how many entries it holds."""
    state = f":{TOPIC_COLOURS[row['state']]}-badge[{say(TOPIC_STATES[row['state']])}]"
    model = badges.escaped(names.get(str(row["model"]), str(row["model"])))
    lines = [f"{state} **{badges.escaped(str(row['title']))}** – {model}"]
    if isinstance(row["answered_by"], str):
        lines.append(badges.escaped(say("Answered by version {version}", version=row["answered_by"])))
    if isinstance(row["because"], str):
        lines.append(badges.escaped(row["because"]))
    if isinstance(row["effect"], str):
        lines.append(f"**{badges.escaped(row['effect'])}**")
    return "  \n".join([*lines, f":small[{badges.escaped(counted)}]"])
