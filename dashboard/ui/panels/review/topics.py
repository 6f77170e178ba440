"""The topics of all feedback: what to do about each, what may become one, and a free remark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.feedback import SUBJECTS, TOPIC_STATES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.discussion.forms import behind
from dashboard.ui.panels.review.outcome import topic_lines
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import filters, submit
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records

SHOWN = 8
ANSWERS = ("accepted", "in_work", "answered", "rejected")
COLUMNS = ["name", "title", "state", "entries", "people", "answered_by", "because", "effect", "opened_at", "changed_at"]


@part
def of_all(names: Mapping[str, str]) -> None:
    """Topics of one model or of all, with what the reader may do; then suggestions and a remark."""
    layout.section(say("Topics of all feedback"))
    found = data.read("topics", Query(language=language()))
    with layout.filter_bar(3):
        model = filters.pick_one(
            "feedback_model", say("Model"), ["", *names], lambda one: names[one] if one else say("all"), usual=""
        )
        state = filters.pick_one(
            "topic_state", say("State"), ["", *TOPIC_STATES], lambda one: say(TOPIC_STATES[one]) if one else say("all"),
            usual="",
        )  # fmt: skip
    found = found[(found["model"] == model) | (model == "")]
    found = found[(found["state"] == state) | (state == "")]
    _topics(found, names)
    if model:
        _suggestions(model)
        _remark(model)
    else:
        st.caption(say("Choose a model to bundle its feedback, or to leave a remark."))


def _topics(found: pd.DataFrame, names: Mapping[str, str]) -> None:
    if found.empty:
        layout.empty(
            say("No topic here"),
            say("Topics bundle what experts said about one thing; choose a model to open one."),
            ":material/forum:",
        )
        return
    for row in records(found.head(SHOWN)):
        with st.container(border=True, key=f"topic_{row['topic']}"):
            st.markdown(topic_lines(row, names, say("{n} entries", n=row["entries"])))
            answer(row)
    with st.expander(say("All {n} topics as a table", n=len(found)), icon=":material/table:"):
        shown = found.assign(
            name=[names.get(one, one) for one in found["model"]],
            state=[say(TOPIC_STATES[one]) for one in found["state"]],
        )
        table(shown[COLUMNS], "topics", "topics", say("Topics"))


def answer(row: Mapping[str, Any]) -> None:
    """The form that says what becomes of a topic, for who may."""
    named = str(row["may_answer"] or "").split(", ")
    if not reader.may("answer_topic", row["model"]) or reader.reader().person not in named:
        return
    topic, model = row["topic"], row["model"]
    with behind(say("Answer"), ":material/reply:", f"answer_{topic}"):
        words = {one: say(TOPIC_STATES[one]) for one in ANSWERS}
        state = st.selectbox(say("State"), list(words), format_func=lambda one: words[one], key=f"state_{topic}")
        versions = ["", *(one.version for one in reversed(data.card(model).versions))]
        version = st.selectbox(
            say("Version (of an answer)"), versions, format_func=lambda one: one or "–", key=f"version_{topic}"
        )
        reason = st.text_area(say("Why (needed for a rejection)"), key=f"because_{topic}")
        if st.form_submit_button(say("Send"), type="primary"):
            values = {"model": model, "topic": topic, "state": state, "version": version or None, "reason": reason}
            submit.submit("answer_topic", values, say("The answer is recorded; who gave the feedback will find it."))


def _suggestions(model: str) -> None:
    """What may become a topic, each with a form that opens it."""
    found = records(data.read("topic-suggestions", Query(model=model, language=language())))
    if not found or not reader.may("open_topic", model):
        return
    layout.section(say("What may become a topic"))
    for number, row in enumerate(found[:SHOWN]):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"suggestion_{number}"):
            what = say(
                "{kind} {value}: {n} entries that nobody has bundled",
                kind=say(SUBJECTS[row["kind"]]),
                value=row["value"],
                n=row["entries"],
            )
            st.markdown(what.replace("$", "\\$"), width="stretch")
            _open(model, row, number)


def _open(model: str, row: Mapping[str, Any], number: int) -> None:
    with behind(say("Open a topic"), ":material/add:", f"suggested_{number}"):
        title = st.text_input(say("Title"), value=str(row["value"]), key=f"title_{number}")
        if st.form_submit_button(say("Open a topic"), type="primary"):
            entries = tuple(json.loads(row["feedback"]))
            values = {"model": model, "title": title, row["kind"]: row["value"], "feedbacks": entries}
            submit.submit("open_topic", values, say("The topic is open."))


def _remark(model: str) -> None:
    """A free remark on the model, or on a group, a feature or a period of it."""
    if not reader.may("add_remark", model):
        return
    card = data.card(model)
    with behind(say("Leave a remark"), ":material/add_comment:", "remark"):
        text = st.text_area(say("Remark"), key="remark_text")
        features = ["", *card.data.features]
        feature = st.selectbox(
            say("About the feature"), features, format_func=lambda one: one or say("none"), key="remark_feature"
        )
        segment = st.text_input(say("About the group (COLUMN=VALUE)"), key="remark_segment")
        period = st.text_input(say("About the period (like 2024-03)"), key="remark_period")
        if st.form_submit_button(say("Send"), type="primary"):
            given = {"feature": feature, "segment": segment, "period": period}
            values = {"model": model, "text": text, **{name: value for name, value in given.items() if value}}
            submit.submit("add_remark", values, say("Your remark is recorded."))
