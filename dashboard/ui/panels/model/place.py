"""A model is one place: its header and the row of its tabs, drawn above each tab, or what to do without a model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUSES
from dashboard.ui.labels.models import ROLES, STAGES
from dashboard.ui.layout import layout, search
from dashboard.ui.panels.model import rows
from dashboard.ui.panels.ownership import rows as ownership_rows
from dashboard.ui.panels.ownership.rows import Known
from dashboard.ui.session import as_of, data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page, tabs
from dashboard.ui.session.selection import Picked
from dashboard.ui.session.url_state import get_param, set_param
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.model_lists import shown_names
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import day, number

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

IN_HEADER = ("accountable_executive", "deputy")


def opened(page: Page) -> ModelCard:
    """The card of the model that the reader looks at, below its header and its tabs.

    The page ends with what to do when there is no model, or when the one of the address is not there for the reader.
    """
    known, wanted = data.models(), get_param("model")
    if not known or (wanted is not None and wanted not in known):
        layout.heading(page)
        _not_there(page)
        st.stop()
    card = data.card(wanted or usual_model(data.read("models", Query(language=language()))))
    set_param("model", card.id)
    _header(card)
    _tabs(page)
    layout.notes_on_data(card)
    return card


def usual_model(models: pd.DataFrame) -> str:
    """The model to show where none is asked for: the worst, and of those the one with the highest risk."""
    return min(
        records(models), key=lambda row: (STATUSES.index(row["status"]), -(row["risk"] or 0), str(row["model"]))
    )["model"]  # fmt: skip


def _not_there(page: Page) -> None:
    """Say that the model of the address is not there for this reader, and offer the search."""
    sentence = say("There is no such model, or it is not open to you.")
    if as_of.day() is not None:
        sentence = say("On {day} there was no such model, or it is not open to you.", day=as_of.day())
    with st.container(border=True, key="not_there"):
        st.markdown(f"##### :material/search_off: {sentence}")
        st.markdown(say("Look for it by its name, or open another one:"))
        search.field_and_hits("here", page, reader.reader().roles)


def _header(card: ModelCard) -> None:
    """Name, status, stage and version, then what everybody asks first."""
    row = records(data.read("models", Query(model=card.id, language=language())))[0]
    with st.container(key="model_header", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.title(badges.escaped(shown_names({card.id: card}, language())[card.id]), anchor=False, width="content")
            st.markdown(" ".join(_signs(row)), width="content")
        with st.grid(6, min_column_width=150, gap="small") as grid:
            for role in IN_HEADER:
                with grid.cell(), st.container(gap=None):
                    _people(role, card)
            for label, value in _facts(card, row).items():
                with grid.cell():
                    _fact(label, value)


def _signs(row: Mapping[str, Any]) -> list[str]:
    """The overall status, the stage and the version as badges."""
    found = [badges.badge(row["status"])]
    if row["stage"] in STAGES:
        found.append(f":gray-badge[{say(STAGES[row['stage']])}]")
    if row["version"]:
        found.append(f":gray-badge[{badges.escaped(say('version {version}', version=row['version']))}]")
    return found


def _fact(label: str, value: str) -> None:
    st.markdown(f":small[{badges.escaped(label)}]  \n{badges.escaped(value)}")


def _facts(card: ModelCard, row: Mapping[str, Any]) -> dict[str, str]:
    """Process and how long it may stand still, what is at stake, and when the model last predicted."""
    organisation, missing = data.organisation(), say("not stated")
    process = organisation.processes.get(card.business.process or "")
    outage = process.tolerable_outage_hours if process else None
    lines = data.read("promises", Query(model=card.id, language=language()))
    promise = next(iter(records(lines[lines["state"] == "in_force"])), None)
    risk, last = row["risk"], row["last_prediction_at"]
    return {
        say("Business process"): rows.process_name(card, organisation, language()) or missing,
        say("May stand still"): missing
        if outage is None
        else say("{n} hours", n=number(int(outage) if outage == int(outage) else outage, language())),
        say("Value at risk"): " · ".join(_stakes(promise, risk)) or missing,
        say("Last prediction"): day(datetime.fromisoformat(last), language()) if last else say("never"),
    }


def _stakes(promise: Mapping[str, Any] | None, risk: float | None) -> list[str]:
    found = []
    if promise is not None:
        amounts = {"amount": number(promise["per_month"], language()), "currency": promise["currency"] or ""}
        found.append(say("{amount} {currency} per month", **amounts))
    if risk is not None:
        found.append(say("risk {score} of 25", score=int(risk)))
    return found


def _people(role: str, card: ModelCard) -> None:
    """Who holds a role today; a click shows how to reach them."""
    known = Known({}, data.organisation(), language())
    people = data.read("people", Picked(card.id).query(on=rows.today()))
    held = ownership_rows.held_roles(people, {}, known, rows.today())
    held = held[held["role"] == role]
    st.markdown(f":small[{badges.escaped(say(ROLES[role]))}]")
    if held.empty:
        st.markdown(f":material/person_off: {say('nobody')}")
    for row in records(held.drop_duplicates("person")):
        with st.popover(
            badges.escaped(ownership_rows.marked(row, known)), key=f"contact_{role}_{row['person']}", type="tertiary",
            icon=":material/person:",
        ):  # fmt: skip
            _contact(row, known)


def _contact(row: Mapping[str, Any], known: Known) -> None:
    person = known.organisation.people.get(row["person"])
    st.markdown(f"**{badges.escaped(str(row['person_name']))}**")
    if person is not None and person.email:
        st.link_button(badges.escaped(person.email), f"mailto:{person.email}", icon=":material/mail:", type="tertiary")
    else:
        st.caption(say("No e-mail address is registered."))
    if known.team(row["team"]):
        st.caption(badges.escaped(say("Team {team}", team=known.team(row["team"]))))
    if isinstance(row["from"], str):
        st.caption(say("since {day}", day=date.fromisoformat(row["from"])))


def _tabs(page: Page) -> None:
    """The tabs that are open to the reader, each a page with an address."""
    roles = reader.reader().roles
    with st.container(horizontal=True, key="model_tabs", gap="small"):
        for tab in tabs():
            if tab.open_to(roles):
                layout.link(tab.url_path, say(tab.title), tab.icon)
    st.caption(say(page.question))
