"""How far data can be relied on, by checks and renewals."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dashboard.lineage.data_use import data_use
from dashboard.lineage.facts import Check
from dashboard.lineage.failures import failures
from dashboard.lineage.lateness import renewal, renewals_of
from dashboard.lineage.reliability import Reliability, reliability
from tests.lineage.conftest import World
from tests.lineage.events import card, event


def check(day: int, passed: bool, name: str = "not_null") -> Check:
    return Check("dataset:db/t", "a", name, passed, datetime(2024, 1, day, tzinfo=UTC), None)


def found_of(checks: list[Check], days: list[date] | None = None, worst: str | None = None) -> Reliability:
    came = days or []
    return reliability(checks, renewal(came, max(came, default=date(2024, 3, 1))), worst)


def test_a_check_fails_since_its_first_failure_after_the_last_pass() -> None:
    found = found_of([check(1, False), check(2, True), check(3, False), check(4, False)], worst="alert")
    assert (found.status, found.failed, found.failed_since) == ("alert", ("a: not_null",), date(2024, 1, 3))
    assert found.passed == 0.25


def test_failures_end_with_the_next_pass_of_the_same_check() -> None:
    late_and_mixed = [check(5, False), check(2, False), check(4, True), check(3, True, "unique"), check(3, False)]
    assert [(one.check, one.first.day, one.passed_on and one.passed_on.day) for one in failures(late_and_mixed)] == [
        ("a: not_null", 2, 4),
        ("a: not_null", 5, None),
    ]


def test_another_check_that_passes_makes_no_failure_good() -> None:
    assert found_of([check(1, False), check(2, True, "unique")], worst="warn").failed == ("a: not_null",)
    assert found_of([check(1, False), check(2, True)]).status == "ok"


def test_without_reports_nothing_is_known() -> None:
    found = found_of([])
    assert (found.status, found.passed, found.renewal.on_time, found.renewal.last) == ("unknown", None, None, None)


def test_a_table_is_late_as_of_the_asked_day_and_no_longer_when_it_came_again(world: World) -> None:
    world.register(card("late"))
    days = ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22"]
    world.send(*(event("load", day, reads=["raw"], writes=["train"]) for day in days))

    def on(day: str) -> Reliability:
        found = data_use(world.store, world.graph(day))
        return next(one.reliability for one in found if one.dataset == "dataset:db/train")

    assert [on(day).status for day in ("2024-01-22", "2024-01-31", "2024-02-01")] == ["unknown", "unknown", "warn"]
    assert on("2024-02-20").renewal.late_since == date(2024, 2, 1)
    world.send(event("load", "2024-02-12", reads=["raw"], writes=["train"]))
    assert on("2024-02-01").renewal.late_since == date(2024, 2, 1)
    assert on("2024-02-12").renewal.late_since is None
    assert on("2024-02-12").renewal.on_time == 0.75


def test_a_table_whose_last_run_failed_is_late_until_one_succeeds(world: World) -> None:
    world.register(card("late"))
    world.send(
        event("load", "2024-01-01", writes=["train"]),
        event("load", "2024-01-02", state="FAIL", writes=["train"]),
        event("load", "2024-01-04", writes=["train"]),
    )
    found = {day: renewals_of(world.store, world.graph(day), ["dataset:db/train"])["dataset:db/train"]
             for day in ("2024-01-01", "2024-01-03", "2024-01-04")}  # fmt: skip
    assert [one.late_since for one in found.values()] == [None, date(2024, 1, 2), None]
    assert found["2024-01-03"].last == date(2024, 1, 1)


def test_a_table_that_was_given_up_is_not_late(world: World) -> None:
    days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]
    world.send(*(event("load", day, writes=["old"]) for day in days))
    world.send(*(event("use", day, reads=["old"], writes=["train"]) for day in days))
    nodes = ["dataset:db/old", "job:jobs/load", "dataset:db/train"]
    late = {node for node, one in renewals_of(world.store, world.graph("2024-01-20"), nodes).items() if one.late}
    assert late == set(nodes)
    world.send(*(event("use", f"2024-01-{day:02}", reads=["new"], writes=["train"]) for day in range(5, 20)))
    found = renewals_of(world.store, world.graph("2024-01-20"), nodes)
    assert set(found) == {"dataset:db/train"}
    assert found["dataset:db/train"].late is None


def test_renewals_are_the_completed_runs_that_wrote_the_data(world: World) -> None:
    world.register(card("late"))
    days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-06"]
    world.send(*(event("load", day, reads=["raw"], writes=["train"]) for day in days))
    used = data_use(world.store, world.graph("2024-01-06"))
    (found,) = [one.reliability for one in used if one.dataset == "dataset:db/train"]
    assert found.renewal.last == date(2024, 1, 6)
    assert found.renewal.on_time == 2 / 3
    assert found.status == "unknown"
