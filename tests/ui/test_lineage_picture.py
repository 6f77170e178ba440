"""The picture of the lineage without a browser: what is shown, in which stage, folded how, placed where, how well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from dashboard.lineage.facts import Check, NodeFacts
from dashboard.lineage.graph import Edge
from dashboard.lineage.lateness import renewal
from dashboard.lineage.names import kind_of
from dashboard.store.lineage_reports import ReportedRun
from dashboard.ui.panels.lineage.flows import LEFT_OUT, Flow, compared, flow_of, narrowed, on_path, reached_from
from dashboard.ui.panels.lineage.folding import ALL, MOST, OF_ONE, READABLE, TALL, fold
from dashboard.ui.panels.lineage.health import Health, Reported, health_of, is_failing, of_faults, worst
from dashboard.ui.panels.lineage.placing import HEIGHT, WIDTH, place
from dashboard.ui.panels.lineage.scope import scope_of
from dashboard.ui.panels.lineage.stages import FEATURES, MODEL, PREPARATION, PROCESS, SOURCE, TRAINING, USE, stages_of
from dashboard.views.registry import VIEWS
from tests.pages import made_lineage as made

JOBS = ["job:p/a", "job:p/b", "job:p/c"]
TABLES = ["dataset:w/a", "dataset:w/b", "dataset:w/c", "dataset:w/d"]
EDGES = st.lists(
    st.one_of(
        st.builds(Edge, st.sampled_from(TABLES), st.sampled_from(JOBS), st.just("reads")),
        st.builds(Edge, st.sampled_from(JOBS), st.sampled_from(TABLES), st.just("writes")),
    ),
    max_size=12,
)


def reached(pairs: set[tuple[str, str]], start: str) -> set[str]:
    """Everything behind a node, by the plainest search."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for source, target in pairs:
            if source == here and target not in found:
                found.add(target)
                waiting.append(target)
    return found


@given(EDGES)
def test_leaving_out_steps_keeps_what_reaches_what(edges: list[Edge]) -> None:
    whole = {(edge.source, edge.target) for edge in edges}
    shown = flow_of(edges, "overview")
    assert {node for pair in whole for node in pair if kind_of(node) != "job"} == set(shown.nodes)
    for node in shown.nodes:
        tables = {one for one in reached(whole, node) if kind_of(one) == "dataset"} - {node}
        assert reached(set(shown.links), node) - {node} == tables


@given(EDGES, st.sampled_from(TABLES))
def test_a_path_is_what_leads_to_a_node_and_what_it_reaches(edges: list[Edge], node: str) -> None:
    flow = flow_of(edges, "tables", [node])
    pairs = set(flow.links)
    back = {(target, source) for source, target in pairs}
    assert on_path(flow, node) == {node} | reached(pairs, node) | reached(back, node)
    assert set(narrowed(flow, on_path(flow, node)).links) <= pairs
    assert reached_from(flow, [node]) == {node} | reached(pairs, node)


def test_each_level_leaves_out_what_it_says() -> None:
    for level, hidden in LEFT_OUT.items():
        assert not {kind_of(node) for node in flow_of(made.EDGES, level).nodes} & hidden
    assert (made.FEATURES, made.MODEL) in flow_of(made.EDGES, "overview").links
    kept = flow_of(made.EDGES, "overview", [made.PREPARE])
    assert (made.RAW, made.PREPARE) in kept.links


def test_what_a_job_writes_that_runs_a_model_is_drawn_through_the_model() -> None:
    edges = [
        Edge("dataset:w/in", "job:p/m", "reads"), Edge("job:p/m", "dataset:w/out", "writes"),
        Edge("job:p/m", "model:m", "runs"), Edge("model:m", "dataset:w/out", "writes"),
    ]  # fmt: skip
    assert set(flow_of(edges, "tables").links) == {
        ("dataset:w/in", "job:p/m"), ("job:p/m", "model:m"), ("model:m", "dataset:w/out"),
    }  # fmt: skip


def test_stages_go_from_source_to_process() -> None:
    found = stages_of(made.EDGES)
    assert [found[node] for node in (made.FLIGHTS, made.RAW, made.FEATURES, made.TRAINING, made.MODEL)] == [
        SOURCE, PREPARATION, FEATURES, TRAINING, MODEL,
    ]  # fmt: skip
    assert (found["use:crew-desk"], found["process:crew-planning"]) == (USE, PROCESS)
    assert (found[made.PREPARE], found[made.TRAIN]) == (PREPARATION, TRAINING)


def test_what_a_model_writes_is_use_unless_another_model_learns_from_it() -> None:
    edges = [
        Edge("model:a", "dataset:w/scores", "writes"), Edge("dataset:w/scores", "job:p/x", "reads"),
        Edge("job:p/x", "dataset:w/report", "writes"), Edge("model:a", "dataset:w/input", "writes"),
        Edge("dataset:w/input", "feature:b#score", "feature"), Edge("feature:b#score", "model:b", "input"),
    ]  # fmt: skip
    found = stages_of(edges)
    assert (found["dataset:w/scores"], found["dataset:w/report"], found["dataset:w/input"]) == (USE, USE, FEATURES)


def test_two_days_in_one_flow() -> None:
    now = Flow(frozenset("ab"), {("a", "b"): "same"})
    before = Flow(frozenset("bc"), {("c", "b"): "same"})
    both = compared(now, before)
    assert both.links == {("a", "b"): "new", ("c", "b"): "gone"}
    assert compared(now, now).links == {("a", "b"): "same"}


@pytest.mark.parametrize("count", [20, 60, 1_000, 20_000])
def test_any_number_of_tables_opens_readable(count: int) -> None:
    edges = made.wide(count).told
    flow = flow_of(edges, "overview")
    stages = stages_of(edges)
    folded = fold(flow, stages, [], [made.MODEL])
    assert len(folded.items) <= READABLE
    assert sum(item.count for item in folded.items.values()) == len(flow.nodes)
    assert folded.items[made.MODEL].count == 1
    assert (count > TALL) == any(item.is_fold for item in folded.items.values())
    opened = fold(flow, stages, [ALL], [made.MODEL])
    assert sum(not item.is_fold for item in opened.items.values()) <= MOST + 1
    one = fold(flow, stages, ["fold0-dataset-postgres://system3:5432"], [made.MODEL])
    assert len(one.items) <= READABLE + OF_ONE
    assert one.items[made.RAW].count == 1
    assert sum(item.count for item in opened.items.values()) == len(flow.nodes)


def test_too_many_systems_are_folded_by_stage_first() -> None:
    edges = [Edge(f"dataset:system{number // 5}/t{number}", made.COLLECT, "reads") for number in range(1_000)]
    edges += made.EDGES
    flow, stages = flow_of(edges, "overview"), stages_of(edges)
    first = fold(flow, stages, [])
    assert "fold0-dataset-" in first.items
    second = fold(flow, stages, ["fold0-dataset-"])
    assert second.items["fold0-dataset-system7"].count == 5
    third = fold(flow, stages, ["fold0-dataset-", "fold0-dataset-system7"])
    assert "dataset:system7/t35" in third.items


@given(EDGES)
def test_boxes_never_overlap_and_links_between_stages_lead_to_the_right(edges: list[Edge]) -> None:
    edges = [*edges, *made.EDGES]
    flow = flow_of(edges, "tables")
    folded = fold(flow, stages_of(edges), [])
    corners = place(folded).corners
    assert set(corners) == set(folded.items)
    taken = sorted(corners.values())
    for one, other in zip(taken, taken[1:], strict=False):
        assert one[0] != other[0] or other[1] - one[1] >= HEIGHT
    columns = sorted({left for left, _ in taken})
    assert all(other - one > WIDTH for one, other in zip(columns, columns[1:], strict=False))
    for source, target in folded.links:
        if folded.items[source].stage < folded.items[target].stage:
            assert corners[source][0] < corners[target][0]


LINKS = st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=20)


@given(LINKS)
def test_links_of_a_stage_lead_to_the_right_unless_they_close_a_circle(links: set[tuple[str, str]]) -> None:
    nodes = {f"dataset:w/{letter}" for letter in "abcdefgh"}
    drawn = {(f"dataset:w/{source}", f"dataset:w/{target}") for source, target in links}
    folded = fold(Flow(frozenset(nodes), dict.fromkeys(drawn, "kept")), dict.fromkeys(nodes, PREPARATION), [])
    for source, target in drawn:
        if source not in reached(drawn, target) and source != target:
            assert folded.items[source].depth < folded.items[target].depth


def test_a_long_chain_has_a_column_for_each_of_its_tables() -> None:
    chain = [f"dataset:w/t{number}" for number in range(40)]
    links = dict.fromkeys(zip(chain, chain[1:], strict=False), "kept")
    placed = place(fold(Flow(frozenset(chain), links), dict.fromkeys(chain, PREPARATION), [ALL]))
    assert [placed.corners[one][0] for one in chain] == sorted({left for left, _ in placed.corners.values()})
    assert len(placed.corners) == len(chain)


@given(EDGES)
def test_links_pass_no_box_on_their_way(edges: list[Edge]) -> None:
    edges = [*edges, *made.EDGES]
    folded = fold(flow_of(edges, "tables"), stages_of(edges), [])
    placed = place(folded)
    for (source, target), route in placed.routes.items():
        assert [left for left, _ in route] == sorted(
            {
                left
                for left, _ in placed.corners.values()
                if placed.corners[source][0] < left < placed.corners[target][0]
            }
        )
        for left, middle in route:
            tops = [top for other, top in placed.corners.values() if other == left]
            assert all(middle < top or middle > top + HEIGHT for top in tops)


def moment(day: int) -> datetime:
    return datetime(2013, 8, day, tzinfo=UTC)


def check(day: int, passed: bool, column: str = "pressure") -> Check:
    return Check("dataset:w/a", column, "missing share", passed, moment(day), None)


def test_a_failing_check_counts_from_its_first_failure_after_the_last_pass() -> None:
    history = [check(1, False), check(2, True), check(3, False), check(4, True, "other"), check(5, False)]
    known = Reported({"dataset:w/a": (check(5, False), check(4, True, "other"))}, {"dataset:w/a": history})
    for severe in ("alert", "warn"):
        found = health_of(["dataset:w/a", "dataset:w/b"], replace(known, severe={check(5, False): severe}), {})
        assert found["dataset:w/a"].status == severe
        assert found["dataset:w/a"].since == date(2013, 8, 3)
        assert "3 Aug 2013" in found["dataset:w/a"].reason
        assert found["dataset:w/b"].status == "unknown"
        assert is_failing("dataset:w/a", found)
        assert not is_failing("dataset:w/b", found)


def test_runs_and_models_are_judged_and_people_are_not() -> None:
    def run(state: str, error: str | None = None) -> ReportedRun:
        return ReportedRun("r", "job:p/a", moment(1), moment(2), state, error, None, None)

    nodes = ["job:p/a", "job:p/b", "job:p/c", "job:p/d", "model:m", "model:n", "person:x", "use:y"]
    runs = {"job:p/a": run("COMPLETE"), "job:p/b": run("FAIL", "out of disk"), "job:p/c": run("START")}
    found = health_of(nodes, Reported(runs=runs), {"m": "warn"})
    assert [found[node].status for node in nodes[:6]] == ["ok", "alert", "unknown", "unknown", "warn", "unknown"]
    assert "out of disk" in found["job:p/b"].reason
    assert not {"person:x", "use:y"} & set(found)
    assert worst(one.status for one in found.values()) == "alert"


def test_a_check_is_read_however_large_the_graph_is() -> None:
    lineage = made.wide(2_500)
    last = max(edge.source for edge in lineage.told if edge.source.startswith("dataset:"))
    one = Check(last, None, "unique", False, moment(5), None)
    large = replace(lineage, known={**lineage.known, last: NodeFacts(checks=(one,))})
    scope = scope_of(large, None, "both", "tables")  # type: ignore[arg-type]
    health = scope.health({})
    assert health[last].status == "alert"
    assert sum(found.status == "unknown" for found in health.values()) > 2_000


def test_what_should_have_come_again_is_late_whatever_its_checks_say() -> None:
    days = [date(2013, 7, day) for day in (1, 8, 15, 22)]
    node, failed_checks = "dataset:w/a", {"dataset:w/a": (check(5, False),)}
    passed = {node: (check(5, True),)}
    for day, expected in ((31, "ok"), (32, "warn"), (40, "warn")):
        at = date(2013, 7, 1) + timedelta(days=day - 1)
        known = Reported(passed, renewals={node: renewal(days, at)})
        assert health_of([node], known, {})[node].status == expected
    late = Reported(passed, renewals={node: renewal(days, date(2013, 9, 1))})
    assert health_of([node], late, {})[node].since == date(2013, 8, 1)
    assert "22 Jul 2013" in health_of([node], late, {})[node].reason
    failed = Reported(failed_checks, {node: [check(5, False)]}, renewals={node: renewal(days, date(2013, 9, 1))})
    assert "missing share" in health_of([node], failed, {})[node].reason
    broken = Reported(renewals={node: renewal(days, date(2013, 7, 23), date(2013, 7, 23))})
    assert health_of([node], broken, {})[node].since == date(2013, 7, 23)


@pytest.mark.parametrize(
    ("since", "day"),
    [
        ("2026-08", (2026, 8, 1)),
        ("2026-08-05", (2026, 8, 5)),
        ("2026-Q3", (2026, 7, 1)),
        ("2026-08-05T07", (2026, 8, 5)),
    ],
)
def test_faults_of_features_begin_with_the_first_day_of_their_period(since: str, day: tuple[int, int, int]) -> None:
    columns = VIEWS.get("quality-faults").columns
    row = dict.fromkeys(columns.names) | {"model": "m", "reason": "moved by one", "since": since, "ongoing": True}
    rows = [
        row | {"feature": "a", "status": "warn"}, row | {"feature": "a", "status": "alert"},
        row | {"feature": None, "status": "alert"}, row | {"feature": "b", "status": "alert", "ongoing": False},
    ]  # fmt: skip
    found = of_faults(columns.typed(pd.DataFrame(rows, columns=columns.names)))
    assert found == {"feature:m#a": Health("alert", "moved by one", date(*day))}
