"""What walks over a large lineage graph cost, and what one more event costs beside it.

`python -m benchmarks.lineage` fills a home of its own with events that make 100,000 edges, measures CPU seconds in
processes of their own, and writes LINEAGE.md.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

HERE = Path(__file__).parent
SPACE = UUID("0190d5c1-6f4a-7d33-8c11-3f5f0f1f2a3b")
# Layers of jobs one behind the other, and jobs in each: every job reads two tables of the layer before and writes one
# with columns, each made from a column of both.
LAYERS, WIDE, COLUMNS = 130, 100, 2
CARD = """
id: claims
name: Claims
task: binary_classification
business: {process: triage}
versions: [{version: "1", training_data: table_%d_0}]
data:
  prediction_id: id
  predicted_at: decided
  score: p
  actual: fraud
  features: {c0: {kind: numeric}, c1: {kind: numeric}}
"""
# A DAG above all jobs: whoever asks for it walks over every table.
PARENT = {"run": {"runId": str(SPACE)}, "job": {"namespace": "jobs", "name": "dag"}}
ROOT, LEAF = "dataset:db/table_0_0", "model:claims"


def dataset(layer: int, place: int, **facets: object) -> dict[str, Any]:
    """A table of a layer."""
    return {"namespace": "db", "name": f"table_{layer}_{place % WIDE}", "facets": facets}


def event(layer: int, place: int, day: int = 1) -> dict[str, Any]:
    """The run of one job of a layer."""
    read = [dataset(layer - 1, place), dataset(layer - 1, place + 1)]
    fields = {
        f"c{column}": {"inputFields": [{**one, "field": f"c{column}", "facets": {}} for one in read]}
        for column in range(COLUMNS)
    }
    written = dataset(layer, place, columnLineage={"fields": fields})
    job = f"job_{layer}_{place}"
    return {
        "eventType": "COMPLETE",
        "eventTime": f"2024-03-{day:02}T08:00:00Z",
        "producer": "https://example.org",
        "run": {"runId": str(uuid5(SPACE, f"{job} {day}")), "facets": {"parent": PARENT}},
        "job": {"namespace": "jobs", "name": job},
        "inputs": read,
        "outputs": [written],
    }


def all_events(day: int = 1) -> Iterator[dict[str, Any]]:
    """A run of every job."""
    return (event(layer, place, day) for layer in range(1, LAYERS + 1) for place in range(WIDE))


def fill(home: Path) -> None:
    """Register a model and send two days of runs, which say the same."""
    from dashboard.access.principal import operator
    from dashboard.actions.register import Files
    from dashboard.actions.registry import run_action
    from dashboard.store.engine.database import open_store

    store = open_store(home)
    card = home.parent / "claims.yaml"
    card.write_text(CARD % LAYERS, encoding="utf-8")
    run_action(store, "register", Files(files=(card,)), operator("bench"))
    for day in (1, 2):
        path = home.parent / f"events-{day}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in all_events(day)), encoding="utf-8")
        run_action(store, "ingest_lineage", Files(files=(path,)), operator("bench"))
    store.close()


def measured(work: Callable[[], object]) -> tuple[float, Any]:
    """CPU seconds of this process for some work, and its result."""
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def measure(home: Path) -> dict[str, float]:
    """Measure one process: the first walk, others, and new events."""
    from dashboard.lineage.assembly import graph_of
    from dashboard.lineage.walks import walk
    from dashboard.store.engine.database import open_store

    store = open_store(home)
    found: dict[str, float] = {}
    found["graph, read for the first time"], graph = measured(lambda: graph_of(store))
    found["edges"] = len(graph.current)
    for name, node, direction, columns in (
        ("walk down from a raw table", ROOT, "down", None),
        ("walk down from the DAG of all jobs", "job:jobs/dag", "down", None),
        ("walk up from the model", LEAF, "up", None),
        ("walk up from the model by columns", LEAF, "up", True),
        ("walk down from a column", "column:db/table_0_0#c0", "down", None),
    ):
        found[name], steps = measured(lambda: walk(graph, node, direction, columns=columns))  # type: ignore[arg-type]  # noqa: B023
        found[f"{name}: steps"] = len(steps)
        found[f"{name}: hops"] = max((step.distance for step in steps), default=0)
    found["the same walk once more"], _ = measured(lambda: walk(graph, ROOT, "down"))
    found["graph of a past day"], past = measured(lambda: graph_of(store, _day("2024-03-01")))
    found["walk on that day"], _ = measured(lambda: walk(past, ROOT, "down"))
    found |= new_events(home, store)
    store.close()
    return found


def new_events(home: Path, store: Any) -> dict[str, float]:
    """Measure what one more event costs beside the graph: the median of several."""
    from dashboard.access.principal import operator
    from dashboard.actions.register import Files
    from dashboard.actions.registry import run_action
    from dashboard.lineage import derivation
    from dashboard.lineage.assembly import graph_of
    from dashboard.lineage.walks import walk

    deriving, whole, after = [], [], []
    for number in range(12):
        path = home.parent / f"new-{number}.json"
        one = event(3 + number, 5, day=3 + number)
        one["inputs"].append(dataset(0, number))
        path.write_text(json.dumps(one), encoding="utf-8")
        with store.writing() as cursor:
            rows = (f"k{number}", _now(), _now(), one)
            seconds, _ = measured(lambda: derivation.derive_events(cursor, [rows]))  # noqa: B023
            cursor.execute("DELETE FROM lineage_statements WHERE event_id = ?", [f"k{number}"])
        deriving.append(seconds)
        seconds, _ = measured(lambda: run_action(store, "ingest_lineage", Files(files=(path,)), operator("bench")))  # noqa: B023
        whole.append(seconds)
        seconds, _ = measured(lambda: walk(graph_of(store), ROOT, "down"))
        after.append(seconds)
    measures = {
        "deriving one new event": deriving,
        "taking one event, with audit and commit": whole,
        "first walk after one new event": after,
    }
    return {name: sorted(values)[len(values) // 2] for name, values in measures.items()}


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(tzinfo=None)


def report(found: dict[str, float], size: int) -> str:
    """The page with all figures."""
    lines = [
        "# Lineage: what walks over a large graph cost",
        "",
        "Written by `python -m benchmarks.lineage`. CPU time of one process (`time.process_time`, both cores) without",
        "its imports; of new events the median of 12. Each figure of an event is measured beside the whole graph.",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the begin.",
        f"{2 * LAYERS * WIDE:,} events, {found['edges']:,.0f} edges in force, {LAYERS} layers of {WIDE} jobs; the store"
        f" has {size / 1e6:.0f} MB.",
        "",
        "| what | CPU, ms | edges passed | longest way, hops |",
        "|---|---|---|---|",
    ]
    for name, value in found.items():
        if name == "edges" or ": " in name:
            continue
        steps = f"{found[f'{name}: steps']:,.0f}" if f"{name}: steps" in found else ""
        hops = f"{found[f'{name}: hops']:,.0f}" if f"{name}: hops" in found else ""
        lines.append(f"| {name} | {1000 * value:,.1f} | {steps} | {hops} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fill a home, measure it in a process of its own, write LINEAGE.md."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(Path(sys.argv[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill(home)
        command = [sys.executable, "-m", "benchmarks.lineage", str(home)]
        shown = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(shown.stdout.splitlines()[-1])
        text = report(found, (home / "store.duckdb").stat().st_size)
        (HERE / "LINEAGE.md").write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main()
