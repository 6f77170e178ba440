"""From data to models and back: training data, features, jobs named as a model, predictions, people, rights."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError, NotFoundError
from dashboard.governance.outages.along_graph import outage
from dashboard.lineage import assembly, model_parts
from dashboard.lineage.data_use import data_use
from dashboard.lineage.facts import node_facts
from dashboard.lineage.finding import find_node, search_nodes
from dashboard.lineage.impact import affected_predictions, impact
from dashboard.lineage.provenance import day_of_prediction, provenance
from dashboard.lineage.walks import changes_between, path_to, walk
from dashboard.schema.access import EVERYBODY
from dashboard.views import kept as views_kept
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.lineage.conftest import World
from tests.lineage.events import card, column_lineage, dataset, event, register, run_id, schema

PEOPLE = {
    "people": [{"id": "anna", "name": "Anna", "team": "crew-planning"}, {"id": "bob", "name": "Bob"}],
    "teams": [{"id": "crew-planning", "name": "Crew planning"}],
    "processes": [{"id": "crew", "name": "Crews", "owner": "bob"}, {"id": "rebooking", "name": "Rebooking"}],
}
LATE = card(
    "late",
    business={
        "process": "crew", "purposes": ["rebooking"], "value": {"currency": "EUR", "promised_per_month": 3000},
    },
    roles={"accountable_executive": ["anna"]},
    versions=[
        {"version": "1", "training_data": "train", "trained_at": "2024-01-10", "code_revision": "abc"},
        {
            "version": "2", "training_data": "db/train2", "trained_at": "2024-02-10",
            "deployments": [{"environment_name": "production", "from": "2024-02-12"}],
        },
    ],
)  # fmt: skip
EVENTS = (
    event(
        "clean", "2024-01-05", reads=["flights", "weather"],
        writes=[dataset("train", schema=schema("HOUR", "carrier", "late"), columnLineage=column_lineage(
            HOUR=[("flights", "dep")], carrier=[("flights", "airline"), ("weather", "airport", "INDIRECT: JOIN")],
            late=[("flights", "delay")],
        ))],
    ),
    event("clean2", "2024-02-05", reads=["flights"], writes=[dataset("train2", schema=schema("hour", "carrier"))]),
    event("score.late", "2024-02-15", reads=["today"], writes=["scores"]),
    event("join", "2024-02-16", reads=["scores"], writes=["train-next"]),
)  # fmt: skip
NEXT = card("next", versions=[{"version": "1", "training_data": "train-next"}])
ROWS = pd.DataFrame(
    {
        "id": [f"p{number}" for number in range(40)],
        "at": pd.date_range("2024-02-20", periods=40, freq="12h"),
        "score": 0.2, "late": 0, "hour": 1.0, "carrier": "XX",
        "model_version": ["1"] * 10 + ["2"] * 30,
    }
)  # fmt: skip


@pytest.fixture
def filled(world: World) -> World:
    world.register(PEOPLE, LATE, NEXT)
    world.send(*EVENTS)
    path = world.folder / "rows.csv"
    ROWS.to_csv(path, index=False)
    run_action(world.store, "ingest_predictions", Delivery(model="late", files=(path,)), operator("test"))
    usage = {
        "kind": "usage",
        "model": "late",
        "at": "2024-02-21",
        "consumer": "desk",
        "purpose": "rebooking",
        "calls": 3,
    }
    _ingest(world, usage)
    return world


def _ingest(world: World, *events: dict[str, object]) -> None:
    from dashboard.actions.register import Files

    path = world.folder / f"more-{len(list(world.folder.iterdir()))}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    run_action(world.store, "ingest_events", Files(files=(path,)), operator("test"))


def test_from_a_raw_table_to_persons(filled: World) -> None:
    reached = filled.reached("dataset:db/flights", "down")
    assert reached >= {
        "job:jobs/clean", "dataset:db/train", "version:late@1", "version:late@2", "feature:late#hour", "model:late",
        "deployment:late@production", "predictions:late@2", "use:desk", "process:crew", "process:rebooking",
        "person:anna", "person:bob", "dataset:db/scores", "job:jobs/join", "dataset:db/train-next", "version:next@1",
        "model:next",
    }  # fmt: skip
    assert filled.reached("person:anna", "up") >= {"model:late", "dataset:db/flights", "job:jobs/score.late"}
    assert "model:next" not in filled.reached("person:anna", "up")


def test_what_is_kept_of_a_graph_is_what_it_is_from_nothing(filled: World) -> None:
    """After every kind of fact, edges and features that were kept in part are those of a reader who kept nothing."""
    deployed = {"kind": "deployment", "model": "late", "version": "1", "environment_name": "test", "at": "2024-03-01"}
    facts: list[Callable[[], object]] = [
        lambda: _ingest(filled, {"kind": "usage", "model": "late", "at": "2024-03-02", "consumer": "app",
                                 "purpose": "crew", "calls": 1}),
        lambda: _ingest(filled, deployed),
        lambda: filled.register(card("third", versions=[{"version": "1", "training_data": "train"}])),
        lambda: filled.send(event("clean", "2024-03-03", reads=["flights", "fees"], writes=["train"])),
    ]  # fmt: skip
    seen = []
    for record in facts:
        record()
        told = [run_view(filled.store, name, Query(), operator("test")) for name in ("data-use", "features")]
        kept = filled.graph().edges()
        for parts in (assembly._GRAPHS, model_parts._PARTS, views_kept._ANSWERS):
            parts.clear()
        assert kept == filled.graph().edges()
        for name, frame in zip(("data-use", "features"), told, strict=True):
            pd.testing.assert_frame_equal(frame, run_view(filled.store, name, Query(), operator("test")))
        seen.append(frozenset(edge.source + edge.target for edge in kept))
    assert len(set(seen)) == len(facts)


def test_the_graph_of_a_day_before_the_second_version(filled: World) -> None:
    early = filled.reached("dataset:db/flights", "down", "2024-01-31")
    assert {"version:late@1", "feature:late#hour"} <= early
    assert not early & {"version:late@2", "deployment:late@production", "dataset:db/scores", "use:desk"}
    assert filled.reached("dataset:db/flights", "down", "2024-01-04") == set()
    before, after = filled.graph("2024-01-31"), filled.graph("2024-02-28")
    changes = changes_between(before, after, "model:late")
    assert {edge.source for edge in changes.new} >= {"job:jobs/score.late", "dataset:db/train2", "version:late@2"}
    assert changes.gone == []


def test_columns_are_followed_as_far_as_they_are_known(filled: World) -> None:
    graph = filled.graph()

    def down(column: str) -> set[str]:
        return {step.edge.target for step in walk(graph, f"column:db/{column}", "down")}

    # clean tells its columns, clean2 does not: there everything may be touched.
    by_hour = down("flights#dep")
    assert {"column:db/train#HOUR", "feature:late#hour", "job:jobs/clean2", "dataset:db/train2"} <= by_hour
    assert "column:db/train#carrier" not in by_hour
    assert "job:jobs/clean" not in by_hour
    assert "version:late@1" not in by_hour
    assert down("flights#delay") >= {"column:db/train#late", "version:late@1"}
    # Only what clean tells: no other job reads the weather.
    assert down("weather#airport") & {"feature:late#hour", "feature:late#carrier"} == {"feature:late#carrier"}
    up = {step.edge.source for step in walk(graph, "feature:late#hour", "up")}
    assert up >= {"column:db/train#HOUR", "column:db/flights#dep", "column:db/train2#hour", "job:jobs/clean2"}
    assert "dataset:db/weather" not in up
    assert not any(node.startswith("column:") for node in filled.reached("dataset:db/flights", "both"))


def test_what_is_touched(filled: World) -> None:
    graph, since = filled.graph(), date(2024, 2, 22)
    found = impact(filled.store, graph, "dataset:db/flights", since)
    assert [(one.model, one.version, one.predictions) for one in found] == [
        ("late", "1", 6), ("late", "2", 30), ("next", "1", 0),
    ]  # fmt: skip
    late = found[1]
    assert (late.process, late.accountable_executive, late.features) == ("crew", ("anna",), ("carrier", "hour"))
    assert late.path[0] == "dataset:db/flights"
    assert late.path[-1] == "version:late@2"
    # 22 to 29 February and 1 to 10 March, each day as its part of its month; 30 of the 36 predictions since then.
    assert late.value_at_stake == pytest.approx(3000 * (8 / 29 + 10 / 31) * 30 / 36)
    assert (found[2].value_at_stake, found[2].currency) == (None, None)
    assert found[2].reason is not None
    ids = affected_predictions(filled.store, graph, found, since)
    assert sorted(ids["prediction"]) == sorted(ROWS["id"][4:])
    first, *_ = impact(filled.store, graph, "dataset:db/weather", since)
    assert (first.model, first.version, first.features) == ("late", "1", ("carrier",))
    facts = node_facts(filled.store, graph, ["predictions:late@2", "version:late@1", "model:late"])
    assert facts["predictions:late@2"].tells == {"by_month": {"2024-02": 10, "2024-03": 20}}
    assert facts["version:late@1"].tells["code_revision"] == "abc"
    assert facts["model:late"].tells == {"process": "crew", "purposes": ["rebooking"], "stage": None}
    # What the model scores reaches each of its versions.
    assert {one.version for one in impact(filled.store, graph, "dataset:db/today") if one.model == "late"} == {"1", "2"}
    assert impact(filled.store, graph, "person:bob") == []


def test_what_is_at_risk_follows_the_promise_in_force_and_not_the_card(filled: World) -> None:
    raised = {"kind": "promise", "model": "late", "at": "2024-03-01T09:00:00Z", "per_month": 6200, "currency": "EUR"}
    _ingest(filled, {**raised, "from": "2024-03-06", "person": "anna", "reason": "More crews."})
    (_, late, other) = impact(filled.store, filled.graph(), "dataset:db/flights", date(2024, 2, 22))
    # 8 days of February and 5 of March at 3,000 a month, 5 days of March at 6,200.
    whole = 3000 * (8 / 29 + 5 / 31) + 6200 * 5 / 31
    assert (late.value_at_stake, late.currency) == (pytest.approx(whole * 30 / 36), "EUR")
    assert other.reason is not None
    shown = run_view(filled.store, "process-map", Query(), operator("test"))
    assert shown["cost_per_hour"][0] == pytest.approx(6200 / 730.5)
    before = run_view(filled.store, "process-map", Query(on=date(2024, 3, 5)), operator("test"))
    assert before["cost_per_hour"][0] == pytest.approx(3000 / 730.5)
    assert outage(filled.store, filled.graph(), "late", 2).down[0].lost == pytest.approx(2 * 6200 / 730.5)


def test_from_one_prediction_back(filled: World) -> None:
    signed = {"kind": "sign_off", "model": "late", "step": "deployment", "decision": "approve", "person": "anna"}
    _ingest(filled, {**signed, "at": "2024-02-01"}, {**signed, "at": "2024-03-20", "decision": "reject"})
    node = "prediction:late/p20"
    day = day_of_prediction(filled.store, "late/p20", None, None)
    assert str(day) == "2024-03-01"
    found = provenance(filled.store, filled.graph(str(day)), node)
    assert (found.version, found.training_data, found.row["hour"]) == ("2", "dataset:db/train2", 1.0)
    assert found.deployments == ("production",)
    assert [(one.step, one.person, one.decision) for one in found.sign_offs] == [("deployment", "anna", "approve")]
    sources = {step.edge.source for step in found.steps}
    assert sources >= {"version:late@2", "dataset:db/train2", "dataset:db/flights", "dataset:db/today"}
    assert "version:late@1" not in sources
    shown = run_view(filled.store, "lineage", Query(node=node, direction="up"), operator("test"))
    assert set(shown["from"]) == sources
    old = provenance(filled.store, filled.graph("2024-02-20"), "prediction:late/p0")
    assert (old.version, old.training_data, old.code_revision) == ("1", "dataset:db/train", "abc")
    with pytest.raises(NotFoundError):
        provenance(filled.store, filled.graph(), "prediction:late/nothing")


def test_a_run_is_a_node_of_its_own(filled: World) -> None:
    name = f"run:{run_id('clean 2024-01-05')}"
    up = filled.reached(name, "up")
    assert up == {"dataset:db/flights", "dataset:db/weather", "job:jobs/clean"}
    assert "dataset:db/train" in filled.reached(name, "down")


def test_who_uses_which_data(filled: World) -> None:
    tags = {"tags": {"tags": [{"key": "PII", "value": "true", "field": "name"}]}}
    checked = {"dataQualityAssertions": {"assertions": [{"assertion": "not_null", "success": True}]}}
    failed = {"dataQualityAssertions": {"assertions": [{"assertion": "not_null", "success": False}]}}
    filled.send(
        event("test", "2024-02-01", reads=[dataset("flights", **tags, inputFacets=checked)]),
        event("test", "2024-02-02", reads=[dataset("flights", inputFacets=failed)]),
    )
    used = {
        (use.team, use.dataset, use.how): use for use in data_use(filled.store, filled.graph(), "late")
    }  # fmt: skip
    assert set(used) == {
        ("crew-planning", "dataset:db/train", "training"),
        ("crew-planning", "dataset:db/train", "labels"),
        ("crew-planning", "dataset:db/train2", "training"),
        ("crew-planning", "dataset:db/today", "features"),
        ("crew-planning", "dataset:db/flights", "features"),
        ("crew-planning", "dataset:db/weather", "features"),
    }
    flights = used["crew-planning", "dataset:db/flights", "features"]
    assert (flights.personal_data, flights.reliability.passed, flights.purpose) == (True, 0.5, "rebooking")
    assert (flights.reliability.status, flights.reliability.failed) == ("warn", ("not_null",))
    assert flights.reliability.failed_since == date(2024, 2, 2)
    assert used["crew-planning", "dataset:db/train", "training"].source == "db/flights, db/weather"
    assert used["crew-planning", "dataset:db/weather", "features"].reliability.status == "unknown"


def test_names_are_found_where_they_are_unique(filled: World) -> None:
    filled.send(event("x|load", "2024-03-01", reads=["s3://lake|raw/flights"], writes=["other|train", "other|today"]))
    graph = filled.graph()
    assert find_node(graph, "late").id == "model:late"
    assert find_node(graph, "scores").id == "dataset:db/scores"
    assert find_node(graph, "dataset:scores").id == "dataset:db/scores"
    assert find_node(graph, "db/train").id == "dataset:db/train"
    assert find_node(graph, "train#HOUR").id == "column:db/train#HOUR"
    assert find_node(graph, "anna").id == "person:anna"
    # A whole name counts before an end of one.
    assert find_node(graph, "flights").id == "dataset:db/flights"
    with pytest.raises(InputRefusedError, match="dataset:db/today, dataset:other/today"):
        find_node(graph, "today")
    with pytest.raises(NotFoundError, match="dataset:db/weather"):
        find_node(graph, "weath")
    assert [node.id for node in search_nodes(graph, "FLIGHTS", 2)] == [
        "dataset:db/flights",
        "dataset:s3://lake/raw/flights",
    ]
    # Where a bare name of training data fits several, the card's word stands as it is.
    assert "dataset:train" in {node.id for node in graph.nodes("dataset")}


def test_a_shortest_way(filled: World) -> None:
    way = path_to(walk(filled.graph(), "dataset:db/flights", "down"), "model:late")
    assert [edge.target for edge in way] == [
        "job:jobs/clean", "dataset:db/train", "feature:late#carrier", "model:late",
    ]  # fmt: skip
    assert path_to(walk(filled.graph(), "dataset:db/flights", "down"), "dataset:db/flights") == []


def test_what_a_reader_does_not_see_is_nowhere(filled: World) -> None:
    part = Principal("login:p", "p", EVERYBODY, models=frozenset({"next"}))
    graph = filled.graph(seen=frozenset({"next"}))
    assert not [node for node in graph.ids() if "late" in node]
    assert {node.id for node in graph.nodes("dataset")} == {"dataset:db/scores", "dataset:db/train-next"}
    for node in ("model:late", "late", "job:jobs/score.late", "version:late@1", "prediction:late/p1", "use:desk"):
        with pytest.raises(NotFoundError):
            run_view(filled.store, "lineage", Query(node=node), part)
    shown = run_view(filled.store, "lineage", Query(node="model:next"), part)
    assert set(shown["from"]) == {"version:next@1", "dataset:db/train-next", "job:jobs/join", "dataset:db/scores",
                                  "feature:next#hour", "feature:next#carrier"}  # fmt: skip
    touched = run_view(filled.store, "impact", Query(node="dataset:db/scores"), part)
    assert list(touched["model"]) == ["next"]
    assert set(run_view(filled.store, "data-use", Query(), part)["model"]) == {"next"}
    with pytest.raises(NotFoundError):
        run_view(filled.store, "provenance", Query(node="prediction:late/p1"), part)


def test_circles_end_and_long_chains_do_not(world: World) -> None:
    world.send(*(event(f"j{step}", "2024-03-01", reads=[f"t{step}"], writes=[f"t{step + 1}"]) for step in range(300)))
    steps = walk(world.graph(), "dataset:db/t0", "down")
    assert (len(steps), steps[-1].distance, steps[-1].edge.target) == (600, 600, "dataset:db/t300")
    world.send(event("back", "2024-03-01", reads=["t300"], writes=["t0"]))
    assert len(walk(world.graph(), "dataset:db/t0", "down")) == len(walk(world.graph(), "dataset:db/t0", "up")) == 602


def test_two_bare_names_of_training_data_and_a_later_card(world: World, tmp_path: Path) -> None:
    world.send(event("make", "2024-03-01", writes=["s3://lake|sets/train"]))
    register(world.store, tmp_path, card("late"))
    assert ("dataset:s3://lake/sets/train", "training", "version:late@1") in world.edges()
    register(world.store, tmp_path, card("late", versions=[{"version": "1", "training_data": "elsewhere/train"}]))
    assert ("dataset:elsewhere/train", "training", "version:late@1") in world.edges()


def test_processes_and_what_an_outage_stops(filled: World) -> None:
    filled.register(
        {"processes": [{"id": "crew", "name": "Crews", "owner": "bob", "tolerable_outage_hours": 4, "fallback": "Fax"}]}
    )
    shown = run_view(filled.store, "process-map", Query(), operator("test"))
    assert list(zip(shown["process"], shown["model"], shown["consumers"], shown["fallback"], strict=True)) == [
        ("crew", "late", "desk", "Fax"), ("rebooking", "late", "desk", None),
    ]  # fmt: skip
    assert shown["cost_per_hour"][0] == pytest.approx(3000 / 730.5)
    found = outage(filled.store, filled.graph(), "late", 6)
    assert [(one.node, one.through) for one in found.down] == [
        ("model:late", "model:late"), ("use:desk", "model:late"), ("model:next", "model:late"),
    ]  # fmt: skip
    assert found.down[0].lost == pytest.approx(6 * 3000 / 730.5)
    assert [(hit.process.id, hit.stops) for hit in found.hits] == [("crew", True), ("rebooking", None)]
    assert [(call.person, call.role, call.about) for call in found.calls] == [
        ("anna", "accountable_executive", "late"), ("bob", "process_owner", "crew"),
    ]  # fmt: skip
    rows = run_view(filled.store, "outage", Query(model="late", hours=2), operator("test"))
    assert list(zip(rows["node"], rows["stops"], strict=True))[3:5] == [
        ("process:rebooking", None), ("process:crew", False),
    ]  # fmt: skip
    assert list(rows["kind"]) == ["model", "use", "model", "process", "process", "call", "call"]
    with pytest.raises(InputRefusedError, match="0 hours or more"):
        run_view(filled.store, "outage", Query(model="late", hours=-1), operator("test"))
