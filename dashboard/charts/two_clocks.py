"""What was believed on a day beside what is known now, period by period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREY, ORANGE, Look, blank
from dashboard.charts.metrics import is_known, metric_name, metric_value
from dashboard.charts.value import money
from dashboard.periods import period_middle
from dashboard.views.records import records
from dashboard.words import mark, period_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

NOW, MEASURED, ESTIMATED = mark("known now"), mark("measured then"), mark("estimated then")


@drawn_once
def believed_and_known(frame: pd.DataFrame, metric: str | None, look: Look) -> go.Figure:
    """One metric of the view `two-clocks`: marks of then and of now with their 95 % intervals, joined by a line.

    None: money, of the view `value-two-clocks`. The longer the line between both marks of a period, the more wrong it
    was on that day.
    """
    rows = [row for row in records(frame) if metric is None or row["metric"] == metric]
    figure = blank(look)
    for row in rows:
        if is_known(row["believed"]) and is_known(row["value"]):
            figure.add_scatter(
                x=[period_middle(row["period"])] * 2, y=[row["believed"], row["value"]], mode="lines",
                line={"color": GREY, "width": 2}, hoverinfo="skip", showlegend=False,
            )  # fmt: skip
    for name, is_estimated, symbol in ((MEASURED, False, "diamond"), (ESTIMATED, True, "diamond-open")):
        part = [
            row for row in rows
            if is_known(row["believed"]) and (row["believed_source"] == "estimated") == is_estimated
        ]  # fmt: skip
        _marks(figure, part, ("believed", "believed_low", "believed_high"), (look.say(name), symbol, ORANGE), look)
    known = [row for row in rows if is_known(row["value"])]
    _marks(figure, known, ("value", "low", "high"), (look.say(NOW), "circle", BLUE), look)
    title = metric_name(metric, look.language) if metric else next((row["currency"] for row in rows), "")
    figure.update_yaxes(title_text=title)
    figure.update_xaxes(type="date")
    return figure


def _marks(
    figure: go.Figure, rows: list[dict[str, Any]], cells: tuple[str, str, str], style: tuple[str, str, str], look: Look
) -> None:
    if not rows:
        return
    (value, low, high), (name, symbol, colour) = cells, style
    figure.add_scatter(
        x=[period_middle(row["period"]) for row in rows],
        y=[row[value] for row in rows],
        mode="markers",
        name=name,
        marker={"color": colour, "symbol": symbol, "size": 10},
        error_y={
            "type": "data", "symmetric": False, "color": colour, "thickness": 1, "width": 2,
            "array": [_length(row[high], row[value]) for row in rows],
            "arrayminus": [_length(row[value], row[low]) for row in rows],
        },
        customdata=[
            f"<b>{period_name(row['period'], look.language)}</b><br>{name}: "
            f"{written(row, value, look.language)}"
            for row in rows
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def written(row: Mapping[str, Any], name: str, language: str) -> str:
    """A figure of a row as readers see it: money with its currency, else a metric."""
    if "metric" in row:
        return metric_value(row["metric"], row[name], language)
    return money(row[name], row["currency"], language)


def _length(upper: object, lower: object) -> float:
    return max(upper - lower, 0.0) if is_known(upper) and is_known(lower) else 0.0
