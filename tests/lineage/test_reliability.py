"""How far data can be relied on, by checks and renewals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dashboard.lineage.data_use import data_use
from dashboard.lineage.facts import Check
from dashboard.lineage.failures import failures
from dashboard.lineage.reliability import reliability
from tests.lineage.conftest import World
from tests.lineage.events import card, event


def check(day: int, passed: bool, name: str = "not_null") -> Check:
    return Check("dataset:db/t", "a", name, passed, datetime(2024, 1, day, tzinfo=UTC), None)


def test_a_check_fails_since_its_first_failure_after_the_last_pass() -> None:
    found = reliability([check(1, False), check(2, True), check(3, False), check(4, False)], [])
    assert (found.status, found.failed, found.failed_since) == ("alert", ("a: not_null",), date(2024, 1, 3))
    assert found.passed == 0.25


def test_failures_end_with_the_next_pass_of_the_same_check() -> None:
    late_and_mixed = [check(5, False), check(2, False), check(4, True), check(3, True, "unique"), check(3, False)]
    assert [(one.check, one.first.day, one.passed_on and one.passed_on.day) for one in failures(late_and_mixed)] == [
        ("a: not_null", 2, 4),
        ("a: not_null", 5, None),
    ]


def test_another_check_that_passes_makes_no_failure_good() -> None:
    assert reliability([check(1, False), check(2, True, "unique")], []).status == "alert"
    assert reliability([check(1, False), check(2, True)], []).status == "ok"


def test_without_reports_nothing_is_known() -> None:
    found = reliability([], [])
    assert (found.status, found.passed, found.on_time, found.renewed_on) == ("unknown", None, None, None)


def test_late_is_what_takes_longer_than_usual() -> None:
    days = [date(2024, 1, 1) + timedelta(days=shift) for shift in (0, 7, 14, 21, 35)]
    found = reliability([], days)
    assert found.on_time == 0.75
    assert found.renewed_on == days[-1]
    assert reliability([], days[:3]).on_time is None


def test_renewals_are_the_completed_runs_that_wrote_the_data(world: World) -> None:
    world.register(card("late"))
    days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-06"]
    world.send(*(event("load", day, reads=["raw"], writes=["train"]) for day in days))
    (found,) = [one.reliability for one in data_use(world.store, world.graph()) if one.dataset == "dataset:db/train"]
    assert found.renewed_on == date(2024, 1, 6)
    assert found.on_time == 2 / 3
    assert found.status == "unknown"
