"""Figures are drawn once for the same rows, and go to the browser as they were checked, without foreign tags."""

import json

import pandas as pd
import plotly.io
import plotly.tools

from dashboard.charts.drawn_once import MOST_KEPT, _content, drawn_once
from dashboard.charts.harmless import harmless
from dashboard.charts.look import Look, blank
from dashboard.charts.performance import Around


def bars(frame: pd.DataFrame, look: Look, seen: list[int]):
    seen.append(len(frame))
    figure = blank(look)
    figure.add_bar(x=frame["x"], y=frame["y"], text=frame["name"])
    return figure


def frame(*names: object) -> pd.DataFrame:
    return pd.DataFrame({"x": range(len(names)), "y": 1.5, "name": list(names)})


def test_the_same_rows_are_drawn_once_and_others_anew():
    drawn: list[int] = []
    chart = drawn_once(lambda rows, look: bars(rows, look, drawn))
    first = chart(frame("a", None), Look("en"))
    assert chart(frame("a", None), Look("en")) is first
    assert chart(frame("a", "b"), Look("en")) is not first
    assert chart(frame("a", None), Look("de")) is not first
    assert chart(frame("a", None)[["y", "x", "name"]], Look("en")) is not first
    assert len(drawn) == 4


def test_rows_that_only_look_alike_are_told_apart():
    chart = drawn_once(lambda rows, look: bars(rows, look, []))
    alike = [frame(value, "end") for value in (1, True, 1.0, "1", None, "None", pd.NaT)]
    around = [Around(targets=rows) for rows in alike]
    assert len({id(chart(rows, Look("en"))) for rows in alike}) == len(alike)
    assert len({_content(one) for one in around}) == len(alike)
    assert _content(around[0]) == _content(Around(targets=frame(1, "end")))


def test_only_the_last_figures_are_kept():
    drawn: list[int] = []
    chart = drawn_once(lambda rows, look: bars(rows, look, drawn))
    for number in range(MOST_KEPT + 1):
        chart(frame(f"{number}"), Look("en"))
    chart(frame(f"{MOST_KEPT}"), Look("en"))
    assert len(drawn) == MOST_KEPT + 1
    chart(frame("0"), Look("en"))
    assert len(drawn) == MOST_KEPT + 2


def test_what_is_sent_is_the_figure_with_foreign_tags_as_text():
    figure = bars(frame('<a href="x">one</a>', "<b>two</b>"), Look("en"), [])
    sent = plotly.tools.return_figure_from_figure_or_data(harmless(figure), validate_figure=True)
    found, expected = (json.loads(plotly.io.to_json(one, validate=False)) for one in (sent, figure))
    assert found["data"][0].pop("text") == ['&lt;a href="x">one&lt;/a>', "<b>two</b>"]
    assert expected["data"][0].pop("text") == ['<a href="x">one</a>', "<b>two</b>"]
    assert found == expected
    assert harmless(figure) is harmless(figure)
