"""What was believed about a model on a day, and what turned out: a figure of choice as chart and table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.metrics import is_known, metric_value
from dashboard.charts.two_clocks import ESTIMATED, MEASURED, believed_and_known
from dashboard.schema.times import FIRST_YEAR
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.session import data
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.session.selection import Picked, usual_period
from dashboard.ui.widgets import badges, dates, filters
from dashboard.views.records import records
from dashboard.views.two_clocks import USUAL
from dashboard.words import mark, period_name

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

SOURCES = {"measured": MEASURED, "estimated": ESTIMATED}


@part
def believed(card: ModelCard) -> None:
    """The day and the figure to pick, then what was believed and what is known now."""
    layout.section(say("What we believed then, and what was true"))
    today = dates.present().date()
    with st.grid(2, min_column_width=165) as grid:
        with grid.cell():
            picked = st.date_input(
                say("Believed on"), value=today - USUAL, min_value=date(FIRST_YEAR, 1, 1),
                max_value=today - timedelta(days=1), key="believed_on", format=day_pattern(),
            )  # fmt: skip
        day = picked
        found = data.read("two-clocks", Picked(card.id, by=usual_period(card.period)).query(on=day))
        if not found.empty:
            with grid.cell():
                metrics = list(dict.fromkeys(found["metric"]))
                keys = [one.metric for one in card.business.key_metrics if one.metric in metrics]
                order = list(dict.fromkeys([*keys, *metrics]))
                metric = filters.pick_one("believed_metric", say("Figure"), order, layout.metric_word)
    if found.empty:
        layout.empty(
            say("Nothing was known on that day"),
            say("Choose a day on which the model had predicted and was monitored."),
            ":material/history_toggle_off:",
        )
        return
    shown = found[found["metric"] == metric]
    st.markdown(badges.escaped(sentence(shown, metric)))
    words = [say(SOURCES[one]) if one in SOURCES else None for one in shown["believed_source"]]
    table = shown.assign(believed_source=pd.Series(words, index=shown.index, dtype=object))
    figure = believed_and_known(shown, metric, layout.look())
    layout.chart(layout.metric_word(metric), figure, table, "two-clocks", _origin(), "two_clocks")


def sentence(shown: pd.DataFrame, metric: str) -> str:
    """The period that turned out most different from what was believed; or that nothing new is known."""
    rows = [row for row in records(shown) if is_known(row["difference"])]
    if not rows:
        return say("Of none of these periods is an outcome known by now.")
    worst = max(rows, key=lambda row: abs(row["difference"]))
    if not worst["difference"]:
        return say("What was believed on that day is what is known now.")
    values = {
        "day": dates.whole_day(worst["believed_on"]),
        "metric": layout.metric_word(metric),
        "when": period_name(worst["period"], language()),
        "believed": metric_value(metric, worst["believed"], language()),
        "value": metric_value(metric, worst["value"], language()),
        "labelled": int(worst["labelled"]),
    }
    message = mark(
        "On {day} the page showed {metric} {believed} for {when}; with {labelled} outcomes known it is {value}."
    )
    return say(message, **values)


def _origin() -> Origin:
    return Origin(
        say(
            "Each figure has two clocks: the period that it is about, and the day on which it was known. Orange is "
            "what the pages showed at the end of the chosen day, from outcomes known then or, hollow, estimated from "
            "scores alone; blue is what is known now. Bars are 95% intervals."
        ),
        say("The figures of the log as they were known on that day, and as they are known now; nothing is kept twice."),
    )
