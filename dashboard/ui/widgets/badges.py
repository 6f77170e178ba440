"""How a status and text of people are written: sign, word and colour; nothing that markdown would run."""

from __future__ import annotations

import re
from typing import Literal

from dashboard.charts.look import STATUS_WORDS
from dashboard.schema.severities import status_of
from dashboard.ui.labels.alerts import SEVERITIES
from dashboard.ui.session.language import say
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
SEVERITY_ICONS = {
    "high": ":material/keyboard_double_arrow_up:",
    "medium": ":material/keyboard_arrow_up:",
    "low": ":material/keyboard_arrow_down:",
}


def badge(status: str, word: str | None = None) -> str:
    """A status as markdown: icon, word and colour."""
    shown = say(STATUS_WORDS[status]) if word is None else word
    return f":{BADGE_COLOURS[status]}-badge[{STATUS_ICONS[status]} {shown}]"


def severity_badge(severity: str) -> str:
    """How severe something is as markdown: icon, word and colour."""
    colour = BADGE_COLOURS[status_of(severity)]
    return f":{colour}-badge[{SEVERITY_ICONS[severity]} {say(SEVERITIES[severity])}]"


def severity_text(severity: str, in_language: str) -> str:
    """How severe something is as a sign and a word, for places that cannot hold a badge."""
    return f"{STATUS_SIGNS[status_of(severity)]} {translate(SEVERITIES[severity], in_language)}"


SIGNS = frozenset("\\`*_{}[]<>#$|~:&!")
# Where a line would become a list, a rule, a heading or a block of code.
LINE_STARTS = re.compile(r"(?m)^[ \t]*(?:(\d{1,9})([.)])|([-+=]))?")
# Markdown makes links of bare addresses, whatever is escaped; an invisible sign in them keeps them text.
ADDRESSES = re.compile(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=[\w-])")
WORD_JOINER = "\u2060"


def escaped(text: str) -> str:
    """Text of people as it may stand in markdown: no markup, no links, no images, no formulas."""
    parted = ADDRESSES.sub(WORD_JOINER, text)
    signs = "".join(f"\\{sign}" if sign in SIGNS else sign for sign in parted)
    return LINE_STARTS.sub(_plain_start, signs)


def _plain_start(found: re.Match[str]) -> str:
    number, sign, bullet = found.groups(default="")
    return f"{number}\\{sign or bullet}" if sign or bullet else ""


def status_text(status: str, in_language: str) -> str:
    """A status as a sign and a word, for places that cannot hold a badge."""
    return f"{STATUS_SIGNS[status]} {translate(STATUS_WORDS[status], in_language)}"
