"""Parts of the page Ownership: the list of gaps with its buttons, people by role, what a leaver leaves, loads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.look import STATUS_COLOURS
from dashboard.charts.ownership import load_by_person
from dashboard.schema.severities import SEVERITIES, status_of
from dashboard.ui.labels.models import ROLES
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.ownership import dialogs, gap_order, rows as ownership_rows
from dashboard.ui.panels.ownership.rows import Known
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.reader import may
from dashboard.ui.widgets import badges, choices, filters
from dashboard.ui.widgets.narrowing import PAGE_ROWS, first_row, page_of_rows
from dashboard.ui.widgets.tables import day_column, download, list_of, table
from dashboard.views.columns import SHARED
from dashboard.views.query import Query
from dashboard.views.records import records

TALL = 460
SHORT = 10
NEAREST = 6
IN_FULL = 5


@part
def closable(every: pd.DataFrame, about_people: pd.DataFrame, models: Sequence[str], known: Known, acts: bool) -> None:
    """The gaps that the reader wants to see, with their buttons; frames as of `gap_order.of_models`."""
    dialogs.call_page()
    gaps(_chosen(every, about_people, models, known), known, acts)


def _chosen(every: pd.DataFrame, about_people: pd.DataFrame, models: Sequence[str], known: Known) -> pd.DataFrame:
    """The gaps about people or of every kind, and only some kinds."""
    kinds = {"people": say("Gaps about people"), "all": say("All kinds")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope = choices.pick_view("gaps", say("Gaps"), kinds)
        found = gap_order.of_models(every, models, None) if scope == "all" else about_people
        counts = ownership_rows.counted_gaps(found, known)
        some = filters.pick_some("gap", say("What is missing"), list(counts), lambda gap: counts[gap])
    return found[found["gap"].isin(some)] if some else found


def gaps(found: pd.DataFrame, known: Known, acts: bool) -> None:
    """The gaps, most severe first, each with a button that opens what can be done about it."""
    if found.empty:
        layout.empty(
            say("No gaps in these models"),
            say("Every role is filled by a current employee. Widen the filters to see other models."),
            ":material/verified_user:",
        )
        return
    most_severe = found.head(IN_FULL)
    rows = _clickable(most_severe)
    for position, row in enumerate(records(ownership_rows.shown_gaps(most_severe, known, acts))):
        _gap(position, row, most_severe["severity"].iloc[position], (rows[position], acts))
    if len(found) > IN_FULL:
        with st.expander(say("All {n} gaps", n=len(found)), icon=":material/list:"):
            page = page_of_rows(found, "gaps")
            _list(ownership_rows.shown_gaps(page, known, acts), "gaps", _clickable(page), acts, _gap_columns())
    download(found, "gaps")


def _clickable(gaps: pd.DataFrame) -> list[dict[str, Any]]:
    """What the button of each gap is about."""
    return [{**row, "role": None} for row in records(gaps[["model", "gap", "person"]])]


def _gap(position: int, row: Mapping[Any, Any], severity: str, click: tuple[Mapping[Any, Any], bool]) -> None:
    """One gap in full with its button."""
    since = say("since {day}", day=date.fromisoformat(row["since"])) if isinstance(row["since"], str) else ""
    ask = say("ask {person}", person=row["ask"]) if row["ask"] else say("no contact is known")
    badge = badges.severity_badge(severity)
    facts = " · ".join(filter(None, [since, ask]))
    with st.container(border=True, horizontal=True, wrap=False, vertical_alignment="center", key=f"gap_{position}"):
        st.markdown(
            f"{badge} **{badges.escaped(row['name'])}**: {badges.escaped(row['gap'])}  \n"
            f"{badges.escaped(row['reason'])} :gray[{badges.escaped(facts)}]",
            width="stretch",
        )
        st.button(row["open"], key=f"fill_{position}", on_click=dialogs.take_gap, args=click)


def _gap_columns() -> dict[str, Any]:
    return {
        "severity": st.column_config.MultiselectColumn(
            say(SHARED["severity"].label),
            options=[badges.severity_text(severity, language()) for severity in SEVERITIES],
            color=[STATUS_COLOURS[status_of(severity)] for severity in SEVERITIES],
            width=110,
        ),
        "name": st.column_config.TextColumn(say(SHARED["name"].label), width="medium"),
        "reason": st.column_config.TextColumn(say(SHARED["reason"].label), width="large"),
        "since": day_column(say(SHARED["since"].label)),
    }


def _list(
    shown: pd.DataFrame, key: str, rows: Sequence[Mapping[Any, Any]], acts: bool, config: Mapping[str, Any]
) -> None:
    """A table whose first column holds a button for each row."""
    button = st.column_config.ButtonColumn(
        " ", key=f"{key}_clicked", on_click=dialogs.take_click, args=(f"{key}_clicked", list(rows), acts), width=110,
        pinned=True,
    )  # fmt: skip
    words = {column: say(SHARED[column].label) for column in shown.columns if column != "open"}
    st.dataframe(
        shown, column_config={**words, **config, "open": button}, hide_index=True, key=f"list_{key}", placeholder="–",
        alt=say("Ownership gaps"), height=TALL if len(shown) > SHORT else "auto",
    )  # fmt: skip


@part
def matrix(held: pd.DataFrame, models: Sequence[str], roles: Sequence[str], known: Known) -> None:
    """Models by roles with the names of those who hold them."""
    if not models:
        layout.empty(say("No matching model"), say("Remove a filter or search for less."), ":material/search_off:")
        return
    first = first_row(len(models), "matrix")
    page = models[first : first + PAGE_ROWS]
    shown = ownership_rows.matrix(held[held["model"].isin(page)], page, roles, known)
    config: dict[str, Any] = {
        "name": st.column_config.TextColumn(say(SHARED["name"].label), pinned=True, width="medium"),
        **{role: st.column_config.TextColumn(say(word)) for role, word in ROLES.items()},
    }
    st.dataframe(
        shown, column_config=config, hide_index=True, key="matrix", placeholder="–",
        alt=say("Who is responsible for what"),
        height=TALL if len(shown) > SHORT else "auto",
    )  # fmt: skip
    download(held[held["model"].isin(models)], "roles")


@part
def if_somebody_leaves(query: Query, models: pd.DataFrame, people: Sequence[str], known: Known, acts: bool) -> None:
    """Pick a person and see which roles would be empty, where it hurts most, and who could take over."""
    dialogs.call_page()
    if not people:
        layout.empty(say("Nobody holds a role"), say("Name people under “roles” on the cards."), ":material/group_off:")
        return
    person = choices.pick_one("leaver", say("Person"), {one: str(known.person(one)) for one in people})
    departures = data.read("departures", replace(query, person=person))
    sentence, lost = ownership_rows.left_behind(departures, models, person, known)
    st.markdown(f"**{badges.escaped(sentence)}**")
    if lost.empty:
        return
    page = page_of_rows(lost, "losses")
    rows = [{**row, "gap": None} for row in records(page[["model", "role", "person"]])]
    narrow = {"risk": st.column_config.NumberColumn(say("Highest risk"), format="%d / 25", width="small")}
    _list(ownership_rows.shown_losses(page, known, acts), "losses", rows, acts, narrow)
    download(lost, "losses")


def workload(shown: pd.DataFrame) -> None:
    """Who carries how many models."""
    if shown.empty:
        layout.empty(say("Nobody holds a role"), say("Name people under “roles” on the cards."), ":material/group_off:")
        return
    layout.chart(
        say("Models by person"), load_by_person(shown, layout.look()), shown, "loads", provenance.workload(), "loads"
    )


def team_workload(sentence: str, shown: pd.DataFrame) -> None:
    """How many models stand on one team, and on one person of it."""
    with layout.card(say("Models by team"), "team_loads"):
        st.markdown(f"**{badges.escaped(sentence)}**")
        if shown.empty:
            return
        bar = st.column_config.ProgressColumn(say("Share of all models"), format="percent", min_value=0, max_value=1)
        table(shown, "team-loads", "team_loads", say("Models by team"), {"share": bar})


def knowledge(shown: pd.DataFrame) -> None:
    """How near the knowledge of each model is to being lost, and why."""
    with layout.card(say("Knowledge of each model"), "knowledge"):
        st.caption(say("1 = safe, 5 = nearly lost; without recorded work it is unknown."))
        nearest = shown.head(NEAREST)[["name", "level", "reason"]]
        levels = [say("{n} of 5", n=int(level)) if pd.notna(level) else say("unknown") for level in nearest["level"]]
        list_of(nearest.assign(level=levels), "knowledge", "knowledge_nearest")
        with st.expander(say("All facts behind the levels"), icon=":material/fact_check:"):
            table(shown, "knowledge", "knowledge", say("Knowledge of each model"))


def acts_today(on_another_day: bool) -> bool:
    """Whether the reader may assign roles here: with the right to, and looking at today."""
    allowed = may("assign_role") and may("hand_over")
    if not allowed:
        st.caption(say("Your role may read this, not change it."))
    elif on_another_day:
        st.caption(say("Roles can only be assigned for today; you are viewing another day."))
    return allowed and not on_another_day
