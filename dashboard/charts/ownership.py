"""Who carries how many models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREEN, PURPLE, Look, blank
from dashboard.words import mark, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHOWN = 12
PARTS = {
    "accountable": (mark("answers for"), BLUE),
    "deputy": (mark("stands in for"), PURPLE),
    "kept": (mark("keeps running"), GREEN),
}


@drawn_once
def load_by_person(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Models by person and how they are carried, as lying bars; the people who carry most.

    `frame` has `person_name`, `team`, `accountable`, `deputy`, `kept`, most first.
    """
    rows = frame.head(SHOWN)
    people = list(rows["person_name"])
    figure = blank(look, height=max(200, 70 + 26 * len(people)))
    for column, (word, colour) in PARTS.items():
        figure.add_bar(
            x=rows[column],
            y=people,
            orientation="h",
            name=look.say(word),
            marker={"color": colour},
            text=[number(int(count), look.language) if count else "" for count in rows[column]],
            textangle=0,
            insidetextanchor="middle",
            customdata=rows["team"].fillna("–"),
            hovertemplate=f"<b>%{{y}}</b> (%{{customdata}})<br>{look.say(word)}: %{{x}}<extra></extra>",
        )
    most = int(rows[list(PARTS)].sum(axis=1).max()) if len(rows) else 1
    figure.update_layout(barmode="stack", bargap=0.3)
    figure.update_yaxes(categoryorder="array", categoryarray=people[::-1])
    figure.update_xaxes(title_text=look.say("models"), tickformat=",d", dtick=max(1, round(most / 5)))
    return figure
