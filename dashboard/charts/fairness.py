"""How groups are treated: a hundred people beside a hundred others, and gaps with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import STATUS_COLOURS, Look, blank, faint
from dashboard.periods import period_middle
from dashboard.views.records import records
from dashboard.words import mark, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

ACROSS, PEOPLE = 10, 100
SHOWN_GROUPS = 40
COUNTED, REST = "#2374ab", "#8f9bab"


@drawn_once
def hundred_people(own: float, others: float, names: tuple[str, str], look: Look) -> go.Figure:
    """A hundred cases of a group beside a hundred others, those that are counted (shares of one) in colour."""
    figure = blank(look, height=230)
    for side, share in enumerate((own, others)):
        counted = round(PEOPLE * share)
        left = side * (ACROSS + 2)
        figure.add_scatter(
            x=[left + place % ACROSS for place in range(PEOPLE)],
            y=[-(place // ACROSS) for place in range(PEOPLE)],
            mode="markers",
            marker={
                "size": 12,
                "color": [COUNTED if place < counted else faint(REST, 0.45) for place in range(PEOPLE)],
            },
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_annotation(
            x=left - 0.5, y=1.4, text=f"<b>{names[side]}</b>: {number(counted, look.language)}", showarrow=False,
            xanchor="left",
        )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-1, 2 * ACROSS + 3])
    figure.update_yaxes(visible=False, range=[-ACROSS, 2.2], scaleanchor="x")
    figure.update_layout(margin={"t": 8})
    return figure


@drawn_once
def gaps(frame: pd.DataFrame, look: Look) -> go.Figure:
    """The gap of each group to everybody else with its interval and limit; `frame` as of `group-gaps` with `label`.

    One figure of fairness at a time, the widest gap first.
    """
    shown = frame[frame["gap"].notna()].sort_values("gap", key=abs, ascending=False).head(SHOWN_GROUPS)[::-1]
    figure = blank(look, height=max(200, 90 + 26 * len(shown)))
    limits = shown["limit"].dropna()
    for limit in {float(limits.max())} if len(limits) else set():
        figure.add_vrect(-limit, limit, fillcolor=faint(STATUS_COLOURS["ok"], 0.12), line_width=0)
    figure.add_vline(0, line={"color": REST, "width": 1})
    for row in records(shown):
        low, high = row["gap_low"], row["gap_high"]
        known = pd.notna(low) and pd.notna(high)
        figure.add_scatter(
            x=[row["gap"]],
            y=[row["label"]],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - row["gap"] if known else 0],
                "arrayminus": [row["gap"] - low if known else 0],
            },
            mode="markers",
            marker={"size": 10, "color": STATUS_COLOURS[str(row["status"])]},
            hovertext=str(row["reason"]),
            hoverinfo="text",
            showlegend=False,
        )
    figure.update_xaxes(title=look.say(mark("Difference to everybody else")))
    figure.update_layout(margin={"t": 8})
    return figure


@drawn_once
def group_over_time(frame: pd.DataFrame, names: tuple[str, str], is_share: bool, look: Look) -> go.Figure:
    """One figure of a group and of everybody else by period, with their intervals; `frame` as of `group-history`.

    The green band is as far as the group may lie from everybody else.
    """
    figure = blank(look)
    shown = frame.sort_values("period")
    middles = [period_middle(str(period)) for period in shown["period"]]
    limits = shown["limit"].astype(float)
    if limits.notna().any():
        for sign, fill in ((1, None), (-1, "tonexty")):
            figure.add_scatter(
                x=middles, y=shown["others"] + sign * limits, mode="lines", line={"width": 0}, fill=fill,
                fillcolor=faint(STATUS_COLOURS["ok"], 0.15), hoverinfo="skip", showlegend=False,
            )  # fmt: skip
    for name, colour, (value, low, high) in (
        (names[1], REST, ("others", "others_low", "others_high")),
        (names[0], COUNTED, ("value", "low", "high")),
    ):
        figure.add_scatter(
            x=middles,
            y=shown[value],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (shown[high] - shown[value]).fillna(0),
                "arrayminus": (shown[value] - shown[low]).fillna(0),
                "thickness": 1,
            },
            mode="lines+markers",
            line={"color": colour, "width": 2},
            name=name,
            customdata=shown[["labelled"]],
            hovertemplate=f"%{{y:{'.1%' if is_share else '.4~g'}}}",
        )
    figure.update_yaxes(tickformat=".0%" if is_share else None)
    figure.update_layout(showlegend=True)
    return figure
