"""How far the minimum rules are kept, by rule and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import GREEN, SERIES, VERMILLION, Look, blank
from dashboard.words import mark, number, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

KEPT, BROKEN = mark("met"), mark("broken")


@drawn_once
def rules_kept(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Models by rule as lying bars; `frame` has `title`, `kept`, `broken`, in reading order."""
    figure = blank(look, height=max(200, 60 + 30 * len(frame)))
    for column, colour, word in (("broken", VERMILLION, BROKEN), ("kept", GREEN, KEPT)):
        figure.add_bar(
            x=frame[column],
            y=frame["title"],
            orientation="h",
            name=look.say(word),
            marker={"color": colour},
            text=[number(int(count), look.language) if count else "" for count in frame[column]],
            textangle=0,
            insidetextanchor="middle",
            hovertemplate=f"<b>%{{y}}</b><br>{look.say(word)}: %{{x}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_yaxes(categoryorder="array", categoryarray=list(frame["title"])[::-1])
    figure.update_xaxes(title_text=look.say("models"), tickformat=",d")
    return figure


@drawn_once
def rules_over_time(frame: pd.DataFrame, look: Look) -> go.Figure:
    """The share kept by team and month; `frame` has `period`, `team`, `team_name`, `share`, `kept`, `due`.

    A team has its colour by its id: it is the same in every language.
    """
    figure = blank(look)
    for position, (_, part) in enumerate(frame.groupby("team", sort=True, dropna=False)):
        team = part["team_name"].iloc[0]
        figure.add_scatter(
            x=pd.to_datetime(part["period"].astype(str)),
            y=part["share"],
            name=str(team),
            mode="lines+markers",
            line={"color": SERIES[position % len(SERIES)]},
            text=[
                f"{share(float(str(row.share)), look.language, 0)} ({row.kept} / {row.due})"
                for row in part.itertuples(index=False)
            ],
            hovertemplate=f"<b>{team}</b><br>%{{x|%b %Y}}: %{{text}}<extra></extra>",
        )
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure
