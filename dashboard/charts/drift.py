"""How far inputs, scores and outcomes moved away from the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import (
    BLUE,
    GREY,
    ORANGE,
    SERIES,
    STATUS_COLOURS,
    STATUS_SYMBOLS,
    Look,
    blank,
    faint,
)  # fmt: skip
from dashboard.charts.metrics import is_known, metric_name
from dashboard.charts.performance import add_timeline
from dashboard.periods import period_middle
from dashboard.views.records import records
from dashboard.words import number, period_name, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHOWN_FEATURES = 20
SHARED_LINES = 6
# Length of the axis in lengths of the longest bar: the rest is for the words behind the bars.
ROOM_FOR_WORDS = 2.6


@drawn_once
def drift_over_time(frame: pd.DataFrame, method: str, timeline: pd.DataFrame, look: Look) -> go.Figure:
    """One line per feature and period, and dotted what chance hardly exceeds.

    `frame` has the columns of the `drift` view plus `label` for readers.
    """
    figure = blank(look)
    names = list(dict.fromkeys(frame["label"]))
    for position, name in enumerate(names[:SHARED_LINES]):
        rows = frame[frame["label"] == name]
        figure.add_scatter(
            x=[period_middle(period) for period in rows["period"]],
            y=rows["value"],
            mode="lines+markers",
            name=name,
            line={"color": SERIES[position % len(SERIES)], "width": 2},
            marker={"symbol": [STATUS_SYMBOLS[status] for status in rows["status"]], "size": 7},
            customdata=[f"<b>{name}</b><br>{_moved(row, look)}" for row in records(rows)],
            hovertemplate="%{customdata}<extra></extra>",
        )
        figure.add_scatter(
            x=[period_middle(period) for period in rows["period"]],
            y=rows["floor"],
            mode="lines" if len(rows) > 1 else "markers",
            name=look.say("{name}: by chance up to").format(name=name),
            line={"color": SERIES[position % len(SERIES)], "width": 1, "dash": "dot"},
            marker={"symbol": "line-ew-open", "size": 14, "color": SERIES[position % len(SERIES)]},
            hoverinfo="skip",
        )
    add_timeline(figure, timeline, look)
    figure.update_yaxes(title_text=metric_name(method, look.language), rangemode="tozero")
    return figure


def _moved(row: Mapping[str, Any], look: Look) -> str:
    value = number(row["value"], look.language) if is_known(row["value"]) else "–"
    found = f"{period_name(row['period'], look.language)}: {value}<br>{look.status(row['status'])}"
    if is_known(row["floor"]):
        found += "<br>" + look.say("by chance up to {floor}").format(floor=number(row["floor"], look.language))
    if is_known(row["rows"]) and is_known(row["reference_rows"]):
        counts = {name: number(int(row[name]), look.language) for name in ("rows", "reference_rows")}
        found += "<br>" + look.say("{rows} rows beside {reference_rows} of the reference").format(**counts)
    return found


@drawn_once
def drift_ranking(frame: pd.DataFrame, method: str, look: Look) -> go.Figure:
    """Features by importance times drift, most relevant at the top; bars are coloured and marked by status.

    `frame` has `label`, `value`, `importance`, `relevance`, `status`; without importance the drift itself ranks.
    """
    rows = frame.head(SHOWN_FEATURES).iloc[::-1]
    is_weighed = bool(rows["relevance"].notna().any())
    figure = blank(look, height=max(200, 80 + 28 * len(rows)))
    lengths = rows["relevance"] if is_weighed else rows["value"]
    figure.add_bar(
        x=lengths.fillna(0.0),
        y=rows["label"],
        orientation="h",
        marker={"color": [STATUS_COLOURS[status] for status in rows["status"]]},
        text=[_bar_text(row, look) for row in records(rows)],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>%{text}<extra></extra>",
        showlegend=False,
    )
    title = look.say("relevance: drift times importance") if is_weighed else metric_name(method, look.language)
    longest = float(lengths.max()) if lengths.notna().any() else 0.0
    figure.update_xaxes(title_text=title, range=[0, (longest or 1.0) * ROOM_FOR_WORDS])
    figure.update_layout(margin={"t": 8})
    return figure


def _bar_text(row: Mapping[str, Any], look: Look) -> str:
    value, importance = row["value"], row["importance"]
    parts = [look.status(str(row["status"]))]
    if is_known(value):
        parts.append(look.say("drift {value}").format(value=number(value, look.language)))
    if is_known(importance):
        parts.append(
            look.say("importance {importance}").format(
                importance=share(importance, look.language, 0 if importance >= 0.1 else 1)
            )
        )
    return " · ".join(parts)


@drawn_once
def distribution_then_now(frame: pd.DataFrame, title: str, look: Look) -> go.Figure:
    """One feature's shares by bin, in the reference and in the current window, side by side.

    `frame` has the columns of the `distribution` view.
    """
    figure = blank(look)
    edges = frame[["lower", "upper"]].stack().dropna().astype(float)
    # Years among them: four digits need no grouping.
    grouped = bool(((edges % 1 != 0) | (edges.abs() >= 10_000)).any())
    names = [_range_name(row, look, grouped) for row in records(frame)]
    for prefix, name, colour in (
        ("reference", look.say("reference"), GREY),
        ("current", look.say("current window"), BLUE),
    ):
        figure.add_bar(
            x=names,
            y=frame[f"{prefix}_share"],
            name=name,
            marker={"color": colour},
            customdata=[
                f"{share(row[f'{prefix}_share'] or 0, look.language)} "
                + look.say("({n} predictions)").format(n=number(int(row[f"{prefix}_count"] or 0), look.language))
                for row in records(frame)
            ],
            hovertemplate=f"<b>%{{x}}</b><br>{name}: %{{customdata}}<extra></extra>",
        )
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0)
    figure.update_xaxes(title_text=title, type="category")
    figure.update_yaxes(title_text=look.say("share of predictions"), tickformat=".0%")
    return figure


def _range_name(row: Mapping[str, Any], look: Look, grouped: bool) -> str:
    """A range of numbers in the reader's form; categories by their name."""
    lower, upper = (_edge(row[name], look, grouped) for name in ("lower", "upper"))
    if lower and upper:
        return f"{lower} – {upper}"
    if upper:
        return f"≤ {upper}"
    return f"> {lower}" if lower else look.say(str(row["label"]))


def _edge(value: object, look: Look, grouped: bool) -> str:
    if not is_known(value):
        return ""
    if not float(value).is_integer():
        return number(float(value), look.language)
    return number(int(value), look.language) if grouped else str(int(value))


@drawn_once
def drift_heatmap(frame: pd.DataFrame, method: str, look: Look) -> go.Figure:
    """Drift of all features by period: pale is calm, dark is far from the reference, grey is not judged.

    `frame` has the columns of the `drift` view plus `label`.
    """
    order = list(dict.fromkeys(frame["label"]))[:SHOWN_FEATURES][::-1]
    judged = frame.assign(
        judged=frame["value"].where(frame["status"] != "unknown"),
        unjudged=(frame["status"] == "unknown").map({True: 1.0, False: math.nan}),
    )
    figure = blank(look, height=max(200, 80 + 22 * len(order)))
    grey = [[0, faint(GREY, 0.35)], [1, faint(GREY, 0.35)]]
    hover = f"%{{customdata}}<br>{look.status('unknown')}<extra></extra>"
    _add_cells(figure, _table(judged, "unjudged", order), (look, hover, grey, 1.0))
    heat = [[0, faint(ORANGE, 0.04)], [0.4, faint(ORANGE, 0.45)], [1, STATUS_COLOURS["alert"]]]
    hover = "%{customdata}: %{z:.3f}<extra></extra>"
    _add_cells(figure, _table(judged, "judged", order), (look, hover, heat, 0.25 if method == "psi" else None))
    figure.data[0].showscale = False
    _name_single_period(figure, list(dict.fromkeys(frame["period"])), look)
    figure.update_layout(margin={"t": 8})
    return figure


def _name_single_period(figure: go.Figure, periods: list[str], look: Look) -> None:
    """Write the name of a lone period below it: an axis without extent is otherwise cut into fractions of a second."""
    if len(periods) == 1:
        name = period_name(periods[0], look.language)
        figure.update_xaxes(tickmode="array", tickvals=[period_middle(periods[0])], ticktext=[name])


def _table(frame: pd.DataFrame, column: str, order: list[str]) -> pd.DataFrame:
    table = frame.pivot_table(index="label", columns="period", values=column, aggfunc="first", dropna=False)
    return table.reindex(order)


def _add_cells(figure: go.Figure, table: pd.DataFrame, style: tuple[Look, str, list[list[Any]], float | None]) -> None:
    look, hover, colours, longest = style
    names = [period_name(period, look.language) for period in table.columns]
    figure.add_heatmap(
        z=table.to_numpy(),
        x=[period_middle(period) for period in table.columns],
        y=list(table.index),
        zmin=0,
        zmax=longest,
        colorscale=colours,
        colorbar={"thickness": 10},
        customdata=[[f"<b>{label}</b><br>{name}" for name in names] for label in table.index],
        hovertemplate=hover,
        hoverongaps=False,
        xgap=1,
        ygap=1,
    )
