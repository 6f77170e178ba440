"""One look for every chart: colours that colour-blind readers can tell apart on light and on dark pages, spacing, axes.

Text and grid colours come from the theme of the page. The series colours are Okabe and Ito's ("Color Universal Design",
2008), moved towards the middle so that each keeps a contrast of at least 3:1 against white and against near-black.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dashboard.words import language_of, mark, translate

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
# Pixels: text in bars is not smaller.
READABLE = 11
HEIGHT = 320
# The parts of a day pattern as the charts of the browser write them.
DAY_PARTS = {"D": "%d", "DD": "%d", "MM": "%m", "MMM": "%b", "YYYY": "%Y"}


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
        locales = {self.language: _browser_locale(self.language)}
        return {"displayModeBar": False, "locale": self.language, "locales": locales}


def _separators(language: str) -> tuple[str, str]:
    """Return the decimal sign of a language and the sign between thousands."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    locale = language_of(language).locale
    return get_decimal_symbol(locale), get_group_symbol(locale)


@cache
def _browser_locale(language: str) -> dict[str, Any]:
    """Return the signs, the days (from Sunday) and the months of a language as the browser's charts take them."""
    from babel.dates import get_day_names, get_month_names

    locale = language_of(language).locale
    days, short_days = (get_day_names(width, locale=locale) for width in ("wide", "abbreviated"))
    months, short_months = (get_month_names(width, locale=locale) for width in ("wide", "abbreviated"))
    decimal, thousands = _separators(language)
    return {
        "moduleType": "locale",
        "name": language,
        "dictionary": {},
        "format": {
            "days": [days[(number + 6) % 7] for number in range(7)],
            "shortDays": [short_days[(number + 6) % 7] for number in range(7)],
            "months": [months[number + 1] for number in range(12)],
            "shortMonths": [short_months[number + 1] for number in range(12)],
            "date": re.sub("D+|M+|Y+", lambda part: DAY_PARTS[part[0]], language_of(language).table_day),
            "decimal": decimal,
            "thousands": thousands,
        },
    }


def blank(look: Look, height: int = HEIGHT) -> go.Figure:
    """An empty figure with the common spacing, number signs and legend above the drawing."""
    import plotly.graph_objects as go

    return go.Figure(
        layout={
            "height": height,
            "margin": {"l": 8, "r": 16, "t": 36, "b": 8},
            "separators": "".join(_separators(look.language)),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hoverlabel": {"namelength": -1},
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0, "title": None},
            "xaxis": {"automargin": True, "title": None},
            "yaxis": {"automargin": True, "title": {"standoff": 18}},
            # Plotly makes a number as small as its bar: one that cannot be read is left to the tooltip and the table.
            "uniformtext": {"minsize": READABLE, "mode": "hide"},
        }
    )


def faint(colour: str, opacity: float = FAINT) -> str:
    """A colour with little opacity, for areas behind lines."""
    red, green, blue = (int(colour[position : position + 2], 16) for position in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
