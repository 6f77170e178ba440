"""The desk: open points made ready for readers, a card for each with its button, and who has how much waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.alerts import SEVERITIES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.narrowing import PAGE_ROWS, first_row
from dashboard.ui.widgets.tables import download_view, rows_of_view, table
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import day, number

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

EVERYBODY, NOBODY = "", "nobody"
SHOWN = 12
# From so many minutes on, work is told in hours.
IN_HOURS = 120
COLUMNS = (
    "what", "name", "why", "severity", "due", "overdue", "promised", "currency", "minutes", "person_name",
)  # fmt: skip


def readable(tasks: pd.DataFrame, names: Mapping[str, str], organisation: Organisation) -> pd.DataFrame:
    """The `desk` view with the names of models and people; `person` is NOBODY where nobody is known to ask."""
    people = [NOBODY if pd.isna(person) else str(person) for person in tasks["person"]]
    return tasks.assign(
        person=people,
        name=[names.get(model, model) if isinstance(model, str) else say("no model") for model in tasks["model"]],
        person_name=[_name(person, organisation) for person in people],
    )


def _name(person: str, organisation: Organisation) -> str:
    return say("nobody is known") if person == NOBODY else organisation.person_name(person)


def asked(person: str, first: int = 0) -> Query:
    """The open points of one person, or of everybody: one page of them, from the `first` on."""
    whom = {EVERYBODY: None, NOBODY: ""}.get(person, person)
    return Query(language=language(), person=whom, limit=PAGE_ROWS, offset=first)


def readable_loads(loads: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """The `desk-loads` view with the names of people, in their order; `person` is NOBODY where nobody is known."""
    people = [NOBODY if pd.isna(person) else str(person) for person in loads["person"]]
    named = loads.assign(person=people, person_name=[_name(person, organisation) for person in people])
    return named.sort_values("person_name", key=lambda names: names.astype(str).str.casefold(), ignore_index=True)


def pick_person(loads: pd.DataFrame, organisation: Organisation) -> str:
    """Whose desk: the reader's own, else everybody's; any other can be looked at."""
    own, waiting = reader.reader().person, list(loads["person"])
    options = [EVERYBODY, *waiting, *([own] if own is not None and own not in waiting else [])]
    shown = {person: _name(person, organisation) for person in options} | {EVERYBODY: say("everybody")}
    return filters.pick_one("desk", say("Whose desk"), options, lambda person: shown[person], usual=own or EVERYBODY)


def of_person(loads: pd.DataFrame, person: str) -> pd.DataFrame:
    """The load of one person, or all of them."""
    return loads if person == EVERYBODY else loads[loads["person"] == person]


def answer(loads: pd.DataFrame, tasks: pd.DataFrame, person: str, organisation: Organisation) -> Answer:
    """How much waits, how much of it is overdue, and what comes first; `tasks` are the first ones."""
    whom = say("everybody together") if person == EVERYBODY else _name(person, organisation)
    if loads.empty:
        return Answer("ok", say("Nothing is waiting for {whom}.", whom=whom))
    late, serious = int(loads["overdue"].sum()), bool(loads["severe"].sum())
    work = _work(int(loads["minutes"].sum()))
    first = tasks.iloc[0]
    sentence = say(
        "{n} things are waiting for {whom}, about {work}; {late} are overdue.",
        n=int(loads["open"].sum()), whom=whom, work=work, late=late,
    )  # fmt: skip
    then = say("First: {what} – {model}.", what=first["what"], model=first["name"])
    return Answer("alert" if serious else "warn", sentence, (then,))


def show(tasks: pd.DataFrame, number_open: int, person: str, names: Mapping[str, str]) -> None:
    """The most pressing points as cards with a button to where they are done; all of them as a table."""
    if tasks.empty:
        layout.empty(
            say("Your desk is clear"),
            say("When a gap, an alert or a review needs this person, it appears here with what to do."),
            ":material/task_alt:",
        )
        return
    for position, row in enumerate(records(tasks.head(SHOWN))):
        with st.container(
            border=True, horizontal=True, wrap=False, vertical_alignment="center", key=f"task_{position}"
        ):
            st.markdown(_format_task(row), width="stretch")
            st.button(
                say("Open"), key=f"open_task_{position}", on_click=_open, args=(row["model"], row["page"]),
                icon=":material/arrow_forward:", icon_position="right",
            )  # fmt: skip
    with st.expander(say("All {n} open points as a table", n=number_open), icon=":material/table:"):
        _page_of_all(number_open, person, names)


def _open(model: str | None, page: str) -> None:
    if model is None:
        filters.open_page(page)
    else:
        filters.open_model(model, page)


@part
def _page_of_all(number_open: int, person: str, names: Mapping[str, str]) -> None:
    first = first_row(number_open, "desk")
    tasks = readable(data.read("desk", asked(person, first)), names, data.organisation())
    shown = tasks[list(COLUMNS)].assign(severity=[say(SEVERITIES[word]) for word in tasks["severity"]])
    rows_of_view(shown, "desk", "desk", say("Open points"))
    download_view("desk", replace(asked(person), limit=None), "desk")


def _format_task(row: Mapping[str, Any]) -> str:
    badge = badges.severity_badge(str(row["severity"]))
    facts = " · ".join(
        badges.escaped(part)
        for part in (_when(row), _value_at_risk(row), _effort(row), str(row["person_name"]))
        if part
    )
    return (
        f"{badge} **{badges.escaped(str(row['what']))}** – {badges.escaped(str(row['name']))}  \n"
        f"{badges.escaped(str(row['why']))}  \n:small[{facts}]"
    )


def _when(row: Mapping[str, Any]) -> str:
    if not isinstance(row["due"], str):
        return ""
    on = day(date.fromisoformat(row["due"]), language())
    return say("overdue since {day}", day=on) if row["overdue"] else say("due on {day}", day=on)


def _value_at_risk(row: Mapping[str, Any]) -> str:
    promised = row["promised"]
    if not isinstance(promised, int | float) or pd.isna(promised):
        return ""
    return say(
        "value at risk: {amount} {currency} per month",
        amount=number(promised, language()),
        currency=row["currency"] or "",
    )


def _work(minutes: int) -> str:
    """Minutes of work as a person plans them: whole hours from two hours on."""
    if minutes < IN_HOURS:
        return say("{n} minutes of work", n=minutes)
    return say("{n} hours of work", n=round(minutes / 60))


def _effort(row: Mapping[str, Any]) -> str:
    return say("about {n} minutes", n=row["minutes"])


def load(loads: pd.DataFrame) -> None:
    """How much waits for each person: open points, overdue ones, minutes of work."""
    shown = loads[["person_name", "open", "overdue", "minutes"]]
    shown = shown.sort_values("overdue", ascending=False, kind="stable")
    table(shown, "desk-loads", "load", say("Open points by person"))


@part
def explored(loads: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Whose desk it is, and what waits there; `loads` as `readable_loads` gives them."""
    with layout.filter_bar(3):
        person = pick_person(loads, data.organisation())
    mine = of_person(loads, person)
    tasks = readable(data.read("desk", asked(person)), names, data.organisation())

    layout.answer(answer(mine, tasks, person, data.organisation()))
    show(tasks, int(mine["open"].sum()), person, names)
    if person == EVERYBODY and len(loads):
        layout.section(say("Open work by person"))
        load(loads)
