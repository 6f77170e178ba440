"""Derived tables can be thrown away: made again they are the same, and what does not follow from events is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.governance.verification.verification import Asked, check_store
from dashboard.lineage import derivation
from dashboard.lineage.assembly import graph_of
from dashboard.lineage.derivation import bring_up_to_date
from dashboard.lineage.statements import statement_of
from dashboard.store.audit.rebuild import rebuild
from dashboard.store.audit.verify import LedgerBrokenError
from dashboard.store.engine.database import open_store
from dashboard.store.lineage_statements import DERIVED_TABLES
from tests.lineage.conftest import World
from tests.lineage.events import column_lineage, dataset, event, schema, send

EVENTS = (
    event("join", "2024-03-01", reads=["a", "b"], writes=[dataset("c", columnLineage=column_lineage(x=[("a", "x")]))]),
    event("join", "2024-03-05", reads=[dataset("a", schema=schema("x"))], writes=["c"]),
)


def test_emptied_tables_are_filled_when_the_graph_is_asked_for(world: World) -> None:
    world.send(*EVENTS)
    before = world.edges(), world.edges("2024-03-02")
    with world.store.writing() as cursor:
        for table in DERIVED_TABLES:
            cursor.execute(f"DELETE FROM {table}")
    world.send(event("more", "2024-03-06", reads=["c"]))
    assert world.edges("2024-03-02") == before[1]
    assert world.edges() == before[0] | {("dataset:db/c", "reads", "job:jobs/more")}
    derived = bring_up_to_date(world.store)
    assert (derived.events, derived.statements) == (3, 3)


def test_another_program_derives_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(*EVENTS)
    made = bring_up_to_date(world.store).made
    monkeypatch.setattr(derivation, "rules_of_deriving", lambda: "later")
    before = world.edges()
    assert bring_up_to_date(world.store).rules == "later"
    assert bring_up_to_date(world.store).made != made
    assert world.edges() == before


def test_a_rebuilt_store_has_the_same_graph(tmp_path: Path) -> None:
    store = open_store(tmp_path / "home")
    send(store, tmp_path, EVENTS)
    before = graph_of(store).edges()
    store.close()
    rebuild(tmp_path / "home")
    store = open_store(tmp_path / "home")
    assert graph_of(store).edges() == before
    store.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lineage_relations SET source = 'dataset:db/z' WHERE source = 'dataset:db/b'",
        "DELETE FROM lineage_relations WHERE source = 'dataset:db/b'",
        "INSERT INTO lineage_relations SELECT said, 'data', 'reads', 'dataset:db/q', NULL, target, NULL, NULL "
        "FROM lineage_relations WHERE source = 'dataset:db/b'",
        "UPDATE lineage_statements SET happened_at = happened_at - INTERVAL 1 DAY",
        "UPDATE lineage_descriptions SET content = '{}'",
    ],
)
def test_verify_finds_what_does_not_follow(world: World, change: str) -> None:
    world.send(*EVENTS)
    assert "what 2 events say was derived anew" in check_store(world.store, Asked())
    with world.store.writing() as cursor:
        cursor.execute(change)
    with pytest.raises(LedgerBrokenError, match="lineage_statements"):
        check_store(world.store, Asked())


@pytest.mark.parametrize(
    "facets",
    [
        {"columnLineage": {"fields": ["x"]}},
        {"columnLineage": {"fields": {"x": {"inputFields": {"namespace": "n"}}}, "dataset": 3}},
        {"columnLineage": {"fields": {"x": {"inputFields": [{"namespace": "n", "name": "", "field": "f"}, 7, None]}}}},
        {"columnLineage": {"fields": {"": {"inputFields": [{"namespace": "n", "name": 5, "field": "f"}]}}}},
        {"symlinks": {"identifiers": "db/c"}},
        {"lifecycleStateChange": {"previousIdentifier": {"name": "x"}}},
        {"lineage": {"inputs": {"a": 1}, "fields": []}},
        {
            "dataQualityAssertions": {
                "assertions": [{"assertion": 1, "success": True}, {"assertion": "a", "success": 1}]
            }
        },
    ],
)
def test_a_facet_without_its_shape_says_nothing(facets: dict[str, object]) -> None:
    said = statement_of(event("join", "2024-03-01", writes=[dataset("c", **facets)]))
    assert [(one.kind, one.target) for one in said.relations] == [("writes", "dataset:db/c")]
    assert said.measurements == ()


def test_all_edges_come_by_the_names_of_their_ends(world: World) -> None:
    made = column_lineage(b=[("raw", "a", "DIRECT: IDENTITY")])
    world.send(
        event("z", "2024-01-01", reads=["raw"], writes=[dataset("out", columnLineage=made)]),
        event("a", "2024-01-02", reads=["other", "raw"], writes=["more"]),
    )
    graph = world.graph()
    found = graph.edges()
    assert found == sorted(found, key=lambda edge: (edge.source, edge.target, edge.kind))
    assert ("column:db/raw#a", "column:db/out#b") in {(edge.source, edge.target) for edge in found}
    whole = [
        edge for edge in found if not edge.source.startswith("column:") or edge.kind not in ("derives", "influences")
    ]
    assert graph.edges(columns=False) == whole
    assert len(whole) < len(found)
