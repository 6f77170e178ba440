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

# Features are named beside their marks where names do not meet; the others are named where the pointer is.
NAMED = 8
HEIGHT = 420
# So much of the width and of the height a name takes, and so much room is left beside the outermost marks.
NAME_WIDTH, NAME_HEIGHT, ROOM = 0.16, 0.09, 0.12
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
    named = _named(rows)
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
    widest, dearest = _ends(rows)
    figure.update_xaxes(
        title=look.say(mark("importance (share of the model)")), tickformat=".0%",
        range=[-ROOM / 2 * widest, (1 + ROOM) * widest], zeroline=True,
    )  # fmt: skip
    figure.update_yaxes(
        title=f"{look.say(mark('cost per month'))} ({currency})", range=[-ROOM / 2 * dearest, (1 + ROOM) * dearest]
    )
    return figure


def _ends(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """The largest importance and the highest cost."""
    widest = max((row["importance"] for row in rows), default=0.0)
    dearest = max((row["cost_per_month"] for row in rows), default=0.0)
    return widest or 1.0, dearest or 1.0


def _named(rows: list[dict[str, Any]]) -> set[int]:
    """The features whose names stand beside their marks: those asked about, then the most important ones."""
    widest, dearest = _ends(rows)
    taken: list[tuple[float, float]] = []
    found = set()
    for row in sorted(rows, key=lambda row: (_kind(row) != "asked", -row["importance"])):
        at = row["importance"] / widest, row["cost_per_month"] / dearest
        if len(taken) < NAMED and all(
            abs(at[0] - x) > NAME_WIDTH or abs(at[1] - y) > NAME_HEIGHT for x, y in taken
        ):  # fmt: skip
            found.add(id(row))
            taken.append(at)
    return found


def _kind(row: dict[str, Any]) -> str:
    if row["questionable"] is True:
        return "asked"
    return "shared" if is_known(row["shared_models"]) and row["shared_models"] > 0 else "alone"


def _hover(row: dict[str, Any], currency: str, look: Look) -> str:
    cost = number(row["cost_per_month"], look.language)
    importance = look.say(mark("importance {importance}")).format(importance=share(row["importance"], look.language))
    return f"<b>{row['label']}</b><br>{row['name']}<br>{importance}<br>{cost} {currency}"
