"""Explanations as pictures: what moves one score from the average to where it is, and what drives a model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREY, ORANGE, Look, blank
from dashboard.views.records import records
from dashboard.words import mark, number, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Features with a bar of their own; the others have one together.
SHOWN = 9
ROW = 30
BASE = "(base)"
OTHERS, AVERAGE, HERE = mark("{n} other features"), mark("Average case"), mark("This case")
INTERVAL = mark("95% interval: {low} to {high}")
RAISES, LOWERS = mark("raises the score"), mark("lowers the score")


@drawn_once
def waterfall(frame: pd.DataFrame, look: Look) -> go.Figure:
    """From the base to the raw score of a case, the largest contribution first.

    `frame` has the columns of the `explain` view plus `label` for readers; the row "(base)" holds where bars begin.
    """
    base, parts = _parts(frame, look)
    figure = blank(look, height=110 + ROW * (len(parts) + 2))
    starts = [base + sum(amount for _, amount in parts[:place]) for place in range(len(parts))]
    end = base + sum(amount for _, amount in parts)
    for word, colour, wanted in ((RAISES, BLUE, True), (LOWERS, ORANGE, False)):
        chosen = [place for place, (_, amount) in enumerate(parts) if (amount >= 0) == wanted]
        figure.add_bar(
            orientation="h",
            name=look.say(word),
            y=[parts[place][0] for place in chosen],
            x=[parts[place][1] for place in chosen],
            base=[starts[place] for place in chosen],
            marker_color=colour,
            text=[_signed(parts[place][1], look) for place in chosen],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    ends = [(look.say(AVERAGE), base), (look.say(HERE), end)]
    _add_ends(figure, ends, look)
    order = [ends[0][0], *(name for name, _ in parts), ends[1][0]]
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], title=None)
    spread = [base, end, *starts]
    room = (max(spread) - min(spread) or 1.0) * 0.2
    figure.update_xaxes(range=[min(spread) - room, max(spread) + room], zeroline=False)
    return figure


def _parts(frame: pd.DataFrame, look: Look) -> tuple[float, list[tuple[str, float]]]:
    """The base, and the bars with their names, those of many small features together."""
    rows = records(frame)
    base = next(float(row["contribution"]) for row in rows if row["feature"] == BASE)
    features = [row for row in rows if row["feature"] != BASE]
    parts = [(str(row["label"]), float(row["contribution"])) for row in features[:SHOWN]]
    if rest := features[SHOWN:]:
        name = look.say(OTHERS).format(n=len(rest))
        parts.append((name, float(sum(row["contribution"] for row in rest))))
    return base, parts


def _add_ends(figure: go.Figure, ends: Sequence[tuple[str, float]], look: Look) -> None:
    """Where the bars begin, and where they lead."""
    figure.add_scatter(
        mode="markers+text",
        y=[name for name, _ in ends],
        x=[value for _, value in ends],
        marker={"symbol": "diamond", "size": 11, "color": GREY},
        text=[f"  {number(value, look.language)}" for _, value in ends],
        textposition="middle right",
        cliponaxis=False,
        showlegend=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )


def _signed(amount: float, look: Look) -> str:
    return f"+{number(amount, look.language)}" if amount > 0 else number(amount, look.language)


@drawn_once
def importance_bars(frame: pd.DataFrame, look: Look) -> go.Figure:
    """How much the model uses its features, the most important first.

    `frame` has `label` and `importance`, and `low` and `high` of its 95 % interval, missing where it is not known.
    """
    shown = frame[frame["importance"].notna()].sort_values("importance", ascending=False).head(12)[::-1]
    figure = blank(look, height=70 + 26 * max(1, len(shown)))
    value, low, high = (shown[name].astype(float) for name in ("importance", "low", "high"))
    ends = [_interval(*pair, look) for pair in zip(low, high, strict=True)]
    figure.add_bar(
        orientation="h",
        x=value,
        y=shown["label"],
        marker_color=BLUE,
        error_x={
            "array": (high - value).fillna(0),
            "arrayminus": (value - low).fillna(0),
            "symmetric": False,
            "color": GREY,
            "thickness": 1.5,
            "width": 3,
        },
        customdata=[[share(one, look.language, 0), words] for one, words in zip(value, ends, strict=True)],
        hovertemplate="%{y}: %{customdata[0]}%{customdata[1]}<extra></extra>",
    )
    figure.add_scatter(
        mode="text",
        x=high.fillna(value),
        y=shown["label"],
        text=[f" {share(one, look.language, 0)}" for one in value],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_layout(margin={"t": 8, "r": 48}, showlegend=False)
    return figure


def _interval(low: float, high: float, look: Look) -> str:
    """The interval of a share in words; empty where it is not known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    words = {name: share(one, look.language) for name, one in (("low", low), ("high", high))}
    return f"<br>{look.say(INTERVAL).format(**words)}"


@drawn_once
def importance_over_time(frame: pd.DataFrame, look: Look) -> go.Figure:
    """The importance of the most important features by period; `frame` has `period`, `label`, `importance`."""
    from dashboard.charts.look import SERIES
    from dashboard.periods import period_middle
    from dashboard.words import period_name

    figure = blank(look)
    leading = frame.groupby("label")["importance"].mean().sort_values(ascending=False).head(len(SERIES) - 2)
    for colour, label in zip(SERIES, leading.index, strict=False):
        mine = frame[frame["label"] == label].sort_values("period")
        figure.add_scatter(
            x=[period_middle(period) for period in mine["period"]],
            y=mine["importance"],
            name=str(label),
            mode="lines+markers",
            line={"color": colour},
            customdata=[period_name(period, look.language) for period in mine["period"]],
            hovertemplate="%{customdata}: %{y:.0%}",
        )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure
