"""From when until when an edge holds: abandoned edges, runs in parts, streams, late events, two clocks."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.lineage.conftest import World
from tests.lineage.events import column_lineage, dataset, event, schema

DATA = ("reads", "writes")
LATER = datetime(2024, 6, 1, tzinfo=UTC)


def reads(job: str, *names: str) -> set[tuple[str, str, str]]:
    return {(f"dataset:db/{name}", "reads", f"job:jobs/{job}") for name in names}


def writes(job: str, *names: str) -> set[tuple[str, str, str]]:
    return {(f"job:jobs/{job}", "writes", f"dataset:db/{name}") for name in names}


def test_an_edge_that_a_later_complete_run_lacks_ends_on_that_day(world: World) -> None:
    world.send(
        event("join", "2024-03-01", reads=["a", "b"], writes=["c"]),
        event("join", "2024-03-05", reads=["a"], writes=["c"]),
    )
    both, one = reads("join", "a", "b") | writes("join", "c"), reads("join", "a") | writes("join", "c")
    assert world.edges("2024-02-29") == set()
    assert world.edges("2024-03-01") == world.edges("2024-03-04") == both
    assert world.edges("2024-03-05") == world.edges() == one
    (ended,) = [edge for edge in world.graph().history_of("dataset:db/b") if edge.kind == "reads"]
    assert (str(ended.first_day), str(ended.ended_on)) == ("2024-03-01", "2024-03-05")


def test_an_edge_that_comes_back_holds_twice(world: World) -> None:
    for day, names in (("01", ["a", "b"]), ("03", ["a"]), ("07", ["a", "b"])):
        world.send(event("join", f"2024-03-{day}", reads=names, writes=["c"]))
    spans = [
        (str(one.first_day), str(one.ended_on)) for one in world.graph().history_of("dataset:db/b")
    ]  # fmt: skip
    assert spans == [("2024-03-01", "2024-03-03"), ("2024-03-07", "None")]


def test_runs_that_fail_or_go_on_end_nothing_and_begin_what_they_name(world: World) -> None:
    world.send(event("join", "2024-03-01", reads=["a", "b"], writes=["c"]))
    for day, state in (("02", "FAIL"), ("03", "ABORT"), ("04", "RUNNING"), ("05", "START"), ("06", "OTHER")):
        world.send(event("join", f"2024-03-{day}", state=state, reads=["x"]))
    assert world.edges() == reads("join", "a", "b", "x") | writes("join", "c")


def test_a_run_without_datasets_says_nothing_about_them(world: World) -> None:
    world.send(event("join", "2024-03-01", reads=["a"], writes=["c"]), event("join", "2024-03-02"))
    assert world.edges() == reads("join", "a") | writes("join", "c")


def test_a_run_is_all_that_its_events_say(world: World) -> None:
    """START without datasets, outputs told while it runs, inputs only at the end: one run."""
    world.send(event("join", "2024-03-01", reads=["a", "b"], writes=["c"]))
    world.send(
        event("join", "2024-03-02T08:00:00Z", run="two", state="START"),
        event("join", "2024-03-02T08:10:00Z", run="two", state="RUNNING", writes=["c"]),
        event("join", "2024-03-02T08:20:00Z", run="two", state="COMPLETE", reads=["a"]),
    )
    assert world.edges() == reads("join", "a") | writes("join", "c")
    world.send(event("join", "2024-03-02T08:05:00Z", run="two", state="RUNNING", reads=["b"]))
    assert world.edges() == reads("join", "a", "b") | writes("join", "c")


def test_an_event_that_comes_late_counts_at_its_own_time(world: World) -> None:
    world.send(event("join", "2024-03-09", reads=["a"], writes=["c"]))
    world.send(event("join", "2024-03-01", reads=["a", "b"], writes=["c"]))
    assert world.edges("2024-03-05", DATA) == reads("join", "a", "b") | writes("join", "c")
    assert world.edges() == reads("join", "a") | writes("join", "c")


def test_what_was_known_at_an_instant(world: World) -> None:
    world.send(event("join", "2024-03-01", reads=["a", "b"], writes=["c"]), at=datetime(2024, 3, 1, 9, tzinfo=UTC))
    world.send(event("join", "2024-03-05", reads=["a"], writes=["c"]), at=LATER)
    before = datetime(2024, 5, 1, tzinfo=UTC)
    assert world.edges("2024-03-06", as_of=before) == reads("join", "a", "b") | writes("join", "c")
    assert world.edges("2024-03-06", as_of=LATER) == reads("join", "a") | writes("join", "c")
    assert world.edges(as_of=datetime(2024, 2, 1, tzinfo=UTC)) == set()


def test_columns_end_where_the_job_tells_columns_or_writes_the_table_no_more(world: World) -> None:
    def run(day: str, columns: dict[str, list[tuple[str, str]]] | None, table: str = "c") -> None:
        facets = {} if columns is None else {"columnLineage": column_lineage(**columns)}
        world.send(event("join", f"2024-03-{day}", reads=["a"], writes=[dataset(table, **facets)]))

    def columns(day: str) -> set[tuple[str, str]]:
        return {(source, target) for source, _, target in world.edges(f"2024-03-{day}", ("derives",))}

    x, y = (("column:db/a#x", "column:db/c#x"), ("column:db/a#y", "column:db/c#y"))
    run("01", {"x": [("a", "x")], "y": [("a", "y")]})
    run("02", None)
    run("03", {"x": [("a", "x")]})
    run("04", None, table="d")
    assert [columns(day) for day in ("01", "02", "03", "04")] == [{x, y}, {x, y}, {x}, set()]


def test_a_stream_without_end_is_what_its_newest_run_names(world: World) -> None:
    stream = {"jobType": {"processingType": "STREAMING", "integration": "FLINK", "jobType": "JOB"}}

    def run(day: str, run: str, state: str, *topics: str) -> None:
        world.send(
            event("feed", f"2024-03-{day}", run=run, state=state, reads=topics, writes=["out"], job_facets=stream)
        )

    run("01", "first", "START", "in")
    run("02", "first", "RUNNING", "in")
    assert world.edges() == reads("feed", "in") | writes("feed", "out")
    run("08", "second", "START", "other")
    assert world.edges("2024-03-07") == reads("feed", "in") | writes("feed", "out")
    assert world.edges() == reads("feed", "other") | writes("feed", "out")


def test_statements_outside_of_runs_are_about_the_job_from_then_on(world: World) -> None:
    def static(day: str, *names: str) -> dict[str, object]:
        return {
            name: part
            for name, part in event("view", f"2024-03-{day}", reads=names, writes=["c"]).items()
            if name not in ("run", "eventType")
        }

    world.send(static("01", "a", "b"), static("04", "a"))
    assert world.edges("2024-03-03") == reads("view", "a", "b") | writes("view", "c")
    assert world.edges() == reads("view", "a") | writes("view", "c")


def test_an_event_about_a_dataset_makes_a_node_and_its_columns(world: World) -> None:
    view = dataset("sums", schema=schema("total"), columnLineage=column_lineage(total=[("rows", "amount")]))
    world.send({"eventTime": "2024-03-01T08:00:00Z", "producer": "https://example.org", "dataset": view})
    world.send({"eventTime": "2024-03-01T08:00:00Z", "producer": "https://example.org", "dataset": dataset("alone")})
    assert world.edges() == {
        ("dataset:db/rows", "derives", "dataset:db/sums"),
        ("column:db/rows#amount", "derives", "column:db/sums#total"),
    }
    assert world.graph().node("dataset:db/alone").name == "db/alone"


def test_a_renamed_table_comes_from_the_old_one(world: World) -> None:
    change = {"lifecycleStateChange": "RENAME", "previousIdentifier": {"namespace": "db", "name": "old"}}
    world.send(event("alter", "2024-03-01", writes=[dataset("new", lifecycleStateChange=change)]))
    assert ("dataset:db/old", "derives", "dataset:db/new") in world.edges()
