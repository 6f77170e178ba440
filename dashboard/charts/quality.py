"""Checks of a model's data over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import STATUS_COLOURS, Look, blank, faint
from dashboard.periods import period_middle
from dashboard.views.records import records
from dashboard.words import number, period_name, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHOWN_CHECKS = 25
STATUSES = ("ok", "warn", "alert", "unknown")


@drawn_once
def checks_over_time(frame: pd.DataFrame, look: Look) -> go.Figure:
    """The status of each check by period; `frame` has the columns of the `quality` view plus `label` for readers."""
    order = _worst_first(frame)[:SHOWN_CHECKS][::-1]
    shown = frame[frame["label"].isin(order)]
    periods = list(dict.fromkeys(sorted(shown["period"])))
    figure = blank(look, height=max(200, 90 + 24 * len(order)))
    table = shown.assign(place=[STATUSES.index(status) for status in shown["status"]])
    grid = table.pivot_table(index="label", columns="period", values="place", aggfunc="max").reindex(order)[periods]
    hover = {(row["label"], row["period"]): _hover(row, look) for row in records(shown)}
    colours = [faint(STATUS_COLOURS["ok"], 0.35), *(STATUS_COLOURS[status] for status in STATUSES[1:])]
    steps = [(edge, colour) for place, colour in enumerate(colours) for edge in (place / 4, (place + 1) / 4)]
    figure.add_heatmap(
        z=grid.to_numpy(),
        x=[period_middle(period) for period in periods],
        y=list(grid.index),
        zmin=-0.5,
        zmax=3.5,
        colorscale=steps,
        showscale=False,
        customdata=[[hover.get((label, period), "") for period in periods] for label in grid.index],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        xgap=1,
        ygap=1,
    )
    if len(periods) == 1:
        name = period_name(periods[0], look.language)
        figure.update_xaxes(tickmode="array", tickvals=[period_middle(periods[0])], ticktext=[name])
    figure.update_layout(margin={"t": 8})
    return figure


def _worst_first(frame: pd.DataFrame) -> list[str]:
    """The names of the checks, those that failed most before all."""
    weight = {"alert": 2, "warn": 1}
    failed: dict[str, int] = {}
    for row in records(frame[["label", "status"]]):
        failed[row["label"]] = failed.get(row["label"], 0) + weight.get(row["status"], 0)
    return sorted(failed, key=lambda label: -failed[label])


def _hover(row: dict[str, object], look: Look) -> str:
    found = (
        f"<b>{row['label']}</b><br>{period_name(str(row['period']), look.language)}: {look.status(str(row['status']))}"
    )
    value, affected = row["value"], row["affected_predictions"]
    if isinstance(value, float) and math.isfinite(value) and isinstance(affected, int | float):
        found += f"<br>{share(value, look.language)} ({number(int(affected), look.language)})"
    return found
