"""What a model is to be worth: lines that nobody rewrites, signed or not, and what they promise for some days."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.governance.value.promises import Promise, promise_on, promised, promises, spans_in_force
from dashboard.views.records import records
from tests.governance.conftest import History

ROLES = "{accountable_executive: [anna], deputy: [ben], data_scientist: [carla]}"
VALUE = {"currency": "EUR", "promised_per_month": 1000}
PEOPLE = "people: [{id: anna, name: Anna}, {id: ben, name: Ben}, {id: carla, name: Carla}]\n"
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def promised_on_card(history: History) -> History:
    """A model whose card promises 1,000 a month since it was registered on 1 January 2024."""
    history.on("2024-01-01")
    history.people(PEOPLE)
    history.card(ROLES, business={"value": VALUE}, time_zone="UTC")
    return history


def promise(history: History, person: str, amount: float, start: str, reason: str = "Two more regions.") -> str:
    return history.act(person, "promise", per_month=amount, start=start, reason=reason)


def amounts(history: History, on: str | None = None, as_of: str | None = None) -> list[tuple[object, ...]]:
    """From, until, amount, who signed and the state of each line, newest first."""
    found = records(history.show("promises", on, as_of))
    return [tuple(row[name] for name in ("from", "until", "per_month", "signed_by", "state")) for row in found]


def test_a_promise_changed_twice_is_told_as_it_was_known_on_each_of_three_days(promised_on_card: History):
    promised_on_card.on("2024-03-10")
    promise(promised_on_card, "anna", 1500, "2024-04-01")
    promised_on_card.on("2024-06-20")
    promise(promised_on_card, "ben", 900, "2024-07-01", "A region was sold.")
    asked = [
        amounts(promised_on_card, as_of=f"{day}T12:00:00+00:00") for day in ("2024-02-01", "2024-05-01", "2024-08-01")
    ]
    first = (None, None, 1000.0, None, "in_force")
    assert asked[0] == [first]
    assert asked[1] == [
        ("2024-04-01", None, 1500.0, "anna", "in_force"),
        (None, "2024-03-31", 1000.0, None, "replaced"),
    ]
    assert asked[2] == [
        ("2024-07-01", None, 900.0, "ben", "in_force"),
        ("2024-04-01", "2024-06-30", 1500.0, "anna", "replaced"),
        (None, "2024-03-31", 1000.0, None, "replaced"),
    ]
    assert [amounts(promised_on_card, on=day) for day in ("2024-02-01", "2024-05-01", "2024-08-01")] == asked


def test_what_is_promised_for_a_time_follows_the_days_of_each_line(promised_on_card: History):
    promised_on_card.on("2024-02-10")
    promise(promised_on_card, "anna", 2900, "2024-02-16")
    lines = promises(promised_on_card.situation("2024-12-31"), "claims")
    assert promised(lines, date(2024, 1, 1), date(2024, 1, 31)) == 1000
    assert promised(lines, date(2024, 2, 1), date(2024, 2, 29)) == pytest.approx(1000 * 15 / 29 + 2900 * 14 / 29)
    assert promised(lines, date(2024, 3, 1), date(2024, 3, 31)) == 2900
    assert promised(lines, date(2024, 3, 4), date(2024, 3, 10)) == pytest.approx(2900 * 7 / 31)
    assert promised(lines, date(2023, 1, 1), date(2023, 12, 31)) == 12_000


def test_nobody_but_who_answers_for_the_model_promises(promised_on_card: History):
    with pytest.raises(ForbiddenError, match="Anna, Ben"):
        promise(promised_on_card, "carla", 1, "2024-02-01")
    with pytest.raises(ForbiddenError):
        promise(promised_on_card, "nobody", 1, "2024-02-01")
    assert len(amounts(promised_on_card)) == 1


def test_who_builds_a_model_does_not_promise_for_it_whatever_else_they_are(history: History):
    history.on("2024-01-01")
    history.people(PEOPLE)
    history.card("{accountable_executive: [anna, carla], ml_engineer: [carla]}")
    with pytest.raises(ForbiddenError, match="Anna"):
        promise(history, "carla", 5, "2024-02-01")
    promise(history, "anna", 5, "2024-02-01")


def test_the_same_again_is_refused_and_a_signature_under_an_unsigned_line_is_not(promised_on_card: History):
    promised_on_card.on("2024-02-01")
    promise(promised_on_card, "anna", 1000, "2024-02-01", "I answer for this.")
    with pytest.raises(InputRefusedError, match="already promised"):
        promise(promised_on_card, "ben", 1000, "2024-03-01")
    assert [line[2:4] for line in amounts(promised_on_card)] == [(1000.0, "anna"), (1000.0, None)]


def test_a_line_stated_after_its_first_day_says_so(promised_on_card: History):
    promised_on_card.on("2024-06-01")
    promise(promised_on_card, "anna", 10, "2024-01-01", "We were wrong.")
    row = records(promised_on_card.show("promises"))[0]
    assert (row["backdated"], row["per_month"], row["signed_at"]) == (True, 10.0, "2024-06-01T12:00:00Z")
    known = promised_on_card.situation("2024-05-31", "2024-05-31")
    assert promised(promises(known, "claims"), date(2024, 5, 1), date(2024, 5, 31)) == 1000


def test_later_cards_state_lines_without_signature_and_take_nothing_back(promised_on_card: History):
    promised_on_card.on("2024-03-01")
    promised_on_card.card(ROLES, business={"value": {**VALUE, "promised_per_month": 700}}, time_zone="UTC")
    promised_on_card.on("2024-04-01")
    promised_on_card.card(ROLES, time_zone="UTC")
    assert [line[:4] for line in amounts(promised_on_card)] == [
        ("2024-03-01", None, 700.0, None),
        (None, "2024-02-29", 1000.0, None),
    ]


def test_a_card_with_what_was_signed_meanwhile_states_no_line_of_its_own(promised_on_card: History):
    promised_on_card.on("2024-02-01")
    promise(promised_on_card, "anna", 1500, "2024-02-01")
    promised_on_card.on("2024-03-01")
    promised_on_card.card(ROLES, business={"value": {**VALUE, "promised_per_month": 1500}}, time_zone="UTC")
    assert [line[3] for line in amounts(promised_on_card)] == ["anna", None]


def test_the_promise_of_a_card_is_signed_by_who_approves_the_design_and_answers_for_the_model(
    promised_on_card: History,
):
    promised_on_card.on("2024-01-20")
    promised_on_card.act("anna", "sign_off", step="design", decision="approve", reason="As estimated.")
    (row,) = records(promised_on_card.show("promises"))
    assert (row["source"], row["signed_by"], row["signed_at"]) == ("card", "anna", "2024-01-20T12:00:00Z")
    promised_on_card.on("2024-02-01")
    promised_on_card.card(ROLES, business={"value": {**VALUE, "promised_per_month": 1010}}, time_zone="UTC")
    assert [line[3] for line in amounts(promised_on_card)] == [None, "anna"]


def test_imported_promises_name_who_imported_them_and_are_unsigned_without_a_person(promised_on_card: History):
    promised_on_card.on("2024-02-01")
    promised_on_card.event("promise", "2024-01-10", per_month=400, **{"from": "2024-01-15"})
    promised_on_card.event("promise", "2024-01-12", per_month=500, person="anna", currency="EUR")
    found = records(promised_on_card.show("promises"))
    assert [(row["per_month"], row["from"], row["signed_by"], row["imported_by"]) for row in found] == [
        (500.0, "2024-01-12", "anna", "test"),
        (400.0, "2024-01-15", None, "test"),
        (1000.0, None, None, None),
    ]
    assert [row["until"] for row in found] == [None, None, "2024-01-11"]


def line(start: date | None, amount: float, place: int) -> Promise:
    stated = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=place)
    return Promise("claims", start, amount, "EUR", "event", stated, stated)


@given(
    starts=st.lists(DAYS, min_size=1, max_size=6),
    amounts=st.lists(st.integers(-500, 500), min_size=6, max_size=6),
    span=st.tuples(DAYS, DAYS).map(sorted),
)
def test_promised_is_the_sum_of_its_days_and_spans_name_the_line_of_every_day(starts, amounts, span):
    lines = [line(start, amounts[place], place) for place, start in enumerate(starts)]
    begin, end = span
    total, covered = 0.0, False
    for number in range((end - begin).days + 1):
        day = begin + timedelta(days=number)
        begun = [one for one in lines if one.start <= day]
        assert promise_on(lines, day) == (begun[-1] if begun else None)
        spanned = [
            one for one, last in spans_in_force(lines).items() if one.start <= day and (last is None or day <= last)
        ]
        assert spanned == begun[-1:]
        if begun:
            covered = True
            total += begun[-1].per_month / monthrange(day.year, day.month)[1]
    assert promised(lines, begin, end) == (pytest.approx(total, abs=1e-6) if covered else None)


def test_lines_of_two_currencies_make_no_sum():
    first, second = replace(line(None, 1, 0), source="card"), replace(line(date(2024, 2, 1), 1, 1), currency="CHF")
    assert promised([first, second], date(2024, 1, 1), date(2024, 2, 1)) is None
    assert promised([first, second], date(2024, 2, 1), date(2024, 2, 29)) == 1
    assert promised([], date(2024, 2, 1), date(2024, 2, 29)) is None


def test_a_promise_closes_the_gap_and_makes_a_design_that_rested_on_another_one_stale(history: History):
    history.on("2024-01-01")
    history.people(PEOPLE)
    history.card(ROLES, time_zone="UTC")
    history.act("anna", "sign_off", step="design", decision="approve", reason="As estimated.")
    assert history.gap("no_promise", "2024-01-31") == ("medium", "2024-01-01", "anna")
    history.on("2024-02-01")
    promise(history, "anna", 500, "2024-02-01")
    assert history.gap("no_promise", "2024-02-01") is None
    assert history.gap("no_promise", "2024-01-31") == ("medium", "2024-01-01", "anna")
    found = records(history.show("sign-off-differences", "2024-02-02"))
    assert [(row["fact"], row["now"]) for row in found if row["step"] == "design"] == [("promise", "500")]
    assert records(history.show("desk", "2024-02-02"))[0]["promised"] == 500
