"""What came first, and what the sentences about it claim."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from dashboard.governance.causes.happenings import HARMS, LANES, LOOKED_BACK, Happening, before, latest_harm, meanwhile
from dashboard.governance.causes.sentences import NAMED, order_in_time
from dashboard.words import Sentence

START = date(2024, 1, 1)
DAYS = st.integers(0, 400)


def happening(lane, begins, length=0, unsure=0, status="alert", **more):
    """Something that began on a day from START, `unsure` days at most later; `length` None: it goes on."""
    first = START + timedelta(days=begins)
    ends = None if length is None else first + timedelta(days=unsure + length)
    return Happening(lane, first, first + timedelta(days=unsure), ends, status, Sentence(f"{lane} {begins}"), **more)


HAPPENINGS = st.lists(
    st.builds(
        happening,
        st.sampled_from(LANES),
        DAYS,
        st.none() | st.integers(0, 60),
        st.sampled_from([0, 6, 30]),
        st.sampled_from(["warn", "alert", "unknown"]),
    ),
    max_size=12,
)


@given(HAPPENINGS)
def test_only_what_certainly_began_earlier_came_before(found):
    harm = latest_harm(found)
    if harm is None:
        assert not [one for one in found if one.lane in HARMS and one.status in ("warn", "alert")]
        return
    earlier, same = before(found, harm), meanwhile(found, harm)
    assert all(one.begun_by < harm.begins for one in earlier)
    assert not [one for one in earlier if one in same]
    rest = [one for one in found if one.lane not in HARMS and one not in earlier + same]
    # What is left out began later, or had long been over.
    assert all(
        one.begins > harm.begun_by or (one.ends is not None and one.ends < harm.begins - LOOKED_BACK) for one in rest
    )


@given(HAPPENINGS)
def test_sentences_claim_order_and_no_cause(found):
    english = " ".join(sentence.render("en") for sentence in order_in_time(found))
    assert ("need not be the cause" in english) == ("Before it began" in english or "In the same period" in english)
    assert "because" not in english
    assert all(sentence.render("de") for sentence in order_in_time(found))


def test_a_harm_that_goes_on_comes_before_one_that_is_over():
    over, lasting = happening("performance", 200, 10), happening("performance", 100, None, status="warn")
    assert latest_harm([over, lasting]) is lasting


def test_months_are_named_as_months_and_days_as_days():
    harm = happening("performance", 31, None, 28, period="2024-02")
    drifted = happening("drift", 0, 30, 30, period="2024-01 – 2024-02")
    live = happening("deployment", 14, status="unknown")
    assert [sentence.render("en") for sentence in order_in_time([harm, drifted, live])] == [
        "Since February 2024: performance 31.",
        "Before it began, in this order: drift 0 (January 2024 – February 2024); deployment 14 (15 Jan 2024).",
        "What came first need not be the cause.",
    ]


@pytest.mark.parametrize("status", ["alert", "warn"])
def test_of_many_the_alerts_and_the_last_are_named(status):
    many = [happening("drift", day, status="alert" if day == 3 else status) for day in range(8)]
    sentence = order_in_time([*many, happening("performance", 50, None)])[1].render("en")
    assert sentence.endswith(f", and {8 - NAMED} more.")
    assert ("drift 3" in sentence) == (status == "warn")
    assert "drift 7" in sentence


def test_nothing_before_a_harm_is_said():
    long_over = happening("drift", 0, 5)
    assert (
        "Nothing that is recorded here began" in order_in_time([long_over, happening("value", 300, None)])[1].render()
    )
