"""Charts of value: what happened beside the money, the window of a promise, amounts as readers see them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dashboard.charts.look import Look
from dashboard.charts.promise import promise_over_time
from dashboard.charts.value import money, value_over_time
from dashboard.ui.panels.model import rows
from dashboard.views.query import Query
from dashboard.words import rounded_money
from tests.gallery import gallery

LOOK = Look("en")


def frame(name: str, state: str = "alarming") -> pd.DataFrame:
    return gallery(state).read(name, Query(model="flight-delay"))


def test_what_happened_within_the_periods_is_marked_beside_the_money() -> None:
    known = rows.history(frame("timeline"), "en")
    late = known.iloc[[0]].assign(at=pd.Timestamp("2019-01-01"))
    figure = value_over_time(frame("value"), pd.concat([known, late]), LOOK)
    marks = [str(day)[:10] for trace in figure.data if trace.yaxis == "y2" for day in trace.x]
    assert sorted(marks) == ["2013-04-01", "2013-04-21"]


def test_a_promise_from_the_beginning_stands_where_it_was_recorded() -> None:
    lines = frame("promises", "healthy").assign(signer="Anna Keller")
    figure = promise_over_time(lines, date(2013, 12, 1), pd.DataFrame(), LOOK)
    (mark,) = (trace for trace in figure.data if trace.mode == "markers")
    assert [str(day) for day in mark.x] == ["2013-02-01"]
    assert list(figure.layout.xaxis.range) == ["2012-12-03", "2014-01-30"]


@pytest.mark.parametrize(
    ("amount", "rounded", "text"),
    [
        (45.678, 45.68, "45.7 EUR"), (99.996, 100, "100 EUR"), (100.4, 100, "100 EUR"), (-1234.5, -1234, "-1,234 EUR"),
        (12.0, 12.0, "12 EUR"), (0.0123, 0.01, "0.012 EUR"), (0.0, 0.0, "0 EUR"),
    ],
)  # fmt: skip
def test_money_is_rounded_in_one_way(amount: float, rounded: float, text: str) -> None:
    assert rounded_money(amount) == rounded
    assert money(amount, "EUR", "en").replace("\u2212", "-") == text
