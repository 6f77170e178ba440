"""The meeting about a model, top to bottom: earlier decisions, today's status, new decisions, the next model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUSES
from dashboard.ui.labels.decisions import COLOURS, DECISION_STATES, OUTCOMES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.discussion.forms import behind
from dashboard.ui.panels.model import panels
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.widgets import badges, dates, filters, submit
from dashboard.ui.widgets.model_lists import shown_names
from dashboard.ui.widgets.tables import download
from dashboard.views.query import Query
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.ui.session.page_registry import Page

Row = Mapping[str, Any]
# What is open comes first; of what is closed the latest.
ORDER = ("overdue", "open", "done", "dropped", "stated")
SHOWN = 8


@part
def became(taken: pd.DataFrame, card: ModelCard) -> None:
    """What became of earlier decisions, open ones first; `taken` has the columns of the view `decisions`."""
    layout.section(say("What became of earlier decisions"))
    if taken.empty:
        layout.empty(
            say("Nothing has been decided yet"),
            say("The next meeting opens with what became of the decisions of this one."),
            ":material/gavel:",
        )
        return
    entries = sorted(records(taken), key=lambda row: ORDER.index(row["state"]))
    for row in entries[:SHOWN]:
        _entry(row, card)
    if len(entries) > SHOWN:
        with st.expander(say("Older entries: {n}", n=len(entries) - SHOWN)):
            for row in entries[SHOWN:]:
                _entry(row, card)
    download(taken, "decisions")


def _entry(row: Row, card: ModelCard) -> None:
    with st.container(border=True, key=f"decision_{row['statement']}"):
        state = f":{COLOURS[row['state']]}-badge[{say(DECISION_STATES[row['state']])}]"
        st.markdown(f"{state} **{badges.escaped(row['decision'])}**")
        st.caption(badges.escaped(" · ".join(_details(row))))
        if row["outcome"]:
            st.markdown(badges.escaped(row["outcome"]))
        if row["state"] in ("open", "overdue") and reader.may("resolve_decision", card.id):
            _resolve(row, card)


def _details(row: Row) -> list[str]:
    """Who decided when and why, who carries it out until when."""
    name = data.organisation().person_name
    found = [say("decided on {day}", day=dates.whole_day(row["at"]))]
    if row["person"]:
        found.append(name(row["person"]))
    if row["owner"]:
        found.append(say("carried out by {person}", person=name(row["owner"])))
    if row["due"]:
        found.append(say("due {day}", day=dates.whole_day(row["due"])))
    if row["until"]:
        found.append(say("holds until {day}", day=dates.whole_day(row["until"])))
    return [*found, say("because: {reason}", reason=row["reason"])]


def _resolve(row: Row, card: ModelCard) -> None:
    key = str(row["statement"])
    with behind(say("What became of it"), ":material/task_alt:", f"resolve_{key}"):
        outcome = st.segmented_control(
            say("It is"), list(OUTCOMES), format_func=lambda one: say(OUTCOMES[one]), default="done", required=True,
            key=f"outcome_{key}",
        )  # fmt: skip
        reason = st.text_area(say("What became of it"), key=f"became_{key}", max_chars=5_000)
        if st.form_submit_button(say("Close the decision"), type="primary"):
            values = {"model": card.id, "decision": key, "outcome": outcome, "reason": reason}
            submit.submit("resolve_decision", values, say("It is recorded what became of the decision."))


def stands(status: pd.DataFrame) -> None:
    """Where the model stands, each area with its reason; `status` has the columns of the view."""
    layout.section(say("Where it stands today"))
    panels.areas(status)


@part
def decide(card: ModelCard, number: int) -> None:
    """The form for a new decision; it is empty again after each of the `number` decisions."""
    layout.section(say("What we decide"))
    if not reader.may("record_decision", card.id):
        submit.not_open()
        return
    key, today = f"{card.id}_{number}", dates.present().date()
    known = data.organisation().people.values()
    people = {one.id: one.name for one in known if one.end is None or one.end >= today}
    ordered = sorted(people, key=lambda person: people[person].casefold())
    with st.form(f"meeting_{key}", enter_to_submit=False):
        decision = st.text_area(say("What was decided"), key=f"meeting_decision_{key}", max_chars=5_000)
        reason = st.text_area(say("Why"), key=f"meeting_reason_{key}", max_chars=5_000)
        left, right = st.columns(2)
        owner = left.selectbox(
            say("Who carries it out (empty: nobody has to act)"), ordered, index=None, key=f"meeting_owner_{key}",
            format_func=lambda person: people.get(person, person), placeholder=say("nobody"),
        )  # fmt: skip
        due = right.date_input(
            say("By when"), value=None, min_value=today, key=f"meeting_due_{key}", format=day_pattern()
        )
        if st.form_submit_button(say("Record the decision"), type="primary"):
            values = {"model": card.id, "decision": decision, "reason": reason, "owner": owner}
            values["due"] = due.isoformat() if isinstance(due, date) else None
            submit.submit("record_decision", values, say("The decision is recorded."))


def next_model(card: ModelCard, page: Page) -> None:
    """A button to the model that a meeting looks at next: by status, then by risk."""
    models = records(data.read("models", Query(language=language())))
    ranked = sorted(models, key=lambda row: (STATUSES.index(row["status"]), -(row["risk"] or 0), str(row["model"])))
    ids = [str(row["model"]) for row in ranked]
    if len(ids) < 2 or card.id not in ids:
        return
    following = ids[(ids.index(card.id) + 1) % len(ids)]
    name = shown_names(data.models(), language()).get(following, following)
    label = say("Next model: {name}", name=name)
    if st.button(badges.escaped(label), icon=":material/arrow_forward:", key="next_model"):
        filters.open_model(following, page.url_path)
