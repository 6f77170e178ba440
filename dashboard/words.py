"""Words for people: translation by gettext catalogues, numbers and dates by locale.

The English text is the key. `locales/<language>/LC_MESSAGES/dashboard.po` holds the translations and is read as it is,
so that nothing has to be compiled before the dashboard starts. A language is what has such a catalogue: its header
names the language in its own words, the locale of its numbers and dates, and the patterns of tables and date fields.
A sentence that counts has one key; its catalogue entry holds the plural forms, chosen by the value `n`.
"""

from __future__ import annotations

import decimal
import gettext
import io
import itertools
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from numbers import Integral
from pathlib import Path
from typing import Protocol, runtime_checkable

from dashboard.periods import MONTH, QUARTER, WEEK, YEAR, is_period, period_start
from dashboard.resources import resource

SOURCE_LANGUAGE = "en"
# Numbers below this have fewer digits than decimal numbers have.
WRITTEN_WHOLE = 1e15
UNKNOWN_NUMBER = "–"
# Begins a further line of an answer that says how it came about.
NOTE = "note: "
# Money below this has cents.
WHOLE_FROM = 100
# Numbers, days and periods that were written last: the same ones come again on every page.
WRITTEN = 20_000
# A count whose plural form is the one of any larger number.
MANY = 100
# Values of sentences that are periods as text.
_PERIODS = frozenset({"period", "since", "season"})
_UNTIL = " – "
_HEADER = re.compile(r'^"X-([A-Za-z-]+): (.*)\\n"$')
CATALOGUES = resource("locales")


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "dashboard.po"


# The languages that have a catalogue, the language of the keys first.
LANGUAGES = (
    SOURCE_LANGUAGE,
    *sorted({path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/dashboard.po")} - {SOURCE_LANGUAGE}),
)


@dataclass(frozen=True)
class Language:
    """What the header of a catalogue says of its language; the patterns are those of the browser's tables and fields.

    `name` is the language in its own words, `locale` the one of numbers and dates, e.g. `de_CH`.
    """

    name: str
    locale: str
    table_day: str
    typed_day: str


@cache
def language_of(code: str) -> Language:
    """Return the name, the locale and the day patterns of a language; of the source language when it is unknown."""
    path = _path(code if code in LANGUAGES else SOURCE_LANGUAGE)
    with path.open(encoding="utf-8") as lines:
        head = itertools.takewhile(lambda line: line.strip(), lines)
        named = {match[1]: match[2] for line in head if (match := _HEADER.match(line))}
    return Language(named["Language-Name"], named["Locale"], named["Table-Day"], named["Typed-Day"])


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations of one language; unknown languages fall back to the English keys."""
    return _read(_path(language), language)


@cache
def _earlier() -> gettext.NullTranslations:
    """Return the reworded texts that stores may still hold, each with the key that it has today."""
    return _read(CATALOGUES / "earlier.po", SOURCE_LANGUAGE)


def _read(path: Path, language: str) -> gettext.NullTranslations:
    if not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def current_key(message: str) -> str:
    """Return the key that a text from a store has today: a text may have been reworded since it was stored."""
    return _earlier().gettext(message) if message else message


def translate(message: str, language: str, count: int = MANY) -> str:
    """Return `message` in `language`, in the plural form of `count`, or as it is when there is no translation."""
    if not message:
        return message
    key, texts = current_key(message), catalogue(language)
    # Without an entry of several forms gettext answers the first argument for one and the second for more.
    form = texts.ngettext(key, "", count)
    return texts.gettext(key) if form == (key if count == 1 else "") else form


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
    """Several words as one value of a sentence, each a catalogue key; written with commas between them."""

    words: tuple[str, ...]

    def in_language(self, language: str) -> str:
        """The words in one language."""
        return ", ".join(translate(word, language) for word in self.words)


@dataclass(frozen=True)
class Sentence:
    """A sentence that is stored once and rendered in any language: an English key with {placeholders} and their values.

    A value called `period` stands behind the sentence in brackets; it, `since` and `season` are periods as text, and
    readers see their names.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, language: str = "en") -> str:
        """The sentence in `language` with its numbers and dates in that language's form."""
        shown = {
            name: _named_period(value, language) if name in _PERIODS else shown_value(value, language)
            for name, value in self.values.items()
        }
        count = self.values.get("n")
        text = translate(self.message, language, int(count) if isinstance(count, Integral) else MANY).format(**shown)
        return f"{text} ({shown['period']})" if "period" in shown else text

    def in_language(self, language: str) -> str:
        """Render as a value of another sentence."""
        return self.render(language)


def _named_period(value: object, language: str) -> str:
    """The name of a period, or of the first and last one of several; any other value as it is shown elsewhere."""
    ends = value.split(_UNTIL) if isinstance(value, str) else []
    if ends and all(is_period(end) for end in ends):
        return _UNTIL.join(dict.fromkeys(period_name(end, language) for end in ends))
    return shown_value(value, language)


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
    if not isinstance(value, int) and not math.isfinite(value):
        return UNKNOWN_NUMBER
    # Nought has no sign.
    return _written(value if value else abs(value), language, digits)


def rounded_money(value: float) -> float:
    """An amount of money in the digits in which readers see it: whole from a hundred on, else with two decimals."""
    if not math.isfinite(value):
        return value
    return round(value) if abs(value) >= WHOLE_FROM else round(value, 2)


@lru_cache(WRITTEN, typed=True)
def _written(value: float, language: str, digits: int) -> str:
    from babel.numbers import format_decimal

    locale = language_of(language).locale
    size = abs(value)
    if isinstance(value, int) or size >= 1000:
        with _all_digits(value):
            return format_decimal(round(value), locale=locale)
    decimals = digits if size < 1 else max(0, digits - len(str(int(size))))
    return format_decimal(
        round(value, decimals), locale=locale, format="#,##0." + "0" * decimals if decimals else "#,##0"
    )


def share(value: float, language: str, decimals: int = 1) -> str:
    """A share of one as a percentage."""
    from babel.numbers import format_percent

    pattern = "#,##0." + "0" * decimals + "%" if decimals else "#,##0%"
    with _all_digits(value):
        return format_percent(value, locale=language_of(language).locale, format=pattern)


@contextmanager
def _all_digits(value: float) -> Iterator[None]:
    """Let numbers be written out whole: decimal numbers have 28 digits otherwise, and more are refused."""
    if abs(value) < WRITTEN_WHOLE:
        yield
        return
    with decimal.localcontext() as context:
        context.prec = len(str(round(value))) + 10
        yield


@lru_cache(WRITTEN, typed=True)
def day(value: datetime | date, language: str) -> str:
    """A date in the medium form of `language`."""
    from babel.dates import format_date

    return format_date(value, format="medium", locale=language_of(language).locale)


@lru_cache(WRITTEN)
def period_name(period: str, language: str) -> str:
    """What readers of `language` call a period, e.g. April 2013, week 16 of 2013, 2nd quarter 2013.

    Raises ValueError when the text is no period.
    """
    from babel.dates import format_date, format_datetime

    locale = language_of(language).locale
    if week := WEEK.match(period):
        return translate("week {week} of {year}", language).format(week=int(week[2]), year=week[1])
    if quarter := QUARTER.match(period):
        return translate("quarter {quarter} of {year}", language).format(quarter=quarter[2], year=quarter[1])
    if MONTH.match(period):
        return format_date(period_start(period), format="MMMM y", locale=locale)
    if YEAR.match(period):
        return period
    if len(period) > len("2013-04-21"):
        return format_datetime(period_start(period), format="short", locale=locale)
    return format_date(period_start(period), format="medium", locale=locale)
