"""What happened around a model, lane by lane on one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import GREY, STATUS_COLOURS, Look, blank, faint
from dashboard.views.records import records
from dashboard.words import day, mark

if TYPE_CHECKING:
    import plotly.graph_objects as go

LANE_WORDS = {
    "outside": mark("Outside"),
    "upstream": mark("Data sources"),
    "quality": mark("Data quality"),
    "drift": mark("Drift"),
    "deployment": mark("Versions"),
    "environment": mark("Environment"),
    "incident": mark("Incidents"),
    "performance": mark("Performance"),
    "value": mark("Business value"),
}
# Lines of one lane; what overlaps more often is left to the table.
MOST_LINES = 5
LINE = 26
SHOWN_SIGNS = 48
SYMBOLS = {"deployment": "triangle-right", "environment": "square", "upstream": "diamond-tall"}


@drawn_once
def causes_over_time(frame: pd.DataFrame, today: date, look: Look) -> go.Figure:
    """The rows of the view `causes` as bars and marks, in lanes from the data to the harm; all lanes are named."""
    lines: list[tuple[str, dict[str, Any]]] = []
    ticks, places = [], []
    shapes: list[dict[str, Any]] = []
    place = 0
    for lane, word in LANE_WORDS.items():
        rows = list(records(frame[frame["lane"] == lane]))
        packed = _packed(rows, today)[:MOST_LINES] or [[]]
        for place_within, line in enumerate(packed):
            lines += [(lane, {**row, "place": place + place_within}) for row in line]
        ticks.append(look.say(word))
        places.append(place + (len(packed) - 1) / 2)
        place += len(packed)
        shapes.append(
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": place - 0.5, "y1": place - 0.5}
            | {"line": {"width": 1, "color": faint(GREY, 0.4)}, "layer": "below"}
        )
    figure = blank(look, height=70 + LINE * place)
    for lane, row in lines:
        _add(figure, lane, row, today, look)
    figure.update_layout(shapes=shapes, showlegend=False, barmode="overlay", bargap=0.25)
    figure.update_yaxes(tickvals=places, ticktext=ticks, range=[place - 0.5, -0.5], fixedrange=True, showgrid=False)
    figure.update_xaxes(type="date", side="top")
    return figure


def _packed(rows: Sequence[dict[str, Any]], today: date) -> list[list[dict[str, Any]]]:
    """Rows in as few lines as hold them without overlap; alerts and long ones first, so that they are seen."""
    ranked = sorted(rows, key=lambda row: (row["status"] != "alert", -(_end(row, today) - _begin(row)).days))
    lines: list[list[dict[str, Any]]] = []
    for row in ranked:
        free = next((line for line in lines if not any(_overlap(row, other, today) for other in line)), None)
        if free is None:
            lines.append([row])
        else:
            free.append(row)
    return lines


def _overlap(row: dict[str, Any], other: dict[str, Any], today: date) -> bool:
    return _begin(row) <= _end(other, today) and _begin(other) <= _end(row, today)


def _begin(row: dict[str, Any]) -> date:
    return date.fromisoformat(row["begins"])


def _end(row: dict[str, Any], today: date) -> date:
    return max(_begin(row), date.fromisoformat(row["ends"]) if row["ends"] else today)


def _add(figure: go.Figure, lane: str, row: dict[str, Any], today: date, look: Look) -> None:
    begin, end = _begin(row), _end(row, today)
    colour = STATUS_COLOURS[row["status"]]
    hover = f"<b>{row['what']}</b><br>{_span(row, look)}<extra></extra>"
    if row["ends"] is not None and row["begins"] == row["ends"]:
        figure.add_scatter(
            x=[begin], y=[row["place"]], mode="markers", hovertemplate=hover,
            marker={"symbol": SYMBOLS.get(lane, "star"), "size": 12, "color": colour},
        )  # fmt: skip
        return
    length = (end + timedelta(days=1) - begin).total_seconds() * 1000
    figure.add_bar(
        x=[length], base=[begin.isoformat()], y=[row["place"]], orientation="h", hovertemplate=hover,
        text=[shorten(row["what"], SHOWN_SIGNS, placeholder="…")], textposition="inside", insidetextanchor="start",
        textangle=0, marker={"color": colour},
    )  # fmt: skip


def _span(row: dict[str, Any], look: Look) -> str:
    first = day(_begin(row), look.language)
    if row["ends"] is None:
        return look.say("since {day}").format(day=first)
    last = day(date.fromisoformat(row["ends"]), look.language)
    return first if row["begins"] == row["ends"] else look.say("{first} to {last}").format(first=first, last=last)
