"""What was believed about a model on a day, and what turned out: a figure of choice as chart and table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.metrics import is_known
from dashboard.charts.two_clocks import ESTIMATED, MEASURED, believed_and_known, written
from dashboard.measures.judging.areas import judging_grain
from dashboard.schema.times import FIRST_YEAR
from dashboard.ui.labels.models import AREAS
from dashboard.ui.labels.value import ANSWERS, SOURCES as VALUE_SOURCES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.session import data
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.session.selection import Picked, usual_period
from dashboard.ui.widgets import badges, dates, filters
from dashboard.ui.widgets.tables import list_of
from dashboard.views.records import records
from dashboard.views.two_clocks import USUAL
from dashboard.words import mark, period_name

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

# So many periods with another verdict are named.
MOST_TURNED = 3
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
    of_day = Picked(card.id).query(on=day)
    if found.empty:
        layout.empty(
            say("Nothing was known on that day"),
            say("Choose a day on which the model had predicted and was monitored."),
            ":material/history_toggle_off:",
        )
        return
    _figures(found, metric)
    _money(data.read("value-two-clocks", replace(of_day, by=judging_grain(card))))
    _statuses(data.read("status-two-clocks", of_day))


def _figures(found: pd.DataFrame, metric: str) -> None:
    """One metric, as it was shown and as it is known now."""
    shown = found[found["metric"] == metric]
    st.markdown(badges.escaped(sentence(shown, metric)))
    words = [say(SOURCES[one]) if one in SOURCES else None for one in shown["believed_source"]]
    table = shown.assign(believed_source=pd.Series(words, index=shown.index, dtype=object))
    figure = believed_and_known(shown, metric, layout.look())
    layout.chart(layout.metric_word(metric), figure, table, "two-clocks", _origin(), "two_clocks")


def _money(found: pd.DataFrame) -> None:
    """Money of periods, as it was shown and as it is known now; `found` has the columns of `value-two-clocks`."""
    if found["believed"].isna().all():
        return
    st.markdown(badges.escaped(sentence(found, None)))
    changed = [row for row in records(found) if row["verdict"] and row["verdict"] != row["believed_verdict"]]
    for row in changed[-MOST_TURNED:]:
        message = mark("{when}: the answer to “does it deliver its value?” was “{before}” and is “{after}”.")
        words = {"before": say(ANSWERS[row["believed_verdict"]]), "after": say(ANSWERS[row["verdict"]])}
        st.markdown(badges.escaped(say(message, when=period_name(row["period"], language()), **words)))
    in_words = {
        name: pd.Series([say(words[one]) if one in words else None for one in found[name]], found.index, dtype=object)
        for name, words in (
            ("believed_source", VALUE_SOURCES), ("source", VALUE_SOURCES), ("believed_verdict", ANSWERS),
            ("verdict", ANSWERS),
        )
    }  # fmt: skip
    figure = believed_and_known(found, None, layout.look())
    layout.chart(say("Value"), figure, found.assign(**in_words), "value-two-clocks", _origin(), "value_two_clocks")


def _statuses(found: pd.DataFrame) -> None:
    """Areas whose status of that day is another one by what is known now, else that none is."""
    if found.empty:
        return
    turned = found[found["believed_status"] != found["status"]]
    if turned.empty:
        st.markdown(badges.escaped(say("By what is known now, every status of that day is what it was then.")))
        return
    st.markdown(badges.escaped(say("By what is known now, {n} statuses of that day are others.", n=len(turned))))
    shown = turned.assign(area=[say(AREAS.get(one, one)) for one in turned["area"]])
    list_of(
        shown[["area", "believed_reason", "believed_status", "reason", "status"]], "status-two-clocks", "status_then"
    )


def sentence(shown: pd.DataFrame, metric: str | None) -> str:
    """The period that turned out most different from what was believed; or that nothing new is known.

    Of a metric, or for None of money.
    """
    rows = [row for row in records(shown) if is_known(row["difference"])]
    if not rows:
        return say("Of none of these periods is an outcome known by now.")
    worst = max(rows, key=lambda row: abs(row["difference"]))
    if not worst["difference"]:
        return say("What was believed on that day is what is known now.")
    values = {
        "day": dates.whole_day(worst["believed_on"]),
        "when": period_name(worst["period"], language()),
        "believed": written(worst, "believed", language()),
        "value": written(worst, "value", language()),
    }
    if metric is None:
        return say("On {day} the page showed a value of {believed} for {when}; by now it is {value}.", **values)
    message = mark(
        "On {day} the page showed {metric} {believed} for {when}; with {labelled} outcomes known it is {value}."
    )
    return say(message, metric=layout.metric_word(metric), labelled=int(worst["labelled"]), **values)


def _origin() -> Origin:
    return Origin(
        say(
            "Each figure has two clocks: the period that it is about, and the day on which it was known. Orange is "
            "what the pages showed at the end of the chosen day, from outcomes known then or, hollow, estimated from "
            "scores alone; blue is what is known now. Bars are 95% intervals."
        ),
        say("The figures of the log as they were known on that day, and as they are known now; nothing is kept twice."),
    )
