"""How many predictions were made and how many outcomes are known; also the line on which windows are picked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREY, ORANGE, SERIES, Look, blank, faint
from dashboard.charts.performance import add_timeline, upright
from dashboard.periods import period_middle
from dashboard.views.records import records
from dashboard.words import number, period_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

Days = tuple[date, date]


@drawn_once
def volume_over_time(frame: pd.DataFrame, look: Look, timeline: pd.DataFrame | None = None) -> go.Figure:
    """Predictions per period, stacked by model; `frame` has the columns of the `volumes` view plus `label`."""
    figure = blank(look, height=280)
    for position, (label, rows) in enumerate(frame.groupby("label", sort=False)):
        figure.add_bar(
            x=[period_middle(period) for period in rows["period"]],
            y=rows["predictions"],
            name=str(label),
            marker={"color": SERIES[position % len(SERIES)]},
            customdata=_counted(rows, look),
            hovertemplate=f"<b>{label}</b><br>%{{customdata}}<extra></extra>",
        )
    if timeline is not None:
        add_timeline(figure, timeline, look)
    figure.update_layout(barmode="stack", bargap=0.1)
    figure.update_yaxes(title_text=look.say("predictions"))
    return figure


def _counted(rows: pd.DataFrame, look: Look) -> list[str]:
    return [
        look.say("{period}: {n} predictions, outcome known for {labelled}").format(
            period=period_name(row["period"], look.language),
            n=number(int(row["predictions"]), look.language),
            labelled=number(int(row["labelled"] or 0), look.language),
        )
        for row in records(rows)
    ]


@drawn_once
def time_line(
    frame: pd.DataFrame, windows: tuple[Days | None, Days | None], timeline: pd.DataFrame, look: Look
) -> go.Figure:
    """Volume of one model with the reference and the current window shaded; dragging across it picks a window."""
    figure = blank(look, height=190)
    figure.add_bar(
        x=[period_middle(period) for period in frame["period"]],
        y=frame["predictions"],
        marker={"color": BLUE},
        customdata=_counted(frame, look),
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    shapes, annotations = [], []
    shades = ((windows[0], look.say("reference"), GREY), (windows[1], look.say("current window"), ORANGE))
    for window, word, colour in shades:
        if window is None:
            continue
        end = (pd.Timestamp(window[1]) + pd.Timedelta(days=1)).isoformat()
        line = {"width": 1, "color": colour}
        shapes.append(upright("rect", window[0].isoformat(), end, fillcolor=faint(colour, 0.3), line=line))
        annotations.append(
            {
                "x": window[0].isoformat(),
                "y": 1,
                "yref": "y domain",
                "yanchor": "bottom",
                "xanchor": "left",
                "text": word,
                "showarrow": False,
                "font": {"size": 11, "color": colour},
            }
        )
    figure.update_layout(shapes=shapes, annotations=annotations)
    add_timeline(figure, timeline, look)
    figure.update_layout(dragmode="select", selectdirection="h", bargap=0.1, margin={"t": 24}, showlegend=False)
    figure.update_yaxes(title_text=look.say("predictions"), fixedrange=True)
    return figure
