"""Parts of pages that hold more than a chart: lists with links, facts, the threshold, the Evidently report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.calibration import confusion_matrix
from dashboard.charts.metrics import metric_name, metric_value
from dashboard.ui import filters, frame, origins, rows
from dashboard.ui.answers import Subject
from dashboard.ui.filters import language, say
from dashboard.ui.tables import download, status_column, table
from dashboard.ui.terms import AREAS, AUTOMATION, COLUMNS, ROLES, STAGES, TASKS

if TYPE_CHECKING:
    from dashboard.schema.card import ModelCard

LISTED = 6
INVENTORY_HEIGHT = 620


def attention(urgent: pd.DataFrame) -> None:
    """The most urgent areas, each with its reason and a button to its page; all of them as a table."""
    if urgent.empty:
        frame.empty("Nothing needs attention", say("No area of any model is on alert or warning."), ":material/check_circle:")
        return
    for position, row in enumerate(urgent.head(LISTED).to_dict("records")):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"urgent_{position}"):
            st.markdown(
                f"{frame.badge(row['status'])} **{frame.escaped(row['name'])}** · {frame.escaped(row['area'])}  \n"
                f"{frame.escaped(row['reason'] or '')}",
                width="stretch",
            )
            st.button(
                say("Open"), key=f"open_urgent_{position}", on_click=filters.open_model, args=(row["model"],),
                icon=":material/arrow_forward:", icon_position="right",
            )  # fmt: skip
    if len(urgent) > LISTED:
        with st.expander(say("All {n} areas that need attention", n=len(urgent))):
            table(urgent, "attention", say("Areas that need attention"))


def changes(changed: pd.DataFrame) -> None:
    """Status changes, newest first."""
    if changed.empty:
        frame.empty("No status has changed", say("When a status changes, it stands here with the reason."), ":material/history:")
        return
    table(changed, "changes", say("Changes of status"), {"changed_at": _day_column("changed_at")})


def _day_column(column: str) -> Any:
    pattern = "DD.MM.YYYY" if language() == "de" else "D MMM YYYY"
    return st.column_config.DateColumn(say(COLUMNS[column]), format=pattern)


def inventory(shown: pd.DataFrame, found: pd.DataFrame) -> None:
    """The list of models; the button of a row opens the model."""
    if shown.empty:
        frame.empty("No model fits", say("Take a filter out or search for less."), ":material/search_off:")
        return
    config: dict[str, Any] = {
        "open": st.column_config.ButtonColumn(
            " ", key="open_row", on_click=filters.open_clicked, args=("open_row", list(found["model"])), pinned=True, width=80
        ),
        "name": st.column_config.TextColumn(say(COLUMNS["name"]), pinned=True, width="medium"),
        "status": status_column(say(COLUMNS["status"])),
        "volume": st.column_config.LineChartColumn(say("Predictions over time"), y_min=0, width="small"),
        "last_prediction_at": _day_column("last_prediction_at"),
        "predictions": st.column_config.NumberColumn(say(COLUMNS["predictions"]), format="localized"),
    }
    for area in [column for column in shown.columns if column in AREAS]:
        config[area] = status_column(say(AREAS[area]))
    for column in ("process", "accountable_executive", "stage", "version"):
        config[column] = say(COLUMNS[column])
    rows_height = 35 * (len(shown) + 1) + 3
    st.dataframe(
        shown, column_config=config, hide_index=True, key="inventory", alt=say("Inventory of models"),
        height=min(INVENTORY_HEIGHT, rows_height),
    )  # fmt: skip
    download(found, "inventory")


def onward() -> None:
    """Links to the other pages about the same model."""
    with st.container(horizontal=True):
        frame.link("performance", "Performance", ":material/monitoring:")
        frame.link("drift", "Drift", ":material/swap_horiz:")
        frame.link("inventory", "All models", ":material/inventory_2:")


def purpose_and_people(card: ModelCard, people: Mapping[str, str]) -> None:
    """What the model does and for whom, beside the people who answer for it."""
    left, right = frame.halves()
    with left, st.container(border=True, height="stretch"):
        st.markdown(f"##### {say('What it does, and for whom')}")
        frame.facts(_purpose(card))
    with right, st.container(border=True, height="stretch"):
        st.markdown(f"##### {say('Who answers for it')}")
        frame.facts({ROLES[role]: people.get(role, "") or say("nobody") for role in ROLES})


def _purpose(card: ModelCard) -> dict[str, str]:
    business = card.business
    missing = say("not stated")
    period = filters.GRAIN_WORDS[card.period]
    return {
        "Summary": card.summary.in_language(language()) if card.summary else missing,
        "Business question": business.question.in_language(language()) if business.question else missing,
        "Business process": business.process or missing,
        "Approved uses": ", ".join(business.purposes) or missing,
        "How decisions are made": say(AUTOMATION[business.automation]) if business.automation else missing,
        "It predicts": say(TASKS[card.task]),
        "Stage": say(STAGES[card.status]) if card.status else missing,
        "Watched in": say(period),
    }


def targets(wanted: pd.DataFrame, subject: Subject) -> None:
    """Key metrics as tiles with value, target and limit."""
    if wanted.empty:
        frame.empty("No target is set", say("Name key metrics with target and limit on the card, under “business: key_metrics”."))
        return
    with st.grid(4, min_column_width=210):
        for position, row in enumerate(wanted.to_dict("records")):
            with st.container(border=True, key=f"target_{position}", height="stretch"):
                told = {
                    key: frame.escaped(metric_value(row["metric"], row[key], language(), subject.unit))
                    for key in ("value", "target", "limit", "low", "high")
                }
                st.markdown(f"{frame.badge(row['status'])}  \n{frame.escaped(metric_name(row['metric'], language()))}")
                st.markdown(f"## {told['value']}")
                st.caption(say("target {target}, limit {limit}", target=told["target"], limit=told["limit"]))
                st.caption(say("95 % interval: {low} to {high}", low=told["low"], high=told["high"]))


def areas(status: pd.DataFrame) -> None:
    """Every area with its status and reason."""
    shown = status[["area", "status", "reason"]].copy()
    shown["area"] = [say(AREAS.get(area, area)) for area in shown["area"]]
    wide = {"reason": st.column_config.TextColumn(say(COLUMNS["reason"]), width="large")}
    table(shown, "areas", say("Status by area"), wide)


def versions(known: pd.DataFrame) -> None:
    """The versions and where each came from."""
    days = {column: _day_column(column) for column in ("trained_at", "deployed_at")}
    table(known, "versions", say("Versions of the model"), days)


def timeline(events: pd.DataFrame) -> None:
    """Deployments, incidents and other events."""
    if events.empty:
        frame.empty("Nothing has happened yet", say("Deployments and incidents arrive with “ingest events”."), ":material/event:")
        return
    days = {column: _day_column(column) for column in ("at", "until")}
    table(events, "timeline", say("What happened to the model"), days)


def whole_card(card: pd.DataFrame) -> None:
    """Everything that the card says."""
    with st.expander(say("The whole model card"), icon=":material/badge:"):
        table(card, "card", say("The whole model card"))


def over_time_title(metric: str) -> str:
    """Heading of the chart over time."""
    return say("{metric} over time", metric=metric_name(metric, language()))


@st.fragment
def threshold(confusion: pd.DataFrame, card: ModelCard) -> None:
    """The four kinds of right and wrong, moved by a slider without computing anything again."""
    if confusion.empty or confusion[["true_positive", "true_negative"]].isna().all(axis=None):
        message = say("This needs a yes-or-no model with known outcomes in the window.")
        frame.empty("No decisions to count", message, ":material/grid_view:")
        return
    with st.container(border=True, key="card_threshold"):
        st.markdown(f"##### {say('What the threshold does')}")
        drawing, figures, known = st.tabs([say("Chart"), say("Table"), say("How do we know this?")], key="tabs_threshold")
        with drawing:
            _threshold_chart(confusion, card)
        with figures:
            table(confusion, "confusion", say("What the threshold does"))
        with known:
            frame.explain(origins.threshold(card))


def _threshold_chart(confusion: pd.DataFrame, card: ModelCard) -> None:
    cut = filters.pick_threshold(card.data.threshold)
    chosen = rows.at_threshold(confusion, cut)
    with st.container(horizontal=True):
        for metric in ("precision", "recall", "f1", "selected_share"):
            label = say(COLUMNS[metric])
            st.metric(label, metric_value("accuracy", chosen[metric], language()))
    frame.draw(confusion_matrix(confusion, cut, frame.look()), say("What the threshold does"), "confusion")


def worst_segments(segments: pd.DataFrame, metric: str, subject: Subject) -> None:
    """The segment that costs most, in a sentence."""
    if segments.empty:
        message = say("Name columns under “data: segments” on the card; values appear when outcomes are known.")
        frame.empty("No segments to compare", message, ":material/groups:")
        return
    told = rows.worst_segment(segments, metric, subject)
    st.markdown(frame.escaped(told))


def evidently_report(card: ModelCard, picked: filters.Picked, reference: filters.Reference) -> None:
    """The button for an Evidently report of the window, its progress, and its download."""
    from dashboard.ui import reports

    with st.container(border=True, key="evidently"):
        st.markdown(f"##### {say('Evidently report for this window')}")
        st.caption(say("A second opinion by the Evidently library, built aside from a sample of the rows; it takes about a minute."))
        reports.offer(card, picked, reference)
