"""How much better or worse one version is than another, metric by metric."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import GREY, STATUS_COLOURS, Look, blank
from dashboard.schema.card.metric_names import ALL_METRICS
from dashboard.views.records import records
from dashboard.words import mark, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Metrics of which less is more.
FALLS = {metric.name for metric in ALL_METRICS if metric.better == "lower"}
# Metrics without a better and a worse side, or best at zero: relative to the other's figure they would mislead.
LEFT_OUT = {metric.name for metric in ALL_METRICS if metric.better in ("none", "zero")}
# Farther away a mark stands at the edge.
MOST = 0.5
CLEAR_COLOURS = {"better": STATUS_COLOURS["ok"], "worse": STATUS_COLOURS["alert"], "chance": GREY}


def gains(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of `comparison` with `gain`, `gain_low`, `gain_high` and `clear`, where they can be drawn.

    Gains are shares of the other's figure; above zero the version is better. `clear` is better, worse or chance.
    """
    found = []
    for row in records(frame):
        base, metric = row["against_value"], str(row["metric"])
        ends = [row["difference"], row["low"], row["high"]]
        if metric in LEFT_OUT or not base or any(end is None or math.isnan(float(end)) for end in ends):
            continue
        sign = (-1 if metric in FALLS else 1) / abs(float(base))
        gain, *interval = (sign * float(end) for end in ends)
        clear = "chance" if not isinstance(row["better"], str) else "better" if gain > 0 else "worse"
        found.append({**row, "gain": gain, "gain_low": min(interval), "gain_high": max(interval), "clear": clear})
    return pd.DataFrame(found, columns=[*frame.columns, "gain", "gain_low", "gain_high", "clear"])


@drawn_once
def gains_by_metric(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Gains with their intervals, one line for each `label`; `frame` as `gains` gives it, with `label`."""
    shown = frame[::-1]
    figure = blank(look, height=max(200, 110 + 34 * len(shown)))
    figure.add_vline(0, line={"color": GREY, "width": 1})
    words = {"better": mark("better"), "worse": mark("worse"), "chance": mark("may be chance")}
    for clear, word in words.items():
        rows = shown[shown["clear"] == clear]
        if rows.empty:
            continue
        gain = rows["gain"].clip(-MOST, MOST)
        figure.add_scatter(
            x=gain, y=rows["label"], mode="markers", name=look.say(word),
            marker={"size": 11, "color": CLEAR_COLOURS[clear],
                    "symbol": {"better": "circle", "worse": "diamond", "chance": "circle-open"}[clear]},
            error_x={"type": "data", "symmetric": False, "array": (rows["gain_high"].clip(-MOST, MOST) - gain),
                     "arrayminus": (gain - rows["gain_low"].clip(-MOST, MOST)), "color": CLEAR_COLOURS[clear]},
            hovertext=[f"{share(one, look.language)} ({share(low, look.language)} – {share(high, look.language)})"
                       for one, low, high in zip(rows["gain"], rows["gain_low"], rows["gain_high"], strict=True)],
            hoverinfo="y+text",
        )  # fmt: skip
    figure.update_xaxes(tickformat="+.1%", title=look.say(mark("worse  ←  relative to the other version  →  better")))
    figure.update_yaxes(automargin=True, categoryorder="array", categoryarray=list(shown["label"]))
    return figure
