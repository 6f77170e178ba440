"""How many models stand where, by area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import STATUS_COLOURS, STATUSES, Look, blank
from dashboard.words import number

if TYPE_CHECKING:
    import plotly.graph_objects as go


@drawn_once
def status_counts(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Models by area and status as lying bars; `frame` has `area`, `status`, `models`, areas in reading order."""
    areas = list(dict.fromkeys(frame["area"]))[::-1]
    figure = blank(look, height=max(180, 60 + 30 * len(areas)))
    for status in STATUSES:
        rows = frame[frame["status"] == status]
        figure.add_bar(
            x=rows["models"],
            y=rows["area"],
            orientation="h",
            name=look.status(status),
            marker={"color": STATUS_COLOURS[status]},
            text=[number(int(count), look.language) if count else "" for count in rows["models"]],
            textangle=0,
            insidetextanchor="middle",
            hovertemplate=f"<b>%{{y}}</b><br>{look.status(status)}: %{{x}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_yaxes(categoryorder="array", categoryarray=areas)
    most = int(frame.groupby("area")["models"].sum().max()) if len(frame) else 1
    figure.update_xaxes(title_text=look.say("models"), tickformat=",d", dtick=max(1, round(most / 5)), range=[0, most])
    return figure
