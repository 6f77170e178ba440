"""Events as producers send them, and the graph that they must give: every edge with its days, in golden files.

`GOLDEN_UPDATE=1 pytest tests/lineage/test_golden.py` writes the files anew; read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dashboard.lineage.facts import node_facts, runs_of
from tests.lineage.conftest import World

FOLDER = Path(__file__).with_name("golden")
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def events(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def edges_of(world: World) -> str:
    """Every edge of any day, a line each."""
    graph = world.graph()
    lines = {
        f"{one.source} --{one.kind}--> {one.target}  {one.first_day}..{one.ended_on or ''}"
        + (f"  [{one.detail}]" if one.detail else "")
        for one in graph.listed(graph.history)
    }
    return "".join(f"{line}\n" for line in sorted(lines))


@pytest.mark.parametrize("name", NAMES)
def test_the_graph_of_a_producer(world: World, name: str) -> None:
    world.send(*events(name))
    path = FOLDER / f"{name}.edges"
    found = edges_of(world)
    if os.environ.get("GOLDEN_UPDATE"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_what_airflow_says_about_its_nodes(world: World) -> None:
    world.send(*events("airflow"))
    graph, job = world.graph(), "job:airflow/crew_etl.load_flights"
    day = "dataset:postgres://warehouse.example.org:5432/ops.public.flights_day"
    facts = node_facts(world.store, graph, [job, day, "job:airflow/crew_etl"])
    assert facts[job].owners == ("team:crew",)
    assert facts[job].source_code == "https://git.example.org/dags/crew_etl.py"
    assert facts["job:airflow/crew_etl"].documentation == "Loads the flights of the day."
    assert facts[day].columns == {"flight_id": "varchar", "code": "varchar"}
    assert facts[day].data_source == "postgres://warehouse.example.org:5432"
    assert {str(at): rows for at, rows in facts[day].rows.items()} == {"2024-03-01": 842}
    states = [(run.state, run.error, str(run.begun_at.time())) for run in runs_of(world.store, graph, job)]
    assert states == [
        ("COMPLETE", None, "04:06:00"),
        ("FAIL", "relation ops.public.weather does not exist", "04:06:00"),
        ("COMPLETE", None, "04:06:00"),
    ]
    assert facts[job].last_run is not None
    assert facts[job].last_run.nominal_time == "2024-03-03T04:00:00+00:00"


def test_what_dbt_checked(world: World) -> None:
    world.send(*events("dbt"))
    orders, staged = "dataset:snowflake://acme-eu/PROD.SHOP.ORDERS", "dataset:snowflake://acme-eu/PROD.SHOP.STG_ORDERS"

    def checks(day: str | None) -> dict[str, list[tuple[str | None, str, bool]]]:
        facts = node_facts(world.store, world.graph(day), [orders, staged])
        return {
            node: sorted((check.column, check.assertion, check.passed) for check in found.checks)
            for node, found in facts.items()
        }

    good = [("customer", "not_null", True), ("order_id", "unique", True)]
    assert checks("2024-03-01") == {orders: [], staged: good}
    assert checks(None) == {
        orders: [(None, "accepted_values", False)],
        staged: [("customer", "not_null", True), ("order_id", "unique", False)],
    }
