"""The desk: open points made ready for readers, a card for each with its button, and who has how much waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.alerts import SEVERITIES
from dashboard.ui.layout import layout
from dashboard.ui.session import reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import day, number

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

EVERYBODY, NOBODY = "", "nobody"
SHOWN = 12


def readable(tasks: pd.DataFrame, names: Mapping[str, str], organisation: Organisation) -> pd.DataFrame:
    """The `desk` view with the names of models and people; `person` is NOBODY where nobody is known to ask."""
    people = [NOBODY if pd.isna(person) else str(person) for person in tasks["person"]]
    return tasks.assign(
        person=people,
        name=[names.get(model, model) for model in tasks["model"]],
        person_name=[_name(person, organisation) for person in people],
    )


def _name(person: str, organisation: Organisation) -> str:
    return say("nobody is known") if person == NOBODY else organisation.person_name(person)


def pick_person(tasks: pd.DataFrame, organisation: Organisation) -> str:
    """Whose desk: the reader's own, else everybody's; any other can be looked at."""
    own = reader.reader().person
    waiting = sorted(set(tasks["person"]), key=lambda person: _name(person, organisation).casefold())
    options = [EVERYBODY, *waiting, *([own] if own is not None and own not in waiting else [])]
    shown = {person: _name(person, organisation) for person in options} | {EVERYBODY: say("everybody")}
    return filters.pick_one("desk", say("Whose desk"), options, lambda person: shown[person], usual=own or EVERYBODY)


def of_person(tasks: pd.DataFrame, person: str) -> pd.DataFrame:
    """The open points of one person, or all of them."""
    return tasks if person == EVERYBODY else tasks[tasks["person"] == person].reset_index(drop=True)


def answer(tasks: pd.DataFrame, person: str, organisation: Organisation) -> Answer:
    """How much waits, how much of it is overdue, and what comes first."""
    whom = say("everybody together") if person == EVERYBODY else _name(person, organisation)
    if tasks.empty:
        return Answer("ok", say("Nothing is waiting for {whom}.", whom=whom))
    late = int(tasks["overdue"].astype(bool).sum())
    serious = bool((tasks["overdue"].astype(bool) & (tasks["severity"] == "high")).any())
    minutes = number(int(tasks["minutes"].sum()), language())
    first = tasks.iloc[0]
    sentence = say(
        "{n} things are waiting for {whom}, about {minutes} minutes of work; {late} are overdue.",
        n=len(tasks), whom=whom, minutes=minutes, late=late,
    )  # fmt: skip
    then = say("First: {what} – {model}.", what=first["what"], model=first["name"])
    return Answer("alert" if serious else "warn", sentence, (then,))


def show(tasks: pd.DataFrame) -> None:
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
                say("Open"), key=f"open_task_{position}", on_click=filters.open_model, args=(row["model"], row["page"]),
                icon=":material/arrow_forward:", icon_position="right",
            )  # fmt: skip
    with st.expander(say("All {n} open points as a table", n=len(tasks)), icon=":material/table:"):
        columns = [
            "what",
            "name",
            "why",
            "severity",
            "due",
            "overdue",
            "promised",
            "currency",
            "minutes",
            "person_name",
        ]
        shown = tasks[columns].assign(severity=[say(SEVERITIES[word]) for word in tasks["severity"]])
        table(shown, "desk", "desk", say("Open points"))


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


def _effort(row: Mapping[str, Any]) -> str:
    return say("about {n} minutes", n=row["minutes"])


def load(tasks: pd.DataFrame) -> None:
    """How much waits for each person: open points, overdue ones, minutes of work."""
    counted = tasks.assign(overdue=tasks["overdue"].astype(bool)).groupby("person_name", sort=True)
    frame_ = counted.agg(open=("what", "size"), overdue=("overdue", "sum"), minutes=("minutes", "sum")).reset_index()
    table(frame_.sort_values("overdue", ascending=False), "desk", "load", say("Open points by person"))
