"""What a model was to be worth per month: every line of its promise over time, the replaced ones as well."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREY, Look, blank
from dashboard.charts.performance import add_timeline
from dashboard.views.records import records
from dashboard.words import day, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Days shown before the first line, and after today and the last one.
AROUND = timedelta(days=60)


@drawn_once
def promise_over_time(frame: pd.DataFrame, today: date, timeline: pd.DataFrame, look: Look) -> go.Figure:
    """The rows of the view `promises` as steps: full while a line counts, dotted where a later one took its place.

    Hollow marks are lines that nobody signed; that of a line from the beginning stands where it was recorded.
    `timeline` is what happened to the model, with instants for the axis.
    """
    lines = list(reversed(records(frame)))
    days = [_marked(row) for row in lines]
    first, last = min([*days, today]) - AROUND, max([*days, today]) + AROUND
    figure = blank(look, height=260)
    for row in lines:
        begin = date.fromisoformat(row["from"]) if row["from"] else first
        counts = row["state"] != "replaced" or row["until"] is not None
        end = date.fromisoformat(row["until"]) + timedelta(days=1) if row["until"] else last
        if counts:
            _step(figure, row, (begin, end), BLUE, "solid", look)
        if not counts or end < last:
            _step(figure, row, (end if counts else begin, last), GREY, "dot", look)
        figure.add_scatter(
            x=[_marked(row)], y=[row["per_month"]], mode="markers", hovertemplate=_hover(row, look),
            marker={"symbol": "circle" if row["signed_by"] else "circle-open", "size": 11, "color": BLUE},
        )  # fmt: skip
    currency = next((row["currency"] for row in reversed(lines) if row["currency"]), "")
    figure.update_yaxes(
        title_text=look.say("{currency} per month").format(currency=currency).strip(), rangemode="tozero"
    )
    figure.update_xaxes(type="date", range=[first.isoformat(), last.isoformat()])
    add_timeline(figure, timeline, look)
    figure.update_layout(showlegend=False)
    return figure


def _marked(row: dict[str, Any]) -> date:
    """The day of a line on the chart: its first one, of one from the beginning that on which it was recorded."""
    return date.fromisoformat(row["from"] or row["recorded_at"][:10])


def _step(figure: go.Figure, row: dict[str, Any], span: tuple[date, date], colour: str, dash: str, look: Look) -> None:
    figure.add_scatter(
        x=list(span), y=[row["per_month"]] * 2, mode="lines", hovertemplate=_hover(row, look),
        line={"color": colour, "dash": dash, "width": 3 if dash == "solid" else 1.5},
    )  # fmt: skip


def _hover(row: dict[str, Any], look: Look) -> str:
    amount = f"{number(row['per_month'], look.language)} {row['currency'] or ''}".strip()
    begun = day(date.fromisoformat(row["from"]), look.language) if row["from"] else look.say("from the beginning")
    signed = row["signer"] or look.say("nobody signed this")
    return f"<b>{amount}</b><br>{begun}<br>{signed}<extra></extra>"
