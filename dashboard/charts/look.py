"""One look for every chart: colours that colour-blind readers can tell apart on light and on dark pages, spacing, axes.

Text and grid colours come from the theme of the page. The series colours are Okabe and Ito's ("Color Universal Design",
2008), moved towards the middle so that each keeps a contrast of at least 3:1 against white and against near-black.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.words import mark, translate

if TYPE_CHECKING:
    import plotly.graph_objects as go

BLUE = "#2A7FBF"
ORANGE = "#C98500"
GREEN = "#009E73"
VERMILLION = "#D9541E"
PURPLE = "#B96AA0"
GREY = "#7F8B97"
SERIES = (BLUE, ORANGE, GREEN, PURPLE, VERMILLION, "#3FA7D6", "#8C7B28", GREY)

STATUSES = ("alert", "warn", "unknown", "ok")
STATUS_COLOURS = {"ok": GREEN, "warn": ORANGE, "alert": VERMILLION, "unknown": GREY}
STATUS_SYMBOLS = {"ok": "circle", "warn": "triangle-up", "alert": "diamond", "unknown": "x-thin-open"}
STATUS_WORDS = {"ok": mark("OK"), "warn": mark("Warning"), "alert": mark("Alert"), "unknown": mark("Unknown")}

FAINT = 0.18
HEIGHT = 320

GERMAN = {
    "moduleType": "locale",
    "name": "de",
    "dictionary": {},
    "format": {
        "days": ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
        "shortDays": ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
        "months": [
            *("Januar", "Februar", "März", "April", "Mai", "Juni"),
            *("Juli", "August", "September", "Oktober", "November", "Dezember"),
        ],
        "shortMonths": ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
        "date": "%d.%m.%Y",
        "decimal": ",",
        "thousands": ".",
    },
}


@dataclass(frozen=True)
class Look:
    """What a chart has to know about its reader: the language."""

    language: str = "en"

    def say(self, message: str) -> str:
        """`message` in the reader's language."""
        return translate(message, self.language)

    def status(self, status: str) -> str:
        """The word for a status in the reader's language."""
        return self.say(STATUS_WORDS[status])

    def config(self) -> dict[str, Any]:
        """Options for the browser: the reader's number and date words, no toolbar."""
        config: dict[str, Any] = {"displayModeBar": False, "locale": self.language}
        return {**config, "locales": {"de": GERMAN}} if self.language == "de" else config


def blank(look: Look, height: int = HEIGHT) -> go.Figure:
    """An empty figure with the common spacing, number signs and legend above the drawing."""
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 36, "b": 8},
        separators=",." if look.language == "de" else ".,",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"namelength": -1},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0, "title": None},
    )
    figure.update_xaxes(automargin=True, title=None)
    figure.update_yaxes(automargin=True, title={"standoff": 8})
    return figure


def faint(colour: str, opacity: float = FAINT) -> str:
    """A colour with little opacity, for areas behind lines."""
    red, green, blue = (int(colour[position : position + 2], 16) for position in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
