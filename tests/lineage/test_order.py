"""The same events give the same graph: shuffled, repeated, split into several, sent at once or one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from dashboard.lineage.assembly import graph_of
from dashboard.lineage.derivation import make_again
from dashboard.store.engine.database import Store, open_store
from tests.lineage.events import Event, column_lineage, dataset, event, send

RUN_PARTS = ("run", "eventType")
TABLES = ("a", "b", "c", "d")
names = st.lists(st.sampled_from(TABLES), max_size=3, unique=True)
states = st.sampled_from(["START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", None])


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event of one of few runs, with columns and symlinks at times."""
    job, day, hour = draw(st.sampled_from("jk")), draw(st.integers(1, 6)), draw(st.integers(0, 3))
    writes = []
    for name in draw(names):
        facets: dict[str, Any] = {}
        if draw(st.booleans()):
            sources = [(table, column) for table in draw(names) for column in "xy"]
            facets["columnLineage"] = column_lineage(x=sources[:2], y=sources[2:], _dataset=sources[-1:])
        if draw(st.integers(0, 5)) == 0:
            facets["symlinks"] = {"identifiers": [{**dataset(draw(st.sampled_from("acz"))), "type": "TABLE"}]}
        writes.append(dataset(name, **facets))
    made = event(
        job, f"2024-03-0{day}T0{hour}:00:00Z", run=f"{job} {day}", state=draw(states), reads=draw(names), writes=writes
    )
    return made if draw(st.integers(0, 9)) else {key: part for key, part in made.items() if key not in RUN_PARTS}


def parts_of(whole: Event) -> Iterator[Event]:
    """A run event in parts: each dataset for itself, and the state alone."""
    if "run" not in whole:
        yield whole
        return
    yield {**whole, "inputs": [], "outputs": []}
    for side in ("inputs", "outputs"):
        for one in whole[side]:
            yield {**whole, "inputs": [], "outputs": [], side: [one]}


Told = tuple[set[tuple[object, ...]], set[str]]


def graph_after(batches: list[list[Event]]) -> Told:
    """All edges with their intervals, and all nodes, after batches were sent one after the other."""
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "home")
        try:
            for batch in batches:
                send(store, Path(folder), batch)
                # What is kept in memory is brought up to date after each batch.
                graph_of(store)
            found = told(store)
            make_again(store)
            assert told(store) == found
            return found
        finally:
            store.close()


def told(store: Store) -> Told:
    graph = graph_of(store)
    edges = {
        (one.source, one.kind, one.target, one.first_day, one.ended_on, one.origin, one.detail)
        for one in graph.listed(graph.history)
    }
    return edges, {node.id for node in graph.nodes()}


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(sent=st.lists(events(), min_size=1, max_size=14), rng=st.randoms(use_true_random=False))
def test_order_repetition_and_parts_make_no_difference(sent: list[Event], rng: random.Random) -> None:
    expected = graph_after([sent])
    parts = [part for whole in sent for part in parts_of(whole)]
    mixed = [*parts, *rng.sample(parts, len(parts) // 2), *rng.sample(sent, len(sent) // 2)]
    rng.shuffle(mixed)
    at = sorted(rng.sample(range(len(mixed) + 1), 2))
    batches = [mixed[: at[0]], mixed[at[0] : at[1]], mixed[at[1] :]]
    assert graph_after([batch for batch in batches if batch]) == expected


def test_a_thousand_events_one_by_one_in_any_order() -> None:
    rng = random.Random(7)
    sent = [
        event(
            f"job{rng.randrange(6)}",
            f"2024-{rng.randrange(1, 7):02}-{rng.randrange(1, 28):02}T{rng.randrange(24):02}:00:00Z",
            run=f"run {rng.randrange(120)}",
            state=rng.choice(["START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL"]),
            reads=rng.sample(TABLES, rng.randrange(4)),
            writes=rng.sample(TABLES, rng.randrange(3)),
        )
        for _ in range(1000)
    ]
    expected = graph_after([sent])
    rng.shuffle(sent)
    assert graph_after([sent[start : start + 250] for start in range(0, 1000, 250)]) == expected
    assert len(expected[0]) > 100
