"""Money over time beside its promise, what moved it, at other thresholds, and of all models against their risk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drawn_once import drawn_once
from dashboard.charts.look import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILLION, Look, blank, faint
from dashboard.charts.metrics import is_known
from dashboard.charts.performance import add_timeline
from dashboard.periods import period_end, period_middle, period_start
from dashboard.views.records import records
from dashboard.words import mark, number, period_name, rounded_money, share

if TYPE_CHECKING:
    import plotly.graph_objects as go

Row = Mapping[str, Any]
# Colour, sign and word of each verdict.
VERDICTS = {
    "no": (VERMILLION, "diamond", mark("less than promised")),
    "unknown": (GREY, "x-thin-open", mark("not known yet")),
    "yes": (GREEN, "circle", mark("at least as promised")),
}
# Delivered shares of the promise beyond these stand at the edge.
LEAST, MOST = -1.0, 2.0
ONE_DAY = pd.Timedelta(days=1)
# Models whose names stand beside their marks.
NAMED = 15


def money(value: object, currency: object, language: str) -> str:
    """An amount with its currency, whole from a hundred on, with two digits that count below one."""
    if not isinstance(value, int | float) or not is_known(value):
        return number(float("nan"), language)
    if 0 < abs(value) < 1:
        shown = number(value, language, 1 - math.floor(math.log10(abs(value))))
    else:
        rounded = rounded_money(value)
        shown = number(round(rounded) if rounded == round(rounded) else rounded, language)
    return f"{shown} {currency}" if isinstance(currency, str) else shown


@drawn_once
def value_over_time(frame: pd.DataFrame, timeline: pd.DataFrame, look: Look) -> go.Figure:
    """Promised, brought with its 95 % interval, and estimated by period; `frame` has the columns of `value`.

    `timeline` is what happened to the model, with instants for the axis; what lies outside of the periods is left out.
    """
    figure = blank(look)
    middles = [period_middle(period) for period in frame["period"]]
    measured = frame[(frame["source"] == "realised") & frame["low"].notna()]
    _band(figure, measured, BLUE)
    _band(figure, frame[(frame["source"] == "estimated") & frame["low"].notna()], PURPLE)
    figure.add_scatter(
        x=middles, y=frame["estimated"], mode="lines", name=look.say("estimated before outcomes are known"),
        line={"color": PURPLE, "width": 1.5, "dash": "dash"}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=middles, y=frame["realised"], mode="lines", line={"color": BLUE, "width": 2}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=middles, y=frame["promised"], mode="lines", name=look.say("promised"), hoverinfo="skip",
        line={"color": ORANGE, "width": 2, "shape": "hvh"},
    )  # fmt: skip
    for verdict, (colour, symbol, word) in VERDICTS.items():
        part = frame[frame["verdict"] == verdict]
        height = part["realised"].where(part["source"] != "estimated", part["estimated"])
        if height.notna().any():
            figure.add_scatter(
                x=[period_middle(period) for period in part["period"]], y=height, mode="markers", name=look.say(word),
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2, "color": colour}},
                customdata=[_hover(row, look) for row in records(part)], hovertemplate="%{customdata}<extra></extra>",
            )  # fmt: skip
    currency = next((one for one in frame["currency"] if isinstance(one, str)), "")
    figure.update_yaxes(title_text=currency, zeroline=True)
    figure.update_layout(hovermode="closest")
    add_timeline(figure, _within(timeline, frame), look)
    # The kinds of marks would leave the money no room on a narrow screen; each mark says what it is.
    figure.update_traces(showlegend=False, selector={"yaxis": "y2"})
    return figure


def _within(timeline: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """What happened between the begin of the first and the end of the last period."""
    if timeline.empty or frame.empty:
        return timeline.head(0)
    first, last = period_start(frame["period"].iloc[0]), period_end(frame["period"].iloc[-1])
    return timeline[(timeline["at"] >= pd.Timestamp(first)) & (timeline["at"] < pd.Timestamp(last) + ONE_DAY)]


def _band(figure: go.Figure, rows: pd.DataFrame, colour: str) -> None:
    """The interval of each period as an upright line."""
    figure.add_scatter(
        x=[period_middle(period) for period in rows["period"]], y=(rows["low"] + rows["high"]) / 2, mode="markers",
        marker={"size": 0.1, "color": colour}, hoverinfo="skip", showlegend=False,
        error_y={"type": "data", "array": (rows["high"] - rows["low"]) / 2, "color": faint(colour, 0.6), "width": 0,
                 "thickness": 3},
    )  # fmt: skip


def _hover(row: Row, look: Look) -> str:
    currency, language = row["currency"], look.language
    lines = [f"<b>{period_name(str(row['period']), language)}</b>"]
    for name, word in (("promised", mark("promised")), ("realised", mark("brought")), ("estimated", mark("estimated"))):
        lines.append(f"{look.say(word)}: {money(row[name], currency, language)}")
    if is_known(row["low"]):
        ends = (money(row[end], None, language) for end in ("low", "high"))
        lines.append(look.say("95% interval: {low} to {high}").format(low=next(ends), high=next(ends)))
    return "<br>".join(lines)


@drawn_once
def moved(before: float, parts: Mapping[str, float], words: tuple[str, str], currency: str, look: Look) -> go.Figure:
    """From the money of one period to that of the next: each part as a step; `parts` are words and amounts."""
    figure = blank(look, height=280)
    level, names, bases, sizes, colours, texts = before, [words[0]], [0.0], [before], [GREY], [before]
    for word, amount in parts.items():
        names.append(word)
        bases.append(level)
        sizes.append(amount)
        colours.append(GREEN if amount >= 0 else VERMILLION)
        texts.append(amount)
        level += amount
    names.append(words[1])
    bases.append(0.0)
    sizes.append(level)
    colours.append(BLUE)
    texts.append(level)
    signs = ["", *(["+" if amount > 0 else "" for amount in parts.values()]), ""]
    shown = [f"{sign}{money(amount, None, look.language)}" for sign, amount in zip(signs, texts, strict=True)]
    figure.add_bar(
        x=names, y=sizes, base=bases, marker={"color": colours}, text=shown, textposition="outside", cliponaxis=False,
        hovertext=shown, hovertemplate="%{x}: %{hovertext}<extra></extra>", showlegend=False,
    )  # fmt: skip
    # The names of years would be taken for numbers, and the steps between them left out.
    figure.update_xaxes(type="category")
    figure.update_yaxes(title_text=currency, zeroline=True)
    return figure


@drawn_once
def money_by_threshold(frame: pd.DataFrame, currency: str, look: Look) -> go.Figure:
    """What each threshold would have brought, the range that is as good as the best, and the card's threshold.

    `frame` has the columns of `value-thresholds`.
    """
    figure = blank(look, height=300)
    good = frame[frame["as_good"].astype(bool)]
    if len(good) > 1:
        figure.add_vrect(
            float(good["threshold"].min()), float(good["threshold"].max()), fillcolor=faint(GREEN, 0.14), line_width=0
        )
    figure.add_scatter(
        x=frame["threshold"], y=frame["money"], mode="lines", line={"color": BLUE, "width": 2}, showlegend=False,
        customdata=[money(value, currency, look.language) for value in frame["money"]],
        hovertemplate="%{x:.2f}: %{customdata}<extra></extra>",
    )  # fmt: skip
    for column, word, colour, symbol in (
        ("current", mark("threshold on the card"), ORANGE, "circle"),
        ("best", mark("would have brought most"), GREEN, "star"),
    ):
        row = frame[frame[column].astype(bool)]
        figure.add_scatter(
            x=row["threshold"], y=row["money"], mode="markers", name=look.say(word),
            marker={"color": colour, "symbol": symbol, "size": 13}, hoverinfo="skip",
        )  # fmt: skip
    figure.update_xaxes(title_text=look.say(mark("Threshold")), tickformat=".2f", range=[-0.02, 1.02])
    figure.update_yaxes(title_text=currency)
    return figure


@drawn_once
def value_against_risk(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Each model by its highest risk across and the delivered share of its promise upwards.

    `frame` has model, name, risk, delivered (share of the promise), verdict and hover; shares beyond the edges stand
    there.
    """
    figure = blank(look, height=380)
    figure.add_hline(y=1.0, line={"color": ORANGE, "width": 1.5, "dash": "dash"},
                     annotation={"text": look.say(mark("promised")), "font": {"size": 11, "color": ORANGE}},
                     annotation_position="top right")  # fmt: skip
    # Names of models with one risk stand above and below their marks in turn.
    ordered = frame.sort_values("delivered", ascending=False)
    places = dict(zip(ordered.index, ordered.groupby("risk").cumcount(), strict=True))
    for verdict, (colour, symbol, word) in VERDICTS.items():
        part = frame[frame["verdict"] == verdict]
        if part.empty:
            continue
        figure.add_scatter(
            x=part["risk"], y=part["delivered"].clip(LEAST, MOST), mode="markers+text", name=look.say(word),
            text=part["name"] if len(frame) <= NAMED else None,
            textposition=["top center" if place % 2 == 0 else "bottom center" for place in part.index.map(places)],
            customdata=part[["model"]], hovertext=[_of_model(row, look) for row in records(part)],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": colour, "symbol": symbol, "size": 14, "line": {"width": 2, "color": colour}},
        )  # fmt: skip
    figure.update_xaxes(title_text=look.say(mark("Highest risk (likelihood times impact)")), range=[0, 26.5])
    figure.update_yaxes(
        title_text=look.say(mark("Delivered share of the promise")), tickformat=".0%", range=[LEAST - 0.35, MOST + 0.3]
    )
    figure.update_layout(clickmode="event+select", dragmode=False)
    return figure


def _of_model(row: Row, look: Look) -> str:
    name = str(row["name"]).replace("<", "&lt;")
    return f"<b>{name}</b><br>{share(float(row['delivered']), look.language, 0)}"
