"""Whether a model delivers: when nothing was logged, and how often a row came without a prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard.charts.metrics import metric_value
from dashboard.periods import period_end, period_start
from dashboard.ui.layout import layout
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import mark, number, period_name

Days = tuple[date, date]


def longest_pause(periods: Sequence[str]) -> Days | None:
    """The first and last day of the longest time in which no period has a row; None where they follow each other.

    `periods` are labels of one kind, in order.
    """
    pauses = (
        (period_end(before) + timedelta(days=1), period_start(after).date() - timedelta(days=1))
        for before, after in zip(periods, periods[1:], strict=False)
    )
    return max((pause for pause in pauses if pause[0] <= pause[1]), key=lambda pause: pause[1] - pause[0], default=None)


def sentences(found: pd.DataFrame, subject: Subject) -> Iterator[str]:
    """What the rows of the view `availability` say: the longest pause, then rows without a prediction."""
    delivered = [str(period) for period in found.loc[found["requests"] > 0, "period"]]
    ends = {"first": period_start(delivered[0]).date(), "last": period_end(delivered[-1])}
    if pause := longest_pause(delivered):
        message = mark("Logged from {first} to {last}; nothing came from {begin} to {end}, the longest pause.")
        yield subject.say(message, **ends, begin=pause[0], end=pause[1])
    else:
        yield subject.say(mark("Logged from {first} to {last}, without a pause."), **ends)
    missing = int(found["no_prediction"].sum())
    if not missing:
        yield subject.say(mark("Every row came with a prediction."))
        return
    (worst,) = records(found.nlargest(1, "no_prediction_share"))
    values = {
        "missing": number(missing, subject.language),
        "rows": number(int(found["requests"].sum()), subject.language),
        "worst": period_name(str(worst["period"]), subject.language),
        "share": metric_value("accuracy", worst["no_prediction_share"], subject.language),
    }
    message = mark("{missing} of {rows} rows came without a prediction; the worst period is {worst}, with {share}.")
    yield subject.say(message, **values)


def part(found: pd.DataFrame, subject: Subject) -> None:
    """The section of a page: sentences first, every period below; nothing where nothing was logged."""
    if found.empty or not (found["requests"] > 0).any():
        return
    layout.section(say("Is it delivered?"))
    st.markdown(badges.escaped(" ".join(sentences(found, subject))))
    newest_first = found.iloc[::-1].assign(period=[period_name(str(p), language()) for p in found["period"][::-1]])
    with st.expander(say("Rows and predictions, period by period"), icon=":material/table:"):
        table(newest_first, "availability", "availability", say("Rows and predictions, period by period"))
