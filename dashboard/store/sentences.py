"""Sentences as the store keeps them: a message and the JSON of its values, in which days are ISO texts.

A value that is a sentence itself is kept as an object of its message and its values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from dashboard.words import Sentence

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def values_text(values: Mapping[str, object]) -> str:
    """The values of a sentence as they are kept.

    >>> values_text({"why": Sentence("It grew by {n}.", {"n": 3})})
    '{"why": {"message": "It grew by {n}.", "values": {"n": 3}}}'
    """
    return json.dumps(kept_values(values), sort_keys=True, default=str)


def kept_values(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a sentence with those that are sentences as JSON objects."""
    return {
        name: {"message": value.message, "values": kept_values(value.values)} if isinstance(value, Sentence) else value
        for name, value in values.items()
    }


def sentence_from(message: str, values: str) -> Sentence:
    """A stored sentence, its days as dates again, so that readers see them in their form; `period` stays a label.

    >>> sentence_from("Due by {day}.", '{"day": "2026-03-31", "period": "2026-03-01"}').values["day"]
    datetime.date(2026, 3, 31)
    """
    return sentence_of(message, json.loads(values))


def sentence_of(message: str, values: Mapping[str, object]) -> Sentence:
    """As `sentence_from`, of values that were read from JSON before."""
    return Sentence(message, {name: _opened(name, value) for name, value in values.items()})


def _opened(name: str, value: object) -> object:
    if name != "period" and isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, dict) and value.keys() == {"message", "values"}:
        return sentence_of(value["message"], value["values"])
    return value
