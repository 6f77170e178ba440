"""Sentences as the store keeps them: a message and the JSON of its values, in which days are ISO texts.

A value that is no plain one (a sentence within a sentence, its days, words of people) is kept as an object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime

from dashboard.words import LANGUAGES, ManyLanguages, Sentence

# A value is a plain one, or an object with one of these: words of people in several languages, a sentence with its
# values, several sentences, a day, an instant.
WORDS, SENTENCE, VALUES, SENTENCES, DAY, INSTANT = "words", "sentence", "values", "sentences", "day", "instant"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Words:
    """Words that were kept in every language of the program."""

    def __init__(self, by_language: Mapping[str, str]) -> None:
        """Keep the words by language."""
        self._by_language = by_language

    def in_language(self, language: str) -> str:
        """The words in a language, else in English."""
        return self._by_language.get(language, self._by_language["en"])


def packed(value: object) -> object:
    """A value inside a sentence as JSON has it; its days are written in the reader's form once it is opened."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Sentence):
        values = {name: packed(one) for name, one in value.values.items()}
        return {SENTENCE: value.message, VALUES: values} if values else {SENTENCE: value.message}
    if isinstance(value, datetime):
        return {INSTANT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, ManyLanguages):
        return {WORDS: {language: value.in_language(language) for language in LANGUAGES}}
    return str(value)


def opened(value: object) -> object:
    """What was packed; a plain value is itself."""
    if not isinstance(value, dict):
        return value
    if SENTENCES in value:
        return tuple(opened(one) for one in value[SENTENCES])
    if SENTENCE in value:
        return Sentence(value[SENTENCE], {name: opened(one) for name, one in value.get(VALUES, {}).items()})
    if DAY in value:
        return date.fromisoformat(value[DAY])
    if INSTANT in value:
        return datetime.fromisoformat(value[INSTANT])
    return Words(value[WORDS])


def values_text(values: Mapping[str, object]) -> str:
    """The values of a sentence as they are kept.

    >>> values_text({"why": Sentence("It grew by {n}.", {"n": 3})})
    '{"why": {"sentence": "It grew by {n}.", "values": {"n": 3}}}'
    """
    return json.dumps(kept_values(values), sort_keys=True, default=str)


def kept_values(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence with those that are sentences as JSON objects."""
    return {name: packed(value) if isinstance(value, Sentence) else value for name, value in values.items()}


def sentence_from(message: str, values: str) -> Sentence:
    """A stored sentence, its days as dates again, so that readers see them in their form; `period` stays a label.

    >>> sentence_from("Due by {day}.", '{"day": "2026-03-31", "period": "2026-03-01"}').values["day"]
    datetime.date(2026, 3, 31)
    """
    return sentence_of(message, json.loads(values))


def sentence_of(message: str, values: Mapping[str, object]) -> Sentence:
    """As `sentence_from`, of values that were read from JSON before."""
    return Sentence(message, {name: _read(name, value) for name, value in values.items()})


def _read(name: str, value: object) -> object:
    if name != "period" and isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return opened(value)
