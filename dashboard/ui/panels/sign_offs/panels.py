"""Parts of the page of sign-offs: the matrix of models and steps, and one model step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUS_COLOURS
from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.ui.labels.models import ROLES
from dashboard.ui.labels.sign_offs import DECIDED, STEP_STATES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.sign_offs.forms import may_sign, sign_form
from dashboard.ui.panels.sign_offs.rows import (
    STATUS_OF,
    Row,
    asked_of,
    differing,
    format_day,
    matching,
    matrix,
    models_by_name,
    persons,
    signers,
    state_text,
    steps_due,
    steps_of,
)
from dashboard.ui.session import reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import tab_of
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.names import imported_note
from dashboard.ui.widgets.narrowing import one_page
from dashboard.ui.widgets.tables import download, list_of
from dashboard.views.columns import SHARED
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

TAB = tab_of("sign_off")
ROWS_WITHOUT_SCROLLING = 15
LISTED = 6
NEEDS_A_LOOK = ("rejected", "missing", "stale", "partly", "conditional")


@dataclass(frozen=True)
class OneModel:
    """What the views say about one model, and who its people are."""

    model: str
    signed: pd.DataFrame
    differences: pd.DataFrame
    facts: pd.DataFrame
    organisation: Organisation


def matrix_of_models(signed: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Every model with the state of its steps; the button of a row opens the model."""
    if signed.empty:
        layout.empty(say("No matching model"), say("Remove a filter or search for less."), ":material/search_off:")
        return
    listed = one_page(models_by_name(signed, names), "sign_offs")
    due, not_due = steps_due(signed)
    shown = matrix(signed[signed["model"].isin(listed["model"])], due or not_due, names, language())
    models = list(shown.pop("model"))
    shown.insert(0, "open", say("Open"))
    config: dict[str, Any] = {
        "open": st.column_config.ButtonColumn(
            " ", key="open_step", on_click=filters.open_clicked, args=("open_step", models, TAB), pinned=True, width=80
        ),
        "name": st.column_config.TextColumn(say(SHARED["name"].label), pinned=True, width=240),
    }
    for step in due or not_due:
        config[step] = st.column_config.MultiselectColumn(
            say(STEP_WORDS[step]),
            options=[state_text(state, language()) for state in STEP_STATES],
            color=[STATUS_COLOURS[STATUS_OF[state]] for state in STEP_STATES],
        )
    st.dataframe(
        shown, column_config=config, hide_index=True, key="sign_off_matrix", alt=say("Models and steps"),
        height="content" if len(shown) <= ROWS_WITHOUT_SCROLLING else "auto",
    )  # fmt: skip
    if due and not_due:
        words = ", ".join(say(STEP_WORDS[step]) for step in not_due)
        st.caption(say("Not due for any of these models: {steps}.", steps=words))
    download(signed, "sign_offs")


def for_you(signed: pd.DataFrame, names: Mapping[str, str]) -> None:
    """What waits for the reader's own signature, each with a button that leads to it."""
    mine = asked_of(signed, reader.reader().person)
    if mine.empty:
        return
    with st.container(border=True, key="for_you"):
        st.markdown(f"**{say('Waiting for your signature ({n})', n=len(mine))}**")
        with st.container(horizontal=True):
            for position, row in enumerate(records(mine.head(LISTED))):
                label = f"{say(STEP_WORDS[row['step']])} · {names.get(row['model'], row['model'])}"
                st.button(
                    badges.escaped(label), key=f"for_you_{position}", icon=":material/signature:",
                    on_click=filters.open_model, args=(row["model"], TAB), help=say(STEP_STATES[row["state"]]),
                )  # fmt: skip


def steps(about: OneModel) -> None:
    """Each step of a model: how it stands, who decided what, what differs since, and the form to sign it."""
    if reader.reader().person is None:
        st.caption(say("You are reading this page without a name; to sign, log in as a registered person."))
    for row in records(steps_of(about.signed)):
        step, state = row["step"], row["state"]
        since = format_day(row["since"], language())
        since_words = f" · {say('since {day}', day=since)}" if state != "not_due" and since != "–" else ""
        title = f"{badges.badge(STATUS_OF[state], say(STEP_STATES[state]))} **{say(STEP_WORDS[step])}**{since_words}"
        if about.signed.loc[about.signed["step"] == step, "imported_by"].notna().any():
            title += f" :gray-badge[:material/input: {say('imported')}]"
        with st.expander(title, expanded=state in NEEDS_A_LOOK, key=f"step_{step}_{about.model}"):
            _signatures(about, step)
            _differs(about, step)
            if may_sign(about.signed, about.model, step):
                sign_form(about.model, step, about.facts, about.organisation)


def _signatures(about: OneModel, step: str) -> None:
    rows = about.signed[about.signed["step"] == step]
    st.markdown("\n".join(f"- {_line(about, row)}" for row in records(rows)))
    asked = rows[rows["valid_why"].notna() & rows["person"].isna()]
    if not asked.empty:
        st.caption(badges.escaped(say("Due after going live: {why}.", why=asked["valid_why"].iloc[0])))
    ending = rows[rows["valid_until"].notna()].sort_values("valid_until")
    if not ending.empty:
        first = ending.iloc[0]
        note = say(
            "Valid until {day}: {why}.", day=format_day(first["valid_until"], language()), why=first["valid_why"]
        )
        st.caption(badges.escaped(note))


def _line(about: OneModel, row: Row) -> str:
    """Who decided what for a role and when, or who still has to."""
    role = say(ROLES[row["role"]]) if row["role"] else say("without a role in this step")
    waiting = [about.organisation.person_name(person) for person in persons(row["to_sign"])]
    if not row["person"]:
        who = say("to sign: {people}", people=" / ".join(waiting)) if waiting else say("nobody may sign")
        return f"**{badges.escaped(role)}** – {badges.escaped(who)}"
    values = {
        "person": about.organisation.person_name(row["person"]),
        "decided": DECIDED[row["decision"]],
        "day": format_day(row["at"], language()),
    }
    line = say("{person} {decided} on {day}", **values)
    own = f" **{say('builds this model; this signature does not count')}**" if row["own_work"] else ""
    if imported := imported_note(row["imported_by"], about.organisation, language()):
        own += f" :gray-badge[:material/input: {badges.escaped(imported)}]"
    reason = f": {badges.escaped(say('“{words}”', words=row['reason']))}" if row["reason"] else ""
    terms = f" **{say('Conditions')}:** {badges.escaped(row['conditions'])}" if row["conditions"] else ""
    again = say("to sign again: {people}", people=" / ".join(waiting)) if waiting else ""
    return f"**{badges.escaped(role)}** – {badges.escaped(line)}{reason}{terms}{own}" + (
        f" – **{badges.escaped(again)}**" if again else ""
    )


def _differs(about: OneModel, step: str) -> None:
    changed = differing(about.differences, step)
    if changed.empty:
        return
    st.markdown(f"**{say('What has changed since it was signed')}**")
    list_of(changed, "sign-off-differences", f"differs_{step}")


@part
def explored(signed: pd.DataFrame, names: Mapping[str, str], organisation: Organisation) -> None:
    """The filters, and the models that they leave; `signed` as of the view."""
    with layout.filter_bar(3):
        chosen = {
            "step_state": filters.pick_some(
                "step_state", say("State of a step"), list(STEP_STATES), filters.word_of(STEP_STATES)
            ),
            "signer": filters.pick_some("signer", say("Waits for"), signers(signed), organisation.person_name),
        }
    matrix_of_models(matching(signed, chosen), names)
