"""Who keeps models is asked for each candidate of each role: it is worked out once a day, and is what workloads say."""

from __future__ import annotations

from datetime import date

from dashboard.governance.ownership.workload import workloads_on
from dashboard.governance.situation.history import KEEPERS
from dashboard.governance.situation.portfolio import Assignment, Member, Portfolio

DAYS = (date(2026, 1, 1), date(2026, 6, 1), date(2026, 9, 1))


def member(model_id: str, *stages: tuple[date, str]) -> Member:
    return Member(model_id, stages, DAYS[0], DAYS[-1], True, False, 0, None, None, None, None, None)


def portfolio(keeper: str) -> Portfolio:
    running = member("running", (DAYS[0], "production"))
    gone = member("gone", (DAYS[0], "production"), (date(2026, 5, 1), "retired"))
    assignments = [
        Assignment("running", keeper, "kim", date(2026, 2, 1), None),
        Assignment("running", "deputy", "dana", DAYS[0], None),
        Assignment("gone", keeper, "lee", DAYS[0], None),
    ]
    return Portfolio({"running": running, "gone": gone}, assignments)


def test_keepers_are_those_who_carry_kept_models():
    for keeper in KEEPERS:
        known = portfolio(keeper)
        found = [known.active_holders_on(KEEPERS, day) for day in DAYS]
        assert found == [{person for person, load in workloads_on(known, day).items() if load.kept} for day in DAYS]
        assert found == [{"lee"}, {"kim"}, {"kim"}]


def test_the_models_are_gone_through_once_for_a_day():
    known = portfolio(KEEPERS[0])
    assert known.active_holders_on(KEEPERS, DAYS[0]) is known.active_holders_on(KEEPERS, DAYS[0])
