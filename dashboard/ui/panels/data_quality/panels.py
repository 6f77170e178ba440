"""Parts of the pages of data quality: dimensions, faults, checks over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.quality import checks_over_time
from dashboard.ui.labels.quality import DIMENSIONS, FAULT_CAUSES, FAULT_STATES, QUESTIONS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.data_quality import answers, forms
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters, model_lists
from dashboard.ui.widgets.answers import Subject, worst
from dashboard.ui.widgets.names import actor_name
from dashboard.ui.widgets.tables import table
from dashboard.views.quality_faults import COUNTED
from dashboard.views.records import records
from dashboard.words import period_name

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

Row = Mapping[str, Any]
SHOWN = 10
AS_TABLE = [
    "name", "feature", "dimension", "check", "status", "since", "until", "affected_predictions", "value", "importance",
    "affected_value", "others_value", "cost", "currency", "state", "assigned_to", "reason", "source",
]  # fmt: skip
CHECKS_AS_TABLE = [
    "period", "label", "dimension", "status", "affected_predictions", "rows", "value", "limit", "importance", "since",
    "reason", "source",
]  # fmt: skip


def dimensions(checks: pd.DataFrame) -> None:
    """Each dimension with its question, its status in the latest period with its checks, and how many of them fail."""
    for place, (dimension, word) in zip(st.columns(len(DIMENSIONS)), DIMENSIONS.items(), strict=True):
        rows = checks[checks["dimension"] == dimension]
        rows = rows[rows["period"] == max(rows["period"])] if len(rows) else rows
        status = worst(rows["status"]) if len(rows) else "unknown"
        failed = int(rows["status"].isin(["warn", "alert"]).sum())
        with place, st.container(border=True, key=f"dimension_{dimension}"):
            st.markdown(f"**{badges.escaped(say(word))}**  \n{badges.badge(status)}")
            st.caption(say(QUESTIONS[dimension]))
            if len(rows):
                st.caption(say("{failed} of {n} checks fail.", failed=failed, n=len(rows)))
            else:
                st.caption(say("Nothing is checked here."))


@part
def explored(known: pd.DataFrame, status: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Filters, and what they leave of the faults of all models: the answer and the list.

    `known` has the columns of `quality-faults`, `name` and `label`; `status` are the rows of the area quality.
    """
    present, word_of = model_lists.present, filters.word_of
    with layout.filter_bar(4):
        chosen = {
            "model": filters.pick_some(
                "fault_model", say("Model"), present(known, "model"), lambda model: names.get(model, model)
            ),
            "dimension": filters.pick_some("dimension", say("Dimension"), list(DIMENSIONS), word_of(DIMENSIONS)),
            "state": filters.pick_some("fault_state", say("State"), list(FAULT_STATES), word_of(FAULT_STATES)),
        }
    found = model_lists.narrowed(known, chosen)
    if found.empty and len(known):
        layout.answer(answers.portfolio(known, status, language()))
        layout.empty(say("No matching fault"), say("Remove a filter or search for less."), ":material/search_off:")
        return
    layout.answer(answers.portfolio(found, status, language()))
    faults(found, Subject("", language()), checked=bool((status["status"] != "unknown").any()))


def faults(found: pd.DataFrame, subject: Subject, *, checked: bool) -> None:
    """The faults that go on, then those that are over; `found` has the view's columns and `name`, `label`.

    Where nothing is `checked` it is not said that there is none.
    """
    if found.empty and not checked:
        layout.empty(say("Nothing is checked yet"), say("Run “monitor”, or name a reference on the card."))
        return
    if found.empty:
        layout.empty(say("No fault of the data"), say("What fails opens one here."), ":material/verified:")
        return
    organisation = data.organisation()
    here, given_up = answers.ongoing(found), answers.unclear(found)
    parts = {say("Going on"): here, say("No longer checked"): given_up}
    parts |= {say("Over or resolved"): found.drop(index=[*here.index, *given_up.index])}
    labels = [f"{word} ({len(rows)})" for word, rows in parts.items()]
    first = next((label for label, rows in zip(labels, parts.values(), strict=True) if len(rows)), labels[-1])
    for place, rows in zip(st.tabs(labels, default=first, key="fault_parts"), parts.values(), strict=True):
        with place:
            _cards(rows, subject, organisation)
    with st.expander(say("Show all as a table"), icon=":material/table:"):
        words = {"dimension": DIMENSIONS, "state": FAULT_STATES}
        shown = found.assign(**{name: [say(known[one]) for one in found[name]] for name, known in words.items()})
        shown = shown.assign(
            check=[answers.check_word(one, language()) for one in found["check"]],
            source=[say("the log") if one == COUNTED else one for one in found["source"]],
            feature=found["label"],
            since=[period_name(str(one), language()) for one in found["since"]],
            until=[period_name(str(one), language()) for one in found["until"]],
            assigned_to=pd.Series(
                [actor_name(one, organisation, language()) or None for one in found["assigned_to"]], dtype=object
            ).to_numpy(),
        )
        table(shown[AS_TABLE], "quality-faults", "faults", say("Faults of the data"))


def _cards(found: pd.DataFrame, subject: Subject, organisation: Organisation) -> None:
    if found.empty:
        st.caption(say("None."))
    for row in records(found.head(SHOWN)):
        with st.container(border=True, key=f"fault_{row['fault']}"):
            _card(row, subject, organisation)
            if not subject.name:
                st.button(
                    say("Open"), key=f"go_{row['fault']}", on_click=filters.open_model, args=(row["model"], "quality"),
                    icon=":material/arrow_forward:",
                )  # fmt: skip
            forms.doable(row, organisation)
    if len(found) > SHOWN:
        st.caption(say("More in the table below: {n}.", n=len(found) - SHOWN))


def _card(row: Row, subject: Subject, organisation: Organisation) -> None:
    name = f"**{badges.escaped(row['name'])}** · " if not subject.name else ""
    what = row["label"] if isinstance(row["label"], str) else say("whole rows")
    title = f"{badges.escaped(what)} · {badges.escaped(answers.check_word(row['check'], language()))}"
    heading = f"{badges.badge(row['status'])} {name}{title} · *{badges.escaped(say(DIMENSIONS[row['dimension']]))}*"
    lines = [heading, badges.escaped(row["reason"])]
    if harm := answers.harm(row, subject):
        lines.append(badges.escaped(harm))
    st.markdown("  \n".join(lines))
    st.caption(badges.escaped(" · ".join([*answers.facts(row, subject), *_care(row, organisation)])))


def _care(row: Row, organisation: Organisation) -> Sequence[str]:
    """Who has seen it, takes care of it, or has resolved it and why."""
    names = {
        name: actor_name(row[name], organisation, language())
        for name in ("acknowledged_by", "assigned_to", "resolved_by")
        if isinstance(row[name], str)
    }
    if "resolved_by" in names:
        values = {"person": names["resolved_by"], "cause": say(FAULT_CAUSES[row["cause"]])}
        return [say("resolved by {person}: {cause}", **values), str(row["resolved_because"])]
    if "assigned_to" in names:
        return [say("{person} is taking care of it", person=names["assigned_to"])]
    if "acknowledged_by" in names:
        return [say("seen by {person}", person=names["acknowledged_by"])]
    return []


def over_time(checks: pd.DataFrame) -> None:
    """Every check by period as a chart, and as a table with what fails first."""
    if checks.empty:
        layout.empty(say("Nothing is checked yet"), say("Run “monitor”, or name a reference on the card."))
        return
    meaning = say(
        "Each line is a check of one feature or of whole rows; red and yellow periods failed it. Checks hold in both "
        "halves of the reference, and fail only beyond chance."
    )
    source = say("Summaries of the prediction log, and the ranges and rules of the card.")
    origin = Origin(meaning, source)
    checks = checks.assign(source=[say("the log") if one == COUNTED else one for one in checks["source"]])
    layout.chart(
        say("Checks by period"), checks_over_time(checks, layout.look()), checks[CHECKS_AS_TABLE], "quality", origin,
        "checks",
    )  # fmt: skip
