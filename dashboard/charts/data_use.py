"""Which data which models use: a matrix of tables and models, by team."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import GREY, STATUS_COLOURS, Look, blank, faint
from dashboard.views.records import records
from dashboard.words import mark, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

TABLES, MODELS = 40, 12
SIGNS, NAME_SIGNS, TEAM_SIGNS = 30, 42, 22
ROW = 24
HOW_WORDS = {
    "training": mark("training data"),
    "features": mark("source of features"),
    "reference": mark("reference of comparisons"),
    "labels": mark("outcomes"),
}
HOW_SYMBOLS = {"training": "square", "features": "circle", "reference": "triangle-up", "labels": "diamond"}
APART = {"training": -0.27, "features": -0.09, "reference": 0.09, "labels": 0.27}
PERSONAL_SIGNS = {True: mark("yes"), False: mark("no"), None: "?"}
STATE_WORDS = {
    "ok": mark("all checks passed"),
    "alert": mark("a check fails"),
    "warn": mark("a check warns, or it is overdue"),
    "unknown": mark("no check reported"),
}


@drawn_once
def uses(frame: pd.DataFrame, look: Look) -> go.Figure:
    """A mark for each use of a table (down) in a model (across); the first tables and models of the frame.

    `frame` has node, table, model, name, team, how, status, personal_data, reliability; tables in the order in which
    they are to stand.
    """
    tables = list(dict.fromkeys(frame["node"]))[:TABLES]
    across = frame[["team", "name", "model"]].drop_duplicates("model")
    models = list(across.sort_values(["team", "name"], kind="stable")["model"])[:MODELS]
    shown = frame[frame["node"].isin(tables) & frame["model"].isin(models)]
    rows = list(records(shown.drop_duplicates(["node", "model", "how"])))
    figure = blank(look, height=300 + ROW * len(tables))
    figure.update_layout(shapes=list(_bands(frame, models, len(tables))), margin={"t": 8, "b": 8})
    _add_marks(figure, rows, tables, models, look)
    first = frame.drop_duplicates("node").set_index("node")
    figure.add_scatter(
        x=[-1] * len(tables), y=list(range(len(tables))), mode="text", showlegend=False, hoverinfo="skip",
        text=[_personal(first.loc[node, "personal_data"], look) for node in tables],
    )  # fmt: skip
    names = {row["model"]: (row["name"], row["team"]) for row in records(frame.drop_duplicates("model"))}
    heads = [f"{_cut(names[model][0], NAME_SIGNS)} · <i>{_cut(names[model][1], TEAM_SIGNS)}</i>" for model in models]
    figure.update_xaxes(
        tickvals=[-1, *range(len(models))], ticktext=[f"<b>{look.say(mark('Personal data'))}</b>", *heads],
        range=[-1.5, len(models) - 0.5], side="top", showgrid=False, zeroline=False, fixedrange=True,
        # One line, upright: names of many models and narrow screens leave no room for more.
        tickangle=-90,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(tables))), ticktext=[_short(first.loc[node, "table"]) for node in tables],
        range=[len(tables) - 0.5, -0.5], zeroline=False, fixedrange=True, gridcolor=faint(GREY, 0.2),
    )  # fmt: skip
    figure.update_layout(legend={"orientation": "h", "y": 0, "yanchor": "top", "x": 0})
    return figure


def _add_marks(figure: go.Figure, rows: list[dict[str, Any]], tables: list[str], models: list[str], look: Look) -> None:
    """One trace for each way of use, and one without points for each colour, so that the legend tells both."""
    for how, word in HOW_WORDS.items():
        mine = [row for row in rows if row["how"] == how]
        if not mine:
            continue
        figure.add_scatter(
            x=[models.index(row["model"]) + APART[how] for row in mine], y=[tables.index(row["node"]) for row in mine],
            mode="markers", showlegend=False, hovertext=[_hover(row, look) for row in mine],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={
                "symbol": HOW_SYMBOLS[how], "size": 13, "color": [STATUS_COLOURS[row["status"]] for row in mine],
            },
        )  # fmt: skip
        _add_key(figure, look.say(word), f"{HOW_SYMBOLS[how]}-open", GREY)
    for status, word in STATE_WORDS.items():
        if any(row["status"] == status for row in rows):
            _add_key(figure, look.say(word), "circle", STATUS_COLOURS[status])


def _add_key(figure: go.Figure, word: str, symbol: str, colour: str) -> None:
    marker = {"symbol": symbol, "size": 12, "color": colour}
    figure.add_scatter(x=[None], y=[None], mode="markers", name=word, marker=marker)


def _bands(frame: pd.DataFrame, models: list[str], tables: int) -> Iterator[dict[str, Any]]:
    """A faint ground behind the models of every second team."""
    team_of = dict(zip(frame["model"], frame["team"], strict=True))
    teams = list(dict.fromkeys(team_of[model] for model in models))
    for place, model in enumerate(models):
        if teams.index(team_of[model]) % 2 == 0:
            yield {
                "type": "rect", "x0": place - 0.5, "x1": place + 0.5, "y0": -0.5, "y1": tables - 0.5,
                "layer": "below", "line": {"width": 0}, "fillcolor": faint(GREY, 0.12),
            }  # fmt: skip


def _hover(row: dict[str, Any], look: Look) -> str:
    lines = [f"<b>{row['table']}</b>", f"{row['name']}: {look.say(HOW_WORDS[row['how']])}"]
    if pd.notna(row["reliability"]):
        text = look.say(mark("checks passed on {share} of the days")).format(
            share=share(row["reliability"], look.language)
        )
        lines.append(text)
    else:
        lines.append(look.say(STATE_WORDS["unknown"]))
    return "<br>".join(lines)


def _personal(marked: Any, look: Look) -> str:
    if pd.isna(marked):
        return PERSONAL_SIGNS[None]
    return f"<b>{look.say(PERSONAL_SIGNS[True])}</b>" if marked else look.say(PERSONAL_SIGNS[False])


def _cut(name: str, signs: int) -> str:
    return shorten(name, signs, placeholder="…")


def _short(name: str) -> str:
    return name if len(name) <= SIGNS else f"…{name[1 - SIGNS :]}"
