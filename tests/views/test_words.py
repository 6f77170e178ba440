"""Numbers and sentences as readers see them."""

from __future__ import annotations

import math

import pytest

from dashboard.words import UNKNOWN_NUMBER, Sentence, number, share


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (0.12345, "0.123", "0.123"),
        (12.345, "12.3", "12.3"),
        (1234567.8, "1,234,568", "1’234’568"),
        (-0.5, "-0.500", "-0.500"),
        (3, "3", "3"),
        (1e22, "10,000,000,000,000,000,000,000", "10’000’000’000’000’000’000’000"),
        (10**25, "10,000,000,000,000,000,000,000,000", "10’000’000’000’000’000’000’000’000"),
        (math.nan, UNKNOWN_NUMBER, UNKNOWN_NUMBER),
        (-math.inf, UNKNOWN_NUMBER, UNKNOWN_NUMBER),
    ],
)
def test_numbers_are_written_as_readers_write_them(value: float, english: str, german: str) -> None:
    assert (number(value, "en"), number(value, "de")) == (english, german)


def test_a_sentence_keeps_its_period_behind_it() -> None:
    assert Sentence("{value} of it", {"value": 0.25, "period": "2024-01"}).render() == "0.250 of it (January 2024)"
    message = "{reason} It has been so since {since}, {number} periods in a row."
    stored = Sentence(
        message, {"reason": Sentence("{x}", {"x": 1, "period": "2024-W05"}), "since": "2023", "number": 2}
    )
    assert stored.render("de") == "1 (Woche 5 2024) So ist es seit 2023, 2 Perioden in Folge."


@pytest.mark.parametrize(
    ("season", "english", "german"),
    [
        ("2025-05-01 – 2025-05-31", "as in 1 May 2025 – 31 May 2025", "as in 01.05.2025 – 31.05.2025"),
        ("2025-05-01 – 2025-05-01", "as in 1 May 2025", "as in 01.05.2025"),
    ],
)
def test_days_of_a_season_are_written_as_readers_write_days(season: str, english: str, german: str) -> None:
    said = Sentence("as in {season}", {"season": season})
    assert (said.render("en"), said.render("de")) == (english, german)


def test_a_period_that_is_none_is_shown_as_it_is() -> None:
    assert Sentence("It is so", {"period": "before 2024"}).render("de") == "It is so (before 2024)"


@pytest.mark.parametrize("value", [1e25, -1.5e300, 10**400])
def test_numbers_of_any_size_are_written_out(value: float) -> None:
    assert int(number(value, "en").replace(",", "")) == int(value)


def test_shares_of_any_size_are_written_out() -> None:
    assert share(1e30, "en", 0).replace(",", "").startswith("1" + "0" * 15)
