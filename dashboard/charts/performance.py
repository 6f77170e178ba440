"""A metric over time and by segment, with its interval, its target and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREY, PURPLE, STATUS_COLOURS, STATUS_SYMBOLS, STATUSES, Look, blank, faint
from dashboard.charts.metrics import metric_name, metric_value, metric_words
from dashboard.periods import period_middle
from dashboard.views.records import records
from dashboard.words import mark, period_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

ESTIMATE = PURPLE
SHOWN_GROUPS = 20
# What happened to a model, by kind, and its mark on a time line.
KNOWN_MARKS = ((mark("deployment"), "triangle-down"), (mark("incident"), "star"), (mark("outside"), "hexagon"))


@dataclass(frozen=True)
class Around:
    """What a metric is read against: target and limit lines, the model's history, its estimate, and its unit.

    An estimate that has missed declines (`is_estimate_relied_on` false) is drawn thin and without its band.
    """

    targets: pd.DataFrame = field(default_factory=pd.DataFrame)
    timeline: pd.DataFrame = field(default_factory=pd.DataFrame)
    estimate: pd.DataFrame = field(default_factory=pd.DataFrame)
    unit: str | None = None
    is_estimate_relied_on: bool = True


@drawn_once
def metric_over_time(frame: pd.DataFrame, metric: str, around: Around, look: Look) -> go.Figure:
    """One metric by period: line, 95 % band, a mark per status, target and limit, deployments and incidents.

    `frame` has the columns of the `performance` view, `around.estimate` those of `estimate`. Periods without a value
    stand at the foot of the chart, so that a gap is seen as a gap.
    """
    figure = blank(look)
    rows = frame[frame["metric"] == metric]
    _add_estimate(figure, around, metric, look)
    _add_band(figure, rows, BLUE)
    _add_points(figure, rows, metric, around, look)
    _add_unmeasured(figure, rows, look)
    _add_lines(figure, around.targets, metric, look)
    add_timeline(figure, around.timeline, look)
    figure.update_yaxes(title_text=_title(metric, around.unit, look), tickformat=_tick_format(metric))
    figure.update_layout(hovermode="closest")
    return figure


def _title(metric: str, unit: str | None, look: Look) -> str:
    name = metric_name(metric, look.language)
    return f"{name} ({unit})" if unit and metric_words(metric).has_unit else name


def _tick_format(metric: str) -> str | None:
    return ".0%" if metric_words(metric).is_share else None


def _add_band(figure: go.Figure, rows: pd.DataFrame, colour: str) -> None:
    """A closed area for each unbroken run of periods that have an interval."""
    known = rows["low"].notna() & rows["high"].notna()
    for _, run in rows[known].groupby((~known).cumsum()[known]):
        middles = [period_middle(period) for period in run["period"]]
        figure.add_scatter(
            x=[*middles, *reversed(middles)],
            y=[*run["high"], *reversed(list(run["low"]))],
            mode="lines",
            fill="toself",
            fillcolor=faint(colour),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )


def _add_points(figure: go.Figure, rows: pd.DataFrame, metric: str, around: Around, look: Look) -> None:
    measured = rows[rows["value"].notna()]
    middles = [period_middle(period) for period in rows["period"]]
    figure.add_scatter(
        x=middles, y=rows["value"], mode="lines", line={"color": BLUE, "width": 2}, hoverinfo="skip", showlegend=False
    )
    for status in STATUSES:
        part = measured[measured["status"] == status]
        if part.empty:
            continue
        figure.add_scatter(
            x=[period_middle(period) for period in part["period"]],
            y=part["value"],
            mode="markers",
            name=look.status(status),
            marker={
                "color": STATUS_COLOURS[status],
                "symbol": STATUS_SYMBOLS[status],
                "size": 6 if len(rows) > 120 and status == "ok" else 9,
                "line": {"width": 2 if status == "unknown" else 0, "color": STATUS_COLOURS[status]},
            },
            customdata=[_format_point(row, metric, around.unit, look) for row in records(part)],
            hovertemplate="%{customdata}<extra></extra>",
        )


def _format_point(row: Mapping[str, Any], metric: str, unit: str | None, look: Look) -> str:
    period = period_name(str(row["period"]), look.language)
    return "<br>".join([f"<b>{period}</b>", *_figures(row, metric, unit, look)])


def _figures(row: Mapping[str, Any], metric: str, unit: str | None, look: Look) -> list[str]:
    value, low, high = (
        metric_value(metric, cast(float, row[key]), look.language, unit) for key in ("value", "low", "high")
    )
    lines = [f"{metric_name(metric, look.language)}: <b>{value}</b>"]
    if row["low"] == row["low"] and row["low"] is not None:
        lines.append(look.say("95% interval: {low} to {high}").format(low=low, high=high))
    if "labelled" in row:
        counted = metric_value("count", cast(float, row["labelled"]), look.language)
        lines.append(look.say("{n} predictions with a known outcome").format(n=counted))
    if "status" in row:
        lines.append(look.status(str(row["status"])))
    return lines


def _add_unmeasured(figure: go.Figure, rows: pd.DataFrame, look: Look) -> None:
    missing = rows[rows["value"].isna()]
    if missing.empty:
        return
    figure.add_scatter(
        x=[period_middle(period) for period in missing["period"]],
        y=[0.02] * len(missing),
        yaxis="y2",
        mode="markers",
        name=look.status("unknown"),
        marker={"color": GREY, "symbol": "x-thin-open", "size": 8, "line": {"width": 2, "color": GREY}},
        customdata=[period_name(period, look.language) for period in missing["period"]],
        hovertemplate=f"<b>%{{customdata}}</b><br>{look.status('unknown')}<extra></extra>",
        showlegend=not (rows["value"].notna() & (rows["status"] == "unknown")).any(),
    )
    _second_axis(figure)


def _second_axis(figure: go.Figure) -> None:
    figure.update_layout(yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True})


def _add_estimate(figure: go.Figure, around: Around, metric: str, look: Look) -> None:
    estimate, is_relied_on = around.estimate, around.is_estimate_relied_on
    rows = estimate[estimate["metric"] == metric] if not estimate.empty else estimate
    if rows.empty:
        return
    if is_relied_on:
        _add_band(figure, rows, ESTIMATE)
    figure.add_scatter(
        x=[period_middle(period) for period in rows["period"]],
        y=rows["value"],
        mode="lines",
        name=look.say("estimated before outcomes are known")
        if is_relied_on
        else look.say("estimated before outcomes are known; it has missed declines"),
        line={"color": ESTIMATE, "width": 2 if is_relied_on else 1, "dash": "dash" if is_relied_on else "dot"},
        opacity=1.0 if is_relied_on else 0.5,
        customdata=[_format_point(row, metric, None, look) for row in records(rows)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _add_lines(figure: go.Figure, targets: pd.DataFrame, metric: str, look: Look) -> None:
    rows = targets[targets["metric"] == metric] if not targets.empty else targets
    if rows.empty:
        return
    row = rows.iloc[0]
    is_limit_above = pd.notna(row["target"]) and pd.notna(row["limit"]) and row["limit"] > row["target"]
    lines = (
        ("target", mark("Target"), Line("dash", STATUS_COLOURS["ok"], not is_limit_above)),
        ("limit", mark("Limit"), Line("dot", STATUS_COLOURS["alert"], is_limit_above)),
    )
    for column, word, line in lines:
        if pd.isna(row[column]):
            continue
        level = float(row[column])
        for signed in (level, -level) if row["better"] == "zero" else (level,):
            _add_level(figure, signed, f"{look.say(word)} {metric_value(metric, signed, look.language)}", line)


@dataclass(frozen=True)
class Line:
    """How a level is drawn: dashes, colour, and whether its words stand above it."""

    dash: str
    colour: str
    is_labelled_above: bool


def _add_level(figure: go.Figure, level: float, text: str, line: Line) -> None:
    figure.add_hline(
        y=level,
        line={"dash": line.dash, "color": line.colour, "width": 1.5},
        annotation={"text": text, "xanchor": "right", "font": {"size": 11, "color": line.colour}},
        annotation_position="top right" if line.is_labelled_above else "bottom right",
    )


def add_timeline(figure: go.Figure, timeline: pd.DataFrame, look: Look) -> None:
    """Deployments, incidents and what happened outside as upright lines with a mark at the top that names it."""
    if timeline.empty:
        return
    shapes: list[dict[str, Any]] = []
    for row in records(timeline):
        shapes.append(upright("line", row["at"], row["at"], line={"color": GREY, "width": 1, "dash": "dot"}))
        if pd.notna(row["until"]):
            shapes.append(upright("rect", row["at"], row["until"], fillcolor=faint(GREY), line={"width": 0}))
    # Together, since the figure is checked anew with each one that is added by itself.
    figure.update_layout(shapes=[*figure.layout.shapes, *shapes])
    for kind, symbol in KNOWN_MARKS:
        part = timeline[timeline["kind"] == kind]
        _add_marks(figure, part, look.say(kind), symbol)
    others = ~timeline["kind"].isin([kind for kind, _ in KNOWN_MARKS])
    _add_marks(figure, timeline[others], look.say("event"), "square")
    _second_axis(figure)


def upright(kind: str, start: object, end: object, **look: object) -> dict[str, Any]:
    """A line or a rectangle from the foot to the top of the drawing."""
    return {"type": kind, "xref": "x", "x0": start, "x1": end, "yref": "y domain", "y0": 0, "y1": 1, **look}


def _add_marks(figure: go.Figure, part: pd.DataFrame, name: str, symbol: str) -> None:
    if part.empty:
        return
    labels = [f"<b>{row['title']}</b><br>{row['detail'] or ''}" for row in records(part)]
    figure.add_scatter(
        x=part["at"],
        y=[0.98] * len(part),
        yaxis="y2",
        mode="markers",
        name=name,
        marker={"color": GREY, "symbol": symbol, "size": 11},
        customdata=labels,
        hovertemplate="%{customdata}<extra></extra>",
    )


@drawn_once
def metric_by_segment(frame: pd.DataFrame, metric: str, unit: str | None, look: Look) -> go.Figure:
    """The groups that cost most, as dots with their 95 % interval; `frame` has the columns of the `segments` view.

    Groups without a value are counted under the chart and stand in its table.
    """
    known = frame[(frame["metric"] == metric) & frame["value"].notna()]
    rows = known.head(SHOWN_GROUPS).iloc[::-1]
    figure = blank(look, height=max(200, 110 + 26 * len(rows)))
    names = [f"{row['column']}: {row['group']}" for row in records(rows)]
    figure.add_scatter(
        x=rows["value"],
        y=names,
        mode="markers",
        marker={
            "color": [STATUS_COLOURS[status] for status in rows["status"]],
            "symbol": [STATUS_SYMBOLS[status] for status in rows["status"]],
            "size": 10,
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["high"] - rows["value"],
            "arrayminus": rows["value"] - rows["low"],
            "color": GREY,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=["<br>".join(_figures(row, metric, unit, look)) for row in records(rows)],
        hovertemplate="<b>%{y}</b><br>%{customdata}<extra></extra>",
        showlegend=False,
    )
    too_few = len(frame) - len(known)
    note = look.say("groups with too few outcomes to assess: {n}").format(n=too_few) if too_few else ""
    figure.update_layout(margin={"t": 8})
    figure.update_xaxes(
        title_text="<br>".join(filter(None, [_title(metric, unit, look), note])), tickformat=_tick_format(metric)
    )
    return figure
