"""How a status and text of people are written: sign, word and colour; nothing that markdown would run."""

from __future__ import annotations

from typing import Literal

from dashboard.charts.look import STATUS_WORDS
from dashboard.ui.language import say
from dashboard.words import translate

Colour = Literal["green", "orange", "red", "gray"]
STATUS_ICONS = {
    "ok": ":material/check_circle:",
    "warn": ":material/warning:",
    "alert": ":material/error:",
    "unknown": ":material/help:",
}
BADGE_COLOURS: dict[str, Colour] = {"ok": "green", "warn": "orange", "alert": "red", "unknown": "gray"}
STATUS_SIGNS = {"ok": "●", "warn": "▲", "alert": "◆", "unknown": "○"}


def badge(status: str, word: str | None = None) -> str:
    """A status as markdown: icon, word and colour."""
    shown = say(STATUS_WORDS[status]) if word is None else word
    return f":{BADGE_COLOURS[status]}-badge[{STATUS_ICONS[status]} {shown}]"


def escaped(text: str) -> str:
    """Text of people as it may stand in markdown: no markup, no links, no formulas."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$|~:" else sign for sign in text)


def status_text(status: str, in_language: str) -> str:
    """A status as a sign and a word, for places that cannot hold a badge."""
    return f"{STATUS_SIGNS[status]} {translate(STATUS_WORDS[status], in_language)}"
