"""The cells of a judgement: values and words that are kept once and rendered in any language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboard.words import LANGUAGES, ManyLanguages, Sentence

# A cell is a plain value, or one of these: words of people in several languages, a sentence, or several of them.
WORDS, SENTENCE, VALUES, SENTENCES, DAY, INSTANT = "words", "sentence", "values", "sentences", "day", "instant"
Content = Mapping[str, Any]
# Most cells are one of these, and a row is packed in half the time when they are looked for first.
PLAIN = frozenset({str, int, float, bool, type(None)})


def to_text(content: Content) -> str:
    """The cells of a row as JSON."""
    return json.dumps({name: _packed(value) for name, value in content.items()}, ensure_ascii=False)


def from_text(text: str) -> dict[str, Any]:
    """The cells of a row as they were kept; days and instants stay ISO texts, words and sentences are opened."""
    return {name: _opened(value) for name, value in json.loads(text).items()}


def tell(content: Content, language: str) -> dict[str, Any]:
    """The cells with every sentence and every text in one language."""
    return {name: _rendered(value, language) for name, value in content.items()}


def cells_in_words(texts: Sequence[str | None], language: str) -> list[Any]:
    """The values of single cells that were kept as JSON, in a language; None where there was no such cell."""
    known = json.loads(f"[{','.join('null' if text is None else text for text in texts)}]")
    return [_rendered(_opened(value), language) for value in known]


def _packed(value: object) -> object:
    """A value of a row; days and instants are ISO texts."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {SENTENCES: [_packed_in_sentence(one) for one in value]}
    return _packed_in_sentence(value)


def _packed_in_sentence(value: object) -> object:
    """A value inside a sentence, whose days are written in the reader's form."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Sentence):
        values = {name: _packed_in_sentence(one) for name, one in value.values.items()}
        return {SENTENCE: value.message, VALUES: values} if values else {SENTENCE: value.message}
    if isinstance(value, datetime):
        return {INSTANT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, ManyLanguages):
        return {WORDS: {language: value.in_language(language) for language in LANGUAGES}}
    return str(value)


def _opened(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if SENTENCES in value:
        return tuple(_opened(one) for one in value[SENTENCES])
    if SENTENCE in value:
        return Sentence(value[SENTENCE], {name: _opened(one) for name, one in value.get(VALUES, {}).items()})
    if DAY in value:
        return date.fromisoformat(value[DAY])
    if INSTANT in value:
        return datetime.fromisoformat(value[INSTANT])
    return Words(value[WORDS])


class Words:
    """Words that were kept in every language of the program."""

    def __init__(self, by_language: Mapping[str, str]) -> None:
        """Keep the words by language."""
        self._by_language = by_language

    def in_language(self, language: str) -> str:
        """The words in a language, else in English."""
        return self._by_language.get(language, self._by_language["en"])


def _rendered(value: object, language: str) -> object:
    if isinstance(value, tuple):
        return " ".join(str(_rendered(one, language)) for one in value) or None
    if isinstance(value, Sentence | Words):
        return value.in_language(language)
    return value
