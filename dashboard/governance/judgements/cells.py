"""The cells of a judgement: values and words that are kept once and rendered in any language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dashboard.store.sentences import SENTENCES, Words, opened, packed
from dashboard.words import Sentence

Content = Mapping[str, Any]
# Most cells are one of these, and a row is packed in half the time when they are looked for first.
PLAIN = frozenset({str, int, float, bool, type(None)})


def to_text(content: Content) -> str:
    """The cells of a row as JSON."""
    return json.dumps({name: _packed(value) for name, value in content.items()}, ensure_ascii=False)


def from_text(text: str) -> dict[str, Any]:
    """The cells of a row as they were kept; days and instants stay ISO texts, words and sentences are opened."""
    return {name: opened(value) for name, value in json.loads(text).items()}


def tell(content: Content, language: str) -> dict[str, Any]:
    """The cells with every sentence and every text in one language."""
    return {name: _rendered(value, language) for name, value in content.items()}


def cells_in_words(texts: Sequence[str | None], language: str) -> list[Any]:
    """The values of single cells that were kept as JSON, in a language; None where there was no such cell."""
    known = json.loads(f"[{','.join('null' if text is None else text for text in texts)}]")
    return [_rendered(opened(value), language) for value in known]


def _packed(value: object) -> object:
    """A value of a row; days and instants are ISO texts."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {SENTENCES: [packed(one) for one in value]}
    return packed(value)


def _rendered(value: object, language: str) -> object:
    if isinstance(value, tuple):
        return " ".join(str(_rendered(one, language)) for one in value) or None
    if isinstance(value, Sentence | Words):
        return value.in_language(language)
    return value
