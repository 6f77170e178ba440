"""Probabilities as frequencies: of 100 such cases about 62, from what happened where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.schema.card.wording import Wording
from dashboard.words import Sentence, mark

# A bin of the record needs so many cases with known outcomes.
FEWEST_CASES = 30
MANY, VERY_MANY = 100, 1_000
# Beyond these rates a hundred cases are too few to say anything.
RARE, FREQUENT = 0.01, 0.99
OF_SUCH = mark("of {of} such {cases} {amount} {outcome}")
OF_CASES = mark("of {of} such cases {amount} turn out positive")
ABOUT, FEWER, MORE = mark("about {count}"), mark("fewer than {count}"), mark("more than {count}")


@dataclass(frozen=True)
class ScoreBin:
    """Scores from `lower` to `upper`, how often the outcome occurred there (95 % interval), and of how many cases."""

    lower: float
    upper: float
    rate: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class Frequency:
    """How often the outcome occurs in cases like this one; without a record `low` and `high` are None, `rows` 0."""

    rate: float
    source: Literal["record", "score"]
    low: float | None = None
    high: float | None = None
    rows: int = 0


def frequency(score: float, record: Sequence[ScoreBin]) -> Frequency | None:
    """What happened in cases with such a score; without enough of them what the score itself says.

    `record` holds bins in ascending order. A score between two bins belongs to the nearer one, one outside of all bins
    to none. None for a score that is no probability.
    """
    if not 0 <= score <= 1:
        return None
    if record and record[0].lower <= score <= record[-1].upper:
        found = min(record, key=lambda one: max(one.lower - score, score - one.upper, 0.0))
        if found.rows >= FEWEST_CASES:
            return Frequency(found.rate, "record", found.low, found.high, found.rows)
    return Frequency(score, "score")


def of_so_many(rate: float) -> tuple[int, int, str]:
    """Of how many cases, how many, and in which words: (100, 62, "about {count}").

    >>> of_so_many(0.6218)
    (100, 62, 'about {count}')
    >>> of_so_many(0.0001)
    (1000, 1, 'fewer than {count}')
    """
    of = MANY if RARE <= rate <= FREQUENT else VERY_MANY
    count = round(rate * of)
    if count == 0 and rate > 0:
        return of, 1, FEWER
    if count == of and rate < 1:
        return of, of - 1, MORE
    return of, count, ABOUT


def frequency_in_words(found: Frequency, wording: Wording | None) -> Sentence:
    """The frequency as a part of a sentence, in the card's words for its cases and its outcome."""
    of, count, message = of_so_many(found.rate)
    amount = Sentence(message, {"count": count})
    if wording is not None and wording.cases is not None and wording.outcome is not None:
        values = {"of": of, "amount": amount, "cases": wording.cases, "outcome": wording.outcome}
        return Sentence(OF_SUCH, values)
    return Sentence(OF_CASES, {"of": of, "amount": amount})
