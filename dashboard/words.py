"""Words for people: translation by gettext catalogues, numbers and dates by locale.

The English text is the key. `locales/<language>/LC_MESSAGES/dashboard.po` holds the translations and is read as it is,
so that nothing has to be compiled before the dashboard starts.
"""

from __future__ import annotations

import gettext
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Protocol, runtime_checkable

from dashboard.resources import resource

LANGUAGES = ("en", "de")
UNKNOWN_NUMBER = "–"
CATALOGUES = resource("locales")


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations of one language; unknown languages fall back to the English keys."""
    path = CATALOGUES / language / "LC_MESSAGES" / "dashboard.po"
    if not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(message: str, language: str) -> str:
    """`message` in `language`, or as it is when there is no translation."""
    return catalogue(language).gettext(message) if message else message


def mark(message: str) -> str:
    """Mark a text for the catalogue where it cannot be translated yet; returns it unchanged."""
    return message


@runtime_checkable
class ManyLanguages(Protocol):
    """Text of people that they gave in several languages."""

    def in_language(self, language: str) -> str:
        """The text in one language, or in the one that was given."""


@dataclass(frozen=True)
class Listed:
    """Several words as one value of a sentence, each a catalogue key; told with commas between them."""

    words: tuple[str, ...]

    def in_language(self, language: str) -> str:
        """The words in one language."""
        return ", ".join(translate(word, language) for word in self.words)


@dataclass(frozen=True)
class Sentence:
    """A sentence that is stored once and told in any language: an English key with {placeholders} and their values.

    A value called `period` stands behind the sentence in brackets.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, language: str = "en") -> str:
        """The sentence in `language` with its numbers and dates in that language's form."""
        shown = {name: shown_value(value, language) for name, value in self.values.items()}
        text = translate(self.message, language).format(**shown)
        return f"{text} ({shown['period']})" if "period" in shown else text

    def in_language(self, language: str) -> str:
        """As `told`: a sentence may be a value of another one."""
        return self.render(language)


def shown_value(value: object, language: str) -> str:
    """A number or date as readers of `language` write it, text of people in `language`, a catalogue key translated."""
    if isinstance(value, str):
        return translate(value, language)
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        return number(value, language)
    if isinstance(value, datetime | date):
        return day(value, language)
    # Looked at last: whether a value has these methods takes longer to find out than what type it is.
    if isinstance(value, ManyLanguages):
        return value.in_language(language)
    return translate(str(value), language)


def number(value: float, language: str, digits: int = 3) -> str:
    """A number with `digits` significant digits below 1,000 and whole above, grouped as usual in `language`."""
    from babel.numbers import format_decimal

    if not math.isfinite(value):
        return UNKNOWN_NUMBER
    size = abs(value)
    if isinstance(value, int) or size >= 1000:
        return format_decimal(round(value), locale=language)
    decimals = digits if size < 1 else max(0, digits - len(str(int(size))))
    return format_decimal(
        round(value, decimals), locale=language, format="#,##0." + "0" * decimals if decimals else "#,##0"
    )


def share(value: float, language: str, decimals: int = 1) -> str:
    """A share of one as a percentage."""
    from babel.numbers import format_percent

    return format_percent(value, locale=language, format="#,##0." + "0" * decimals + "%" if decimals else "#,##0%")


def day(value: datetime | date, language: str) -> str:
    """A date in the medium form of `language`."""
    from babel.dates import format_date

    return format_date(value, format="medium", locale=language)
