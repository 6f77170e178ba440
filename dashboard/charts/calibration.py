"""Whether a predicted probability means what it says, and what a threshold makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREEN, GREY, ORANGE, VERMILLION, Look, blank, faint
from dashboard.views.records import records
from dashboard.words import number, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

# As high as the confusion matrix beside it with its slider.
CURVE_HEIGHT = 455


@drawn_once
def calibration_curve(frame: pd.DataFrame, is_rate: bool, look: Look) -> go.Figure:
    """Predicted against observed per bin with 95 % intervals; on the diagonal predictions mean what they say.

    `frame` has the columns of the `calibration` view; `is_rate` is false for regression, where both axes are amounts.
    """
    figure = blank(look, height=CURVE_HEIGHT)
    rows = frame[frame["rate"].notna()]
    ends = [rows[["mean_prediction", "rate"]].min().min(), rows[["mean_prediction", "rate"]].max().max()]
    ends = [0.0, 1.0] if is_rate else ends
    figure.add_scatter(
        x=ends, y=ends, mode="lines", name=look.say("exactly as predicted"), hoverinfo="skip",
        line={"color": GREY, "dash": "dash", "width": 1.5},
    )  # fmt: skip
    written = share if is_rate else number
    figure.add_scatter(
        x=rows["mean_prediction"],
        y=rows["rate"],
        mode="lines+markers",
        name=look.say("observed"),
        line={"color": BLUE, "width": 2},
        marker={"size": _sizes(rows["predictions"])},
        error_y={
            "type": "data", "symmetric": False, "color": BLUE, "thickness": 1.2, "width": 0,
            "array": rows["high"] - rows["rate"], "arrayminus": rows["rate"] - rows["low"],
        },
        customdata=[
            look.say("predicted {predicted}, observed {observed}, {n} predictions").format(
                predicted=written(row["mean_prediction"], look.language),
                observed=written(row["rate"], look.language),
                n=number(int(row["predictions"]), look.language),
            )
            for row in records(rows)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    tick_format = ".0%" if is_rate else None
    figure.update_xaxes(title_text=look.say("predicted on average"), tickformat=tick_format)
    figure.update_yaxes(title_text=look.say("what really happened"), tickformat=tick_format)
    return figure


def _sizes(counts: pd.Series) -> list[float]:
    """Marker sizes between 5 and 16 pixels whose area follows the count."""
    largest = max(float(counts.max()), 1.0) if len(counts) else 1.0
    return [5 + 11 * (float(count) / largest) ** 0.5 for count in counts]


@drawn_once
def confusion_matrix(frame: pd.DataFrame, threshold: float, look: Look) -> go.Figure:
    """The four kinds of right and wrong at one threshold; `frame` has the columns of the `confusion` view."""
    row = frame.iloc[int((frame["threshold"] - threshold).abs().argmin())]
    total = sum(int(row[kind]) for kind in ("true_positive", "false_positive", "false_negative", "true_negative")) or 1
    kinds = [
        [("false_negative", look.say("missed"), VERMILLION), ("true_positive", look.say("found"), GREEN)],
        [
            ("true_negative", look.say("correctly not selected"), GREEN),
            ("false_positive", look.say("false alarm"), ORANGE),
        ],
    ]
    figure = blank(look, height=300)
    for row_number, line in enumerate(kinds):
        for column_number, (kind, word, colour) in enumerate(line):
            count = int(row[kind])
            x, y = column_number, 1 - row_number
            area = {"x0": x, "x1": x + 1, "y0": y, "y1": y + 1}
            figure.add_shape(
                type="rect", **area, line={"width": 1, "color": faint(GREY, 0.6)},
                fillcolor=faint(colour, 0.12 + 0.3 * count / total),
            )  # fmt: skip
            figure.add_annotation(
                x=x + 0.5, y=y + 0.5, showarrow=False, font={"size": 15},
                text=f"<b>{number(count, look.language)}</b><br>{word}<br>{share(count / total, look.language)}",
            )  # fmt: skip
    axis = {"range": [0, 2], "showgrid": False, "zeroline": False, "tickvals": [0.5, 1.5], "fixedrange": True}
    figure.update_xaxes(axis, ticktext=[look.say("not selected"), look.say("selected")], side="top")
    figure.update_yaxes(axis, ticktext=[look.say("did not happen"), look.say("happened")])
    figure.update_layout(margin={"t": 30})
    return figure
