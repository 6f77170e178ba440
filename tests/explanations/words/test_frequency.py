"""Frequencies come from what happened, and say when they do not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from dashboard.explanations.words.frequency import Frequency, ScoreBin, frequency, frequency_in_words
from dashboard.words import LANGUAGES

RECORD = [
    ScoreBin(0.0, 0.3, 0.1, 0.05, 0.2, 500),
    ScoreBin(0.4, 0.6, 0.62, 0.5, 0.7, 400),
    ScoreBin(0.7, 0.9, 1.0, 0.4, 1.0, 9),
]


@pytest.mark.parametrize(
    ("score", "rate", "source", "rows"),
    [(0.2, 0.1, "record", 500), (0.36, 0.62, "record", 400), (0.34, 0.1, "record", 500), (0.8, 0.8, "score", 0),
     (0.95, 0.95, "score", 0)],
)  # fmt: skip
def test_a_score_means_what_happened_in_its_bin(score, rate, source, rows) -> None:
    found = frequency(score, RECORD)
    assert found is not None
    assert (found.rate, found.source, found.rows) == (rate, source, rows)


def test_a_score_that_is_no_probability_has_no_frequency() -> None:
    assert frequency(1.2, RECORD) is None
    assert frequency(0.5, []) == Frequency(0.5, "score")


@pytest.mark.parametrize("language", LANGUAGES)
@given(rate=st.floats(0, 1))
def test_the_numbers_of_a_frequency_hold(language, rate) -> None:
    text = frequency_in_words(Frequency(rate, "score"), None).render(language)
    numbers = [int(re.sub(r"\D", "", number)) for number in re.findall(r"\d[\d,’']*", text)]
    of, count = numbers if language == "en" else numbers[::-1]
    if any(word in text for word in ("fewer", "weniger")):
        assert 0 < rate < count / of
    elif any(word in text for word in ("more than", "mehr als")):
        assert count / of < rate < 1
    else:
        assert abs(rate - count / of) <= 0.5 / of + 1e-12
