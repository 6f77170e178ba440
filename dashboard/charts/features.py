"""What features cost and what they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, ORANGE, VERMILLION, Look, blank
from dashboard.charts.metrics import is_known
from dashboard.views.records import records
from dashboard.words import mark, number, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Features that can be named beside their marks; the others are named where the pointer is.
NAMED = 12
HEIGHT = 420
KINDS = {
    "asked": (mark("costs and is hardly used"), VERMILLION, "diamond"),
    "shared": (mark("shared with another model"), BLUE, "circle"),
    "alone": (mark("of one model"), ORANGE, "square"),
}


def placed(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The features of which cost, in one currency, and importance are both known, the most important first."""
    known = frame["cost_per_month"].notna() & frame["importance"].notna() & (frame["currency"] == currency)
    return frame[known].sort_values("importance", ascending=False, kind="stable")


@drawn_once
def cost_against_importance(frame: pd.DataFrame, currency: str, look: Look) -> go.Figure:
    """Each feature by importance across and cost per month upwards; `frame` has the rows of `placed` and `name`."""
    figure = blank(look, HEIGHT)
    rows = list(records(frame))
    named = {id(row) for row in [*_questionable(rows), *rows][:NAMED]}
    for kind, (word, colour, symbol) in KINDS.items():
        mine = [row for row in rows if _kind(row) == kind]
        if not mine:
            continue
        figure.add_scatter(
            x=[row["importance"] for row in mine], y=[row["cost_per_month"] for row in mine], mode="markers+text",
            name=look.say(word), text=[row["label"] if id(row) in named else "" for row in mine],
            textposition="top center", hovertext=[_hover(row, currency, look) for row in mine],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": colour, "symbol": symbol, "size": 12, "line": {"width": 1, "color": "white"}},
        )  # fmt: skip
    figure.update_xaxes(title=look.say(mark("importance (share of the model)")), tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(title=f"{look.say(mark('cost per month'))} ({currency})", rangemode="tozero")
    return figure


def _questionable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if _kind(row) == "asked"]


def _kind(row: dict[str, Any]) -> str:
    if row["questionable"] is True:
        return "asked"
    return "shared" if is_known(row["shared_models"]) and row["shared_models"] > 0 else "alone"


def _hover(row: dict[str, Any], currency: str, look: Look) -> str:
    cost = number(row["cost_per_month"], look.language)
    importance = look.say(mark("importance {importance}")).format(importance=share(row["importance"], look.language))
    return f"<b>{row['label']}</b><br>{row['name']}<br>{importance}<br>{cost} {currency}"
