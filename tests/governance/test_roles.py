"""Who held which role on which day, from cards and events, and as known then."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies as st

from dashboard.governance.situation.roles import HeldRole, _with_ending, _with_span, roles_of
from tests.governance.conftest import History

TWO = """
  accountable_executive:
    - {{person: anna, from: 2019-01-01, to: {end}}}
    - {{person: ben, from: 2020-01-01}}"""


def test_the_first_card_holds_always_and_later_ones_from_their_day(history: History) -> None:
    history.on("2020-01-01")
    history.card("{accountable_executive: [anna]}")
    history.on("2020-06-01")
    history.card("{accountable_executive: [ben]}")
    assert history.executives("2015-01-01") == ["anna"]
    assert history.executives("2020-05-31") == ["anna"]
    assert history.executives("2020-06-01") == ["ben"]
    assert history.executives("2020-06-01", as_of="2020-03-01") == ["anna"]


def test_dates_on_the_card_count(history: History) -> None:
    history.on("2020-01-01")
    history.card(TWO.format(end="2019-12-31"))
    assert history.executives("2018-12-31") == []
    assert history.executives("2019-12-31") == ["anna"]
    assert history.executives("2020-01-01") == ["ben"]
    history.on("2020-06-01")
    history.card(TWO.format(end="2020-02-01"))
    assert history.executives("2020-01-15") == ["anna", "ben"]
    assert history.executives("2020-01-15", as_of="2020-05-31") == ["ben"]


def test_events_decide_how_long_a_role_lasts(history: History) -> None:
    history.on("2020-01-01")
    history.card("{accountable_executive: [anna]}")
    history.event(at="2020-02-01", role="accountable_executive", person="anna", to="2020-03-31")
    history.event(at="2020-04-01", role="accountable_executive", person="ben", reason="hand-over")
    assert history.executives("2020-03-31") == ["anna"]
    assert history.executives("2020-04-01") == ["ben"]
    # The same card again, with another field changed, does not bring anna back.
    history.on("2020-05-01")
    history.card("{accountable_executive: [anna], deputy: [carla]}")
    assert history.executives("2020-05-02") == ["ben"]
    (told,) = [held for held in roles_of(history.store) if held.person == "ben"]
    assert (told.start, told.end, told.source, told.reason) == (date(2020, 4, 1), None, "event", "hand-over")


def test_an_event_that_became_known_later_was_not_known_before(history: History) -> None:
    history.on("2020-01-01")
    history.card("{accountable_executive: []}")
    history.on("2020-09-01")
    history.event(at="2020-02-01", role="accountable_executive", person="ben")
    assert history.executives("2020-03-01") == ["ben"]
    assert history.executives("2020-03-01", as_of="2020-08-31") == []


def test_an_event_that_states_a_beginning_is_better_known_than_a_card_without_dates(history: History) -> None:
    history.on("2026-11-01")
    history.card("{accountable_executive: [ben]}")
    history.event(
        at="2012-01-01", role="accountable_executive", person="anna", **{"from": "2012-01-01", "to": "2014-12-31"}
    )
    history.event(at="2015-02-01", role="accountable_executive", person="ben", **{"from": "2015-02-01"})
    assert history.executives("2013-06-01") == ["anna"]
    assert history.executives("2015-01-15") == []
    assert history.executives("2015-02-01") == ["ben"]


def test_what_a_card_said_was_held_when_it_was_registered_stays_held(history: History) -> None:
    history.on("2020-03-01")
    history.card("{accountable_executive: [anna]}")
    history.on("2024-01-01")
    history.event(at="2024-01-01", role="accountable_executive", person="anna", **{"from": "2024-01-01"})
    assert history.executives("2020-03-01") == ["anna"]
    assert history.executives("2022-01-01") == ["anna"]


def test_events_are_told_by_their_own_time_however_late_they_arrive(history: History) -> None:
    history.on("2026-01-01")
    history.card("{deputy: []}")
    history.event(at="2020-01-01", role="deputy", person="anna", **{"from": "2020-01-01"})
    history.on("2026-02-01")
    history.event(at="2014-12-31", role="deputy", person="anna", to="2014-12-31")
    history.event(at="2012-01-01", role="deputy", person="anna", **{"from": "2012-01-01"})
    held = [history.holders("deputy", day) for day in ("2013-01-01", "2014-12-31", "2015-01-01", "2020-01-01")]
    assert held == [["anna"], ["anna"], [], ["anna"]]


def test_who_was_assigned_goes_when_a_card_that_named_them_drops_them(history: History) -> None:
    history.on("2020-01-01")
    history.card("{deputy: []}")
    history.on("2020-02-01")
    history.event(at="2020-02-01", role="deputy", person="ben")
    history.on("2020-03-01")
    history.card("{deputy: [ben]}")
    history.on("2020-04-01")
    history.card("{deputy: []}")
    held = [history.holders("deputy", day) for day in ("2020-01-31", "2020-02-01", "2020-03-31", "2020-04-01")]
    assert held == [[], ["ben"], ["ben"], []]


def test_a_card_that_never_named_a_person_does_not_take_them_out(history: History) -> None:
    history.on("2020-01-01")
    history.card("{deputy: []}")
    history.event(at="2020-02-01", role="deputy", person="ben")
    history.on("2020-03-01")
    history.card("{deputy: [], domain_expert: [carla]}")
    assert history.holders("deputy", "2020-03-02") == ["ben"]


def test_who_comes_back_did_not_hold_the_role_in_between(history: History) -> None:
    history.on("2020-01-01")
    history.card("{deputy: [anna]}")
    history.on("2020-02-01")
    history.card("{deputy: []}")
    history.on("2020-06-01")
    history.card("{deputy: [anna]}")
    held = [history.holders("deputy", day) for day in ("2020-01-31", "2020-02-01", "2020-05-31", "2020-06-01")]
    assert held == [["anna"], [], [], ["anna"]]


def test_one_of_two_entries_of_a_person_may_go(history: History) -> None:
    entries = "{{deputy: [{}{{person: anna, from: 2021-01-01}}]}}"
    history.on("2022-01-01")
    history.card(entries.format("{person: anna, from: 2019-01-01, to: 2019-12-31}, "))
    history.on("2022-02-01")
    history.card(entries.format(""))
    assert history.holders("deputy", "2019-06-01") == []
    assert history.holders("deputy", "2022-03-01") == ["anna"]


def test_days_begin_in_the_time_zone_of_the_model(history: History) -> None:
    # Lord Howe is 11 hours ahead in January: 14:30 UTC is the next day there.
    history.on("2020-01-01")
    history.card("{deputy: []}")
    history.event(at="2020-01-10T14:30:00Z", role="deputy", person="anna")
    assert history.holders("deputy", "2020-01-10") == []
    assert history.holders("deputy", "2020-01-11") == ["anna"]


BEGIN = date(2020, 1, 1)
DAYS = st.integers(0, 60).map(lambda number: BEGIN + timedelta(days=number))
SPANS = st.lists(st.tuples(DAYS, DAYS | st.none()), max_size=6).map(
    lambda pairs: [(first, last if last is None or last >= first else None) for first, last in pairs]
)


def held(start: date | None, end: date | None, stated: date = BEGIN) -> HeldRole:
    return HeldRole("m", "deputy", "anna", start, end, "event", stated)


@given(SPANS, DAYS)
def test_spans_of_events_never_overlap_and_the_last_one_decides(
    pairs: list[tuple[date, date | None]], day: date
) -> None:
    spans: list[HeldRole] = []
    for start, end in pairs:
        spans = _with_span(spans, event=held(start, end))
        assert sum(one.on(day) for one in spans) <= 1
        last = held(start, end)
        if last.on(day):
            assert any(one.on(day) for one in spans)
        if end is not None:
            assert not any(one.on(end + timedelta(days=1)) and one.on(end) for one in spans)


@given(SPANS, DAYS, DAYS)
def test_after_an_ending_nothing_that_ran_then_goes_on(
    pairs: list[tuple[date, date | None]], stated: date, last: date
) -> None:
    spans: list[HeldRole] = []
    for start, end in pairs:
        spans = _with_span(spans, event=held(start, end))
    ended = _with_ending(spans, event=held(None, last, stated))
    after = max(stated, last) + timedelta(days=1)
    running = [one for one in spans if one.start is not None and one.start <= max(stated, last) and one.on(after)]
    assert not any(one.on(after) and one.start == before.start for one in ended for before in running)
    assert all(one.start is None or one.end is None or one.start <= one.end for one in ended)
