"""Features with their values as readers see them: label, unit, names of categories, lists in a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.explanations.words.reasons import Given, Reason
from dashboard.profiles.layout import MISSING
from dashboard.schema.card.data import DataColumns, label_of
from dashboard.words import ManyLanguages, language_of, number, share, shown_value, translate

# Whole numbers below this have at most four digits.
UNGROUPED = 10_000


def value_in_words(data: DataColumns, feature: str, value: Given, language: str) -> str:
    """The value of a feature with its unit, or the name that the card gives the category."""
    if value is None:
        return translate(MISSING, language).strip("()")
    described = data.features.get(feature)
    if isinstance(value, str):
        named = described.category_labels.get(value) if described else None
        return named.in_language(language) if named else value
    unit = described.unit if described else None
    if unit is None:
        return _bare(value, language)
    return f"{number(_whole(value), language)} {unit.in_language(language)}"


def _bare(value: float, language: str) -> str:
    """A number without a unit; four digits are not grouped, as they may be a year or a code."""
    whole = _whole(value)
    return str(whole) if isinstance(whole, int) and abs(whole) < UNGROUPED else number(whole, language)


def _whole(value: float) -> float | int:
    """A number without decimals as one: years and counts have none."""
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def signed(value: float, language: str) -> str:
    """A contribution with its sign."""
    written = number(value, language)
    return f"+{written}" if value > 0 else written


@dataclass(frozen=True)
class InWords:
    """A reason as a value of a sentence: the feature's label and, in brackets, its value in this case."""

    data: DataColumns
    reason: Reason
    share: float | None = None

    def in_language(self, language: str) -> str:
        """The reason in a language, with its share of all that moves the score where that is wanted."""
        label = label_of(self.data, self.reason.feature, language)
        value = value_in_words(self.data, self.reason.feature, self.reason.value, language)
        if self.share is None:
            return f"{label} ({value})"
        return f"{label} ({value}; {share(self.share, language, 0)})"


@dataclass(frozen=True)
class Technical:
    """A reason as data scientists read it: column, value as logged, contribution with its sign."""

    reason: Reason

    def in_language(self, language: str) -> str:
        """The reason with numbers as a language writes them."""
        value = self.reason.value
        written = translate(MISSING, language) if value is None else value
        shown = written if isinstance(written, str) else _bare(written, language)
        return f"{self.reason.feature} = {shown} ({signed(self.reason.contribution, language)})"


@dataclass(frozen=True)
class Percent:
    """A share as a value of a sentence, in whole percent."""

    value: float

    def in_language(self, language: str) -> str:
        """The share in a language."""
        return share(self.value, language, 0)


@dataclass(frozen=True)
class Signed:
    """A number with its sign as a value of a sentence."""

    value: float

    def in_language(self, language: str) -> str:
        """The number in a language."""
        return signed(self.value, language)


@dataclass(frozen=True)
class Plain:
    """A word of the data as it is, such as the name of a class or column: never looked up in the catalogue."""

    text: str

    def in_language(self, language: str) -> str:
        """The word, the same in every language."""
        return self.text


@dataclass(frozen=True)
class Enumerated:
    """Several things as one value of a sentence, joined as a language joins them: a, b, and c."""

    parts: Sequence[ManyLanguages | str]

    def in_language(self, language: str) -> str:
        """The list in a language."""
        from babel.lists import format_list

        written = [shown_value(part, language) for part in self.parts]
        return format_list(written, locale=language_of(language).locale) if written else ""
