"""Parts of the page of sign-offs: findings, and questions about what a model is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.governance.uses.population import CasesInWords, stated_cases
from dashboard.governance.uses.uses import POPULATION
from dashboard.ui.labels.sign_offs import FINDING_STATES, USE_ANSWERS, USE_KINDS, USE_STATES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.sign_offs.forms import asked_people, close_form
from dashboard.ui.panels.sign_offs.rows import FINDING_STATUS, USE_STATUS, Row, format_day, persons
from dashboard.ui.session import reader
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.confirmation import Confirmation, ask
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.organisation import Organisation

OPEN_QUESTIONS = ("unapproved", "stopping")


def findings(found: pd.DataFrame, organisation: Organisation) -> None:
    """What was rejected or tied to conditions: what is open with its form, what is closed folded away."""
    if found.empty:
        layout.empty(
            say("No rejections and no conditions"),
            say("Conditions and rejections appear here, with who handles them and by when."),
            ":material/task_alt:",
        )
        return
    closed = found["state"] == "resolved"
    for row in records(found[~closed]):
        with st.container(border=True, key=f"finding_{row['finding']}"):
            _finding(row, organisation)
            st.caption(say("Closed by: {people}", people=asked_people(row["may_resolve"], organisation) or "–"))
            close_form(row["model"], row["finding"], row["may_resolve"])
    if closed.any():
        with st.expander(say("Closed findings ({n})", n=int(closed.sum()))):
            for row in records(found[closed]):
                _finding(row, organisation)


def _finding(row: Row, organisation: Organisation) -> None:
    badge = badges.badge(FINDING_STATUS[row["state"]], say(FINDING_STATES[row["state"]]))
    st.markdown(f"{badge} **{say(STEP_WORDS[row['step']])}**: {badges.escaped(row['what'] or '–')}")
    values = {
        "owner": organisation.person_name(row["owner"]) if row["owner"] else "–",
        "due": format_day(row["due_on"], language()),
        "person": organisation.person_name(row["raised_by"]),
        "day": format_day(row["raised_at"], language()),
    }
    assignment = say("Assigned to {owner}, due on {due}; raised by {person} on {day}.", **values)
    if row["state"] == "resolved":
        ended = {
            "person": organisation.person_name(row["resolved_by"]) if row["resolved_by"] else "–",
            "day": format_day(row["resolved_at"], language()),
            "reason": row["reason"] or "–",
        }
        assignment = say("Raised on {raised}; closed by {person} on {day}: {reason}", raised=values["day"], **ended)
    st.caption(badges.escaped(assignment))


def population(found: pd.DataFrame, card: ModelCard) -> None:
    """For which cases the model is approved, or why the cases are not compared."""
    stated = "; ".join(
        CasesInWords(card, one).in_language(language()) for one in stated_cases(card.business.population)
    )
    if not stated:
        sentence = say("The card does not say for which cases the model is approved; the population is unknown.")
    elif (found["kind"] == POPULATION).any():
        sentence = say("Approved for: {cases}.", cases=stated)
    else:
        sentence = say("Approved for: {cases}; there is no monitored data to compare with yet.", cases=stated)
    st.caption(badges.escaped(sentence))


def uses(found: pd.DataFrame, card: ModelCard, organisation: Organisation) -> None:
    """Questions about uses that nobody approved, with their three answers; all uses as a table."""
    if found.empty:
        layout.empty(
            say("No use was reported"),
            say("Usage reports are sent with “ingest events” (kind “usage”)."),
            ":material/route:",
        )
        return
    for position, row in enumerate(records(found[found["state"].isin(OPEN_QUESTIONS)])):
        with st.container(border=True, key=f"use_{position}"):
            _question(row, position, card, organisation)
    shown = found.drop(columns=["model", "may_answer"]).assign(
        kind=[say(USE_KINDS[kind]) for kind in found["kind"]],
        state=[say(USE_STATES[state]) for state in found["state"]],
        person=pd.Series(
            [organisation.person_name(one) if isinstance(one, str) else None for one in found["person"]], dtype=object
        ),
    )
    with st.expander(say("All uses ({n})", n=len(found)), icon=":material/route:"):
        table(shown, "uses", "uses", say("Uses of the model"))


def _question(row: Row, position: int, card: ModelCard, organisation: Organisation) -> None:
    badge = badges.badge(USE_STATUS[row["state"]], say(USE_STATES[row["state"]]))
    values = {
        "consumer": row["consumer"],
        "purpose": row["purpose"],
        "calls": int(row["calls"]),
        "first": format_day(row["first_seen"], language()),
        "last": format_day(row["last_seen"], language()),
    }
    message = mark("“{consumer}” uses the model for “{purpose}”: {calls} calls, first {first}, last {last}.")
    if row["kind"] == POPULATION:
        values["purpose"] = CasesInWords(card, row["purpose"]).in_language(language())
        message = mark("Outside the approved population: {purpose}; {calls} predictions, first {first}, last {last}.")
    asked = say(message, **values)
    st.markdown(f"{badge} {badges.escaped(asked)}")
    if row["state"] == "stopping" and row["person"]:
        person = organisation.person_name(row["person"])
        st.caption(badges.escaped(say("{person} ordered it to stop: {reason}", person=person, reason=row["reason"])))
    if reader.may("answer_use", row["model"]) and reader.reader().person in persons(row["may_answer"]):
        _answer_form(row, position)
        return
    people = asked_people(row["may_answer"], organisation) or "–"
    st.caption(
        say("{people} decides: allow it for a limited time, stop it, or extend the approved uses.", people=people)
    )


@part
def _answer_form(row: Row, position: int) -> None:
    key = f"{row['model']}_{position}"
    answer = st.radio(
        say("Your answer"), list(USE_ANSWERS), format_func=lambda option: say(USE_ANSWERS[option]), index=None,
        horizontal=True, key=f"use_answer_{key}",
    )  # fmt: skip
    until = None
    if answer == "allow":
        until = st.date_input(
            say("Allowed until"), value=None, min_value="today", format=day_pattern(), key=f"use_until_{key}"
        )
    reason = st.text_input(say("Reason"), key=f"use_reason_{key}", max_chars=1000)
    ready = answer is not None and bool(reason.strip()) and (answer != "allow" or until is not None)
    if st.button(say("Answer"), key=f"use_submit_{position}", type="primary", disabled=not ready):
        values = {name: row[name] for name in ("model", "consumer", "purpose")}
        values |= {"answer": answer, "reason": reason.strip(), "until": until}
        consequences = (
            f"**{say(USE_ANSWERS[str(answer)])}:** {badges.escaped(', '.join((row['consumer'], row['purpose'])))}",
            say("Your answer stays in the record, in your name; a later one can follow it."),
        )
        ask(Confirmation(say("Answer"), consequences, "answer_use", values, say("Your answer is recorded.")))
