"""Trainings by day, and what each week needs of machines and people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREEN, GREY, PURPLE, SERIES, VERMILLION, Look, blank
from dashboard.charts.metrics import is_known
from dashboard.periods import period_middle, period_start
from dashboard.views.records import records
from dashboard.words import day, mark, number, period_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

# What a mark stands for, with colour, sign and word: overdue before all others in the legend.
MARKS: dict[str, tuple[str, str, str]] = {
    "overdue": (VERMILLION, "diamond", mark("overdue")),
    "unknown": (GREY, "x-thin-open", mark("started, not known whether it began")),
    "running": (PURPLE, "triangle-right", mark("under way")),
    "calling": (PURPLE, "triangle-right-open", mark("being handed over")),
    "plan": (BLUE, "circle", mark("planned")),
    "policy": (GREEN, "circle-open", mark("asked for by the policy")),
}
Row = dict[str, Any]
ROW_HEIGHT = 30
# Further models are in the table.
SHOWN_MODELS = 30
OLDEST = timedelta(weeks=3)


def mark_of(row: Row) -> str:
    """The kind of mark of a row of the view: its state, or for what is planned its source."""
    return str(row["source"] if row["state"] == "planned" else row["state"])


@drawn_once
def trainings_by_day(frame: pd.DataFrame, today: date, look: Look) -> go.Figure:
    """Each training by its day and model; `frame` has the columns of `retraining-calendar`, and `name`.

    The models whose training comes first stand on top. What is overdue for more than three weeks stands at the edge.
    """
    order = list(dict.fromkeys(frame.sort_values("day")["name"]))[:SHOWN_MODELS]
    shown = frame[frame["name"].isin(order)]
    figure = blank(look, height=110 + ROW_HEIGHT * max(len(order), 2))
    edge = (today - OLDEST).isoformat()
    figure.add_vline(x=today.isoformat(), line={"color": GREY, "width": 1, "dash": "dot"})
    rows = records(shown)
    for kind, (colour, symbol, word) in MARKS.items():
        part = [row for row in rows if mark_of(row) == kind]
        if not part:
            continue
        figure.add_scatter(
            x=[max(row["day"], edge) for row in part], y=[row["name"] for row in part], mode="markers",
            name=look.say(word),
            customdata=[[row["model"]] for row in part], hovertext=[_hover(row, look) for row in part],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": colour, "symbol": symbol, "size": 14, "line": {"width": 2, "color": colour}},
        )  # fmt: skip
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], automargin=True)
    last = date.fromisoformat(max([today.isoformat(), *shown["day"]]))
    ends = [today - OLDEST - timedelta(days=7), last + timedelta(days=10)]
    figure.update_xaxes(range=[one.isoformat() for one in ends])
    figure.update_layout(clickmode="event+select", dragmode=False)
    return figure


@drawn_once
def hours_by_week(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Hours of each machine or person by week, as bars; `frame` has the columns of `retraining-load`, and `label`.

    A hatched bar is a week in which trainings clash.
    """
    figure = blank(look, height=300)
    labels = list(dict.fromkeys(frame.sort_values("hours", ascending=False)["label"]))
    for place, label in enumerate(labels):
        part = [row for row in records(frame[frame["label"] == label]) if is_known(row["hours"])]
        clashes = [bool(row["clash"]) for row in part]
        figure.add_bar(
            x=[period_middle(row["week"]) for row in part], y=[row["hours"] for row in part], name=label,
            marker={
                "color": SERIES[place % len(SERIES)],
                "pattern": {"shape": ["/" if clash else "" for clash in clashes], "fillmode": "overlay", "size": 6},
            },
            width=[5 * 86_400_000] * len(part),
            hovertext=[_of_week(row, look) for row in part], hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_yaxes(title_text=look.say(mark("hours")), rangemode="tozero")
    weeks = [period_start(week) for week in sorted(set(frame["week"]))]
    if weeks:
        figure.update_xaxes(range=[weeks[0] - timedelta(days=7), weeks[-1] + timedelta(days=14)])
    return figure


def _hover(row: Row, look: Look) -> str:
    lines = [f"<b>{_text(row['name'])}</b>", f"{day(date.fromisoformat(row['day']), look.language)}"]
    lines[1] += f", {look.say(MARKS[mark_of(row)][2])}"
    if is_known(row["hours"]) or row["machine"]:
        hours = number(row["hours"], look.language, 1) + " h" if is_known(row["hours"]) else ""
        lines.append(" ".join(filter(None, (_text(row["machine"] or ""), hours))))
    if row["reason"]:
        lines.append(_text(row["reason"])[:120])
    return "<br>".join(lines)


def _of_week(row: Row, look: Look) -> str:
    hours = number(round(row["hours"], 1), look.language, 1)
    return (
        f"<b>{period_name(row['week'], look.language)}</b><br>{_text(row['label'])}: {hours} h<br>{_text(row['names'])}"
    )


def _text(text: object) -> str:
    return str(text).replace("<", "&lt;")
