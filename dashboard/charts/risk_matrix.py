"""The risk matrix: likelihood across, impact upwards, a mark for each rated risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREEN, ORANGE, VERMILLION, Look, blank, faint
from dashboard.views.records import records
from dashboard.words import mark, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

STEPS = range(1, 6)
BESIDE, NAMED = 4, 12
HEIGHT = 460


@dataclass(frozen=True)
class Levels:
    """The scores from which a rating warns and from which it alerts."""

    warn: int
    alert: int


@drawn_once
def risk_matrix(rated: pd.DataFrame, levels: Levels, words: Mapping[str, str], look: Look) -> go.Figure:
    """Ratings in their cells; `rated` has name, risk, likelihood, impact, contradicted, overdue; `words` names risks.

    A mark is one rating; a cell of more than sixteen shows their number.
    """
    figure = blank(look, HEIGHT)
    # Together, since the figure is checked anew with each one that is added by itself.
    figure.update_layout(shapes=[_cell(likelihood, impact, levels) for likelihood in STEPS for impact in STEPS])
    marks = pd.DataFrame(list(_marks(rated, words, look)), columns=["x", "y", "kind", "hover", "cell", "text"])
    for kind, (title, colour, symbol) in KINDS.items():
        rows = marks[marks["kind"] == kind]
        if rows.empty:
            continue
        figure.add_scatter(
            x=rows["x"], y=rows["y"], mode="markers+text", name=look.say(title), text=rows["text"],
            textfont={"color": "white", "size": 13}, customdata=rows[["cell"]], hovertext=rows["hover"],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={
                "color": colour, "symbol": symbol, "line": {"width": 1.5, "color": "white"},
                "size": [30 if text else 15 for text in rows["text"]],
            },
        )  # fmt: skip
    _axes(figure, look)
    return figure


KINDS = {
    "rated": (mark("as rated"), BLUE, "circle"),
    "overdue": (mark("review overdue"), ORANGE, "triangle-up"),
    "contradicted": (mark("evidence is higher"), VERMILLION, "diamond"),
}


def _cell(likelihood: int, impact: int, levels: Levels) -> dict[str, Any]:
    """The square behind the marks of one likelihood and impact."""
    return {
        "type": "rect",
        "x0": likelihood - 0.5,
        "x1": likelihood + 0.5,
        "y0": impact - 0.5,
        "y1": impact + 0.5,
        "layer": "below",
        "line": {"width": 1, "color": "rgba(127,139,151,0.35)"},
        "fillcolor": faint(_colour(likelihood * impact, levels), 0.22),
    }


def _colour(score: int, levels: Levels) -> str:
    return VERMILLION if score >= levels.alert else ORANGE if score >= levels.warn else GREEN


def _kind(row: Mapping[Any, Any]) -> str:
    return "contradicted" if row["contradicted"] else "overdue" if row["overdue"] else "rated"


Mark = tuple[float, float, str, str, str, str]


def _marks(rated: pd.DataFrame, words: Mapping[str, str], look: Look) -> Iterator[Mark]:
    """Place, kind, hover text, cell and inscription of each mark."""
    by_cell: dict[tuple[int, int], list[dict[Any, Any]]] = {}
    for row in records(rated):
        by_cell.setdefault((int(row["likelihood"]), int(row["impact"])), []).append(row)
    for (likelihood, impact), rows in by_cell.items():
        cell = f"{likelihood}x{impact}"
        lines = [f"<b>{_plain(row['name'])}</b>: {words.get(row['risk'], row['risk'])}" for row in rows]
        if len(rows) > BESIDE * BESIDE:
            rest = f"<br>+ {number(len(rows) - NAMED, look.language)}"
            kind = max((_kind(row) for row in rows), key=list(KINDS).index)
            yield likelihood, impact, kind, "<br>".join(lines[:NAMED]) + rest, cell, number(len(rows), look.language)
            continue
        for place, (row, line) in enumerate(zip(rows, lines, strict=True)):
            across, up = _offset(place, len(rows))
            yield likelihood + across, impact + up, _kind(row), line, cell, ""


def _plain(name: str) -> str:
    """A name of people without what the chart would take for markup."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _offset(place: int, number_of_marks: int) -> tuple[float, float]:
    """Where in its cell a mark stands: rows of at most four, centred."""
    rows = -(-number_of_marks // BESIDE)
    row, column = divmod(place, BESIDE)
    in_row = min(BESIDE, number_of_marks - row * BESIDE)
    return (column - (in_row - 1) / 2) * 0.21, ((rows - 1) / 2 - row) * 0.22


def _axes(figure: go.Figure, look: Look) -> None:
    common = {"range": [0.5, 5.5], "tickvals": list(STEPS), "showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(title_text=look.say(mark("Likelihood (1 to 5)")), **common)
    figure.update_yaxes(title_text=look.say(mark("Impact (1 to 5)")), **common)
    figure.update_layout(clickmode="event+select", dragmode=False)
