"""Two producers that name one table by a symlink: one node, whatever comes first."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from dashboard.lineage.symlinks import Symlink, one_name
from dashboard.lineage.walks import walk
from tests.lineage.conftest import World, fresh
from tests.lineage.events import column_lineage, dataset, event

LOGICAL, PLACE, OTHER = "dataset:hive://meta/sales.orders", "dataset:s3://lake/orders", "dataset:abfs://x/orders"


def linked(name: str, other: str = "hive://meta|sales.orders", kind: str = "TABLE", **facets: object) -> dict:
    link = dataset(other)
    return dataset(name, symlinks={"identifiers": [{**link, "type": kind}]}, **facets)


EVENTS = (
    event("load", "2024-03-01", reads=["raw"], writes=[linked("s3://lake|orders")]),
    event("copy", "2024-03-02", reads=[linked("abfs://x|orders")], writes=["copied"]),
    event("report", "2024-03-03", reads=["hive://meta|sales.orders"], writes=["sums"]),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_node_in_any_order(order: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fresh(tmp_path, monkeypatch) as world:
        for place in order:
            world.send(EVENTS[place])
        graph = world.graph()
        assert {node.id for node in graph.nodes("dataset")} == {
            "dataset:db/raw", "dataset:db/copied", "dataset:db/sums", LOGICAL,
        }  # fmt: skip
        assert graph.node(PLACE) == graph.node(OTHER) == graph.node(LOGICAL)
        assert set(graph.node(LOGICAL).also) == {PLACE, OTHER}
        assert world.reached("dataset:db/raw", "down") == {
            "job:jobs/load", LOGICAL, "job:jobs/copy", "dataset:db/copied", "job:jobs/report", "dataset:db/sums",
        }  # fmt: skip


def test_columns_follow_their_table(world: World) -> None:
    lineage = column_lineage(total=[("s3://lake|orders", "amount")])
    world.send(
        event("load", "2024-03-01", reads=["raw"], writes=[linked("s3://lake|orders")]),
        event("sum", "2024-03-02", reads=["s3://lake|orders"], writes=[dataset("sums", columnLineage=lineage)]),
    )
    steps = walk(world.graph(), "column:db/sums#total", "up")
    assert steps[0].edge.source == "column:hive://meta/sales.orders#amount"
    assert world.graph().node("column:s3://lake/orders#amount").id == "column:hive://meta/sales.orders#amount"


def test_another_name_of_the_same_table_ends_nothing(world: World) -> None:
    world.send(
        event("report", "2024-03-01", reads=[linked("s3://lake|orders")], writes=["sums"]),
        event("report", "2024-03-05", reads=["hive://meta|sales.orders"], writes=["sums"]),
    )
    (read,) = [edge for edge in world.graph().history_of(LOGICAL) if edge.kind == "reads"]
    assert (str(read.first_day), read.ended_on) == ("2024-03-01", None)


def test_the_name_in_the_catalogue_is_preferred_to_places() -> None:
    links = [Symlink("b", "c", "LOCATION"), Symlink("b", "a-place", "LOCATION"), Symlink("c", "table", "TABLE")]
    for order in itertools.permutations(links):
        chosen = one_name(order)
        assert chosen.of == dict.fromkeys(["b", "c", "a-place"], "table")
        assert set(chosen.others["table"]) == {"b", "c", "a-place"}
    assert one_name([Symlink("b", "c", "LOCATION")]).of == {"c": "b"}
