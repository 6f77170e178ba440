"""A failed check that is checked no longer neither fails for ever nor is quietly well: it is unknown, with reason."""

from __future__ import annotations

import itertools
import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.alerts import open_alert
from dashboard.lineage.data_use import data_use
from dashboard.lineage.facts import newest_checks, node_facts
from dashboard.lineage.reliability import Reliability
from dashboard.measures.quality.unchecked import CheckingRun, runs_of_results, unchecked_of
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.lineage.conftest import World, fresh
from tests.lineage.events import Event, card, column_lineage, dataset, event, schema

BY_HAND = operator("test")
TRAIN = "dataset:db/train"
_files = itertools.count()
CARD = card(
    "late",
    versions=[{"version": "1", "training_data": "train", "importance": {"hour": 0.9, "carrier": 0.1}}],
)


def load(day: int, *results: tuple[str, bool], job: str = "load", state: str = "COMPLETE") -> Event:
    """A run that writes `train` on a day of February 2024, with the results of checks of `hour`."""
    told = {"assertions": [{"assertion": name, "success": passed, "column": "hour"} for name, passed in results]}
    made = column_lineage(hour=[("raw", "stamp", "DIRECT: TRANSFORMATION")])
    facets: dict[str, Any] = {"schema": schema("hour", "carrier"), "columnLineage": made}
    if results:
        facets["dataQualityAssertions"] = told
    at = (datetime(2024, 2, 1, 8, tzinfo=UTC) + timedelta(days=day - 1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return event(job, at, state=state, reads=["raw"], writes=[dataset("train", **facets)])


def status_of(world: World) -> str:
    run_action(world.store, "monitor", Models(), BY_HAND)
    found = run_view(world.store, "status", Query(model="late"), BY_HAND).set_index("area")["status"]
    return str(found["quality"])


def use_of(world: World, day: str | None = None) -> Reliability:
    found = data_use(world.store, world.graph(day))
    return next(one.reliability for one in found if one.dataset == TRAIN)


def test_what_the_tool_leaves_out_is_unknown_on_every_face(world: World) -> None:
    world.register(CARD)
    world.send(load(1, ("not_null", True), ("unique", True)), load(2, ("not_null", False), ("unique", True)))
    assert status_of(world) == "alert"
    world.send(load(3, ("unique", True)))
    assert status_of(world) == "unknown"
    frame = run_view(world.store, "quality", Query(model="late", by="day"), BY_HAND)
    rows = {(row["period"], row["check"]): (row["status"], row["reason"]) for _, row in frame.iterrows()}
    assert rows["2024-02-02", "not_null"][0] == "alert"
    status, reason = rows["2024-02-03", "not_null"]
    assert status == "unknown"
    assert reason == (
        "train, hour: not_null failed last on 2 Feb 2024 and is checked no longer since 3 Feb 2024, when its tool ran "
        "without it; whether it still fails is not known."
    )
    (fault,) = run_view(world.store, "quality-faults", Query(model="late"), BY_HAND).to_dict("records")
    assert (fault["status"], fault["ongoing"], fault["state"], fault["reason"]) == ("unknown", None, "new", reason)
    use = use_of(world)
    assert (use.status, use.failed, use.failed_since, use.unchecked) == ("unknown", (), None, ("hour: not_null",))
    shown = run_view(world.store, "data-use", Query(model="late"), BY_HAND).set_index("dataset").loc["db/train"]
    assert (shown["status"], shown["failed"], shown["unchecked"]) == ("unknown", None, "hour: not_null")
    (given_up,) = [one for one in newest_checks(world.store, world.graph(), [TRAIN])[TRAIN] if not one.passed]
    assert given_up.unchecked is not None
    assert given_up.unchecked.since.date() == date(2024, 2, 3)
    assert given_up in node_facts(world.store, world.graph(), [TRAIN])[TRAIN].checks
    causes = run_view(world.store, "causes", Query(model="late"), BY_HAND)
    failed = causes[causes["status"] == "alert"]
    assert failed[["begins", "ends"]].to_numpy().tolist() == [["2024-02-02", "2024-02-03"]]


def test_as_of_the_day_before_it_failed_and_when_it_comes_again_it_fails_or_passes(world: World) -> None:
    world.register(CARD)
    world.send(load(1, ("not_null", False), ("unique", True)), load(2, ("unique", True)))
    assert [use_of(world, day).status for day in ("2024-02-01", "2024-02-02")] == ["alert", "unknown"]
    world.send(load(3, ("not_null", False), ("unique", True)))
    assert (use_of(world).status, use_of(world).failed_since) == ("alert", date(2024, 2, 1))
    # It was left out of one run before, so one run without it says nothing any more; a second one does.
    world.send(load(4, ("unique", True)), load(5, ("unique", True)))
    assert [use_of(world, day).status for day in ("2024-02-04", "2024-02-05")] == ["alert", "unknown"]
    world.send(load(6, ("not_null", True), ("unique", True)))
    assert (use_of(world, "2024-02-06").status, use_of(world).unchecked) == ("ok", ())


def test_an_alert_stays_open_while_nobody_checks_and_closes_when_the_check_passes(world: World) -> None:
    world.register(CARD)
    world.send(load(1, ("not_null", False), ("unique", True)))
    assert status_of(world) == "alert"
    world.send(load(2, ("unique", True)))
    assert status_of(world) == "unknown"
    assert open_alert(world.store, "late", "quality") is not None


@pytest.mark.parametrize("state", ["FAIL", "ABORT", "START", "RUNNING"])
def test_a_run_that_did_not_end_well_may_have_left_out_anything(world: World, state: str) -> None:
    world.register(CARD)
    world.send(load(1, ("not_null", False)), load(2, ("unique", True), state=state))
    assert "hour: not_null" in use_of(world).failed


def test_another_tool_gives_nothing_up(world: World) -> None:
    world.register(CARD)
    world.send(load(1, ("not_null", False)))
    world.send(*(load(day, ("unique", True), job="other") for day in range(2, 9)))
    assert use_of(world).failed == ("hour: not_null",)
    # The job itself went on, and had no checks any more.
    world.send(load(9))
    assert use_of(world).unchecked == ("hour: not_null",)


def test_what_is_long_overdue_while_other_things_go_on_is_unknown(world: World) -> None:
    world.register(CARD)
    world.send(*(load(day, ("not_null", day < 5)) for day in range(1, 6)))
    # Silence of everything says nothing: the world that is known ends here.
    assert use_of(world).failed == ("hour: not_null",)
    world.send(event("elsewhere", "2024-02-09", writes=["other"]))
    assert use_of(world).failed == ("hour: not_null",)
    world.send(event("elsewhere", "2024-02-10", writes=["other"]))
    assert (use_of(world).failed, use_of(world).unchecked) == ((), ("hour: not_null",))
    (row,) = [
        row
        for _, row in run_view(world.store, "quality", Query(model="late", by="day"), BY_HAND).iterrows()
        if row["status"] == "unknown"
    ]
    assert (row["period"], row["check"]) == ("2024-02-10", "not_null")
    assert "long overdue since 10 Feb 2024" in row["reason"]


def told(day: int, check: str, passed: bool, minute: int = 0) -> Event:
    return {
        "model": "late", "kind": "quality", "at": f"2024-02-{day:02}T05:{minute:02}:00Z", "dataset": "scored",
        "column": "hour", "check": check, "dimension": "completeness", "passed": passed,
    }  # fmt: skip


def take(world: World, *events: Event) -> None:
    path = world.folder / f"quality-{next(_files)}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    run_action(world.store, "ingest_events", Files(files=(path,)), BY_HAND)


def test_results_that_come_as_events_are_given_up_in_the_same_way(world: World) -> None:
    world.register(CARD)
    take(world, told(1, "a", False), told(1, "b", True, 3))
    assert status_of(world) == "alert"
    take(world, told(2, "b", True, 3))
    assert status_of(world) == "unknown"
    take(world, told(3, "a", True), told(3, "b", True))
    found = run_view(world.store, "quality-faults", Query(model="late"), BY_HAND)
    assert status_of(world) == "unknown"
    found = run_view(world.store, "quality-faults", Query(model="late"), BY_HAND)
    assert found[["ongoing", "state"]].to_numpy().tolist() == [[False, "over"]]


SEQUENCES = st.lists(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.booleans()), max_size=3, unique_by=lambda one: one[0]),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(runs=SEQUENCES, order=st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_events_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[tuple[str, bool]]], order: random.Random
) -> None:
    events = [load(day, *results) for day, results in enumerate(runs, 1)]
    mixed = [*events, *order.sample(events, order.randint(0, len(events)))]
    order.shuffle(mixed)
    found = []
    for sent in ([events], [[one] for one in mixed]):
        with pytest.MonkeyPatch.context() as patch, fresh(tmp_path_factory.mktemp("world"), patch) as world:
            world.register(CARD)
            for batch in sent:
                world.send(*batch)
            found.append(use_of(world))
    assert found[0] == found[1]


@given(runs=st.lists(st.frozensets(st.sampled_from("abc")), max_size=12))
def test_a_check_is_given_up_after_more_runs_without_it_than_ever(runs: list[frozenset[str]]) -> None:
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    known = [CheckingRun(begin + timedelta(days=day), checks, "tool") for day, checks in enumerate(runs)]
    found = unchecked_of("a", random.Random(1).sample(known, len(known)), begin)
    with_it = [day for day, checks in enumerate(runs) if "a" in checks]
    pauses = [later - one - 1 for one, later in itertools.pairwise(with_it)]
    missed = len(runs) - 1 - with_it[-1] if with_it else 0
    if not with_it or missed <= max(pauses, default=0):
        assert found is None
    else:
        assert found is not None
        assert found.since == begin + timedelta(days=with_it[-1] + max(pauses, default=0) + 1)


def test_runs_without_a_name_are_told_apart_by_checks_that_come_again_and_by_pauses() -> None:
    begin = datetime(2024, 1, 1, 5, tzinfo=UTC)
    minutes = [(0, "a"), (5, "b"), (10, "a"), (12, "b"), (90, "c")]
    found = runs_of_results([(begin + timedelta(minutes=at), which) for at, which in minutes])
    assert [set(run.checks) for run in found] == [{"a", "b"}, {"a", "b"}, {"c"}]
