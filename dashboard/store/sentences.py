"""Sentences as the store keeps them: a message and the JSON of its values, in which days are ISO texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from dashboard.words import Sentence

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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
    return value
