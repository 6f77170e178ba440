"""What the pipelines tell of their runs: valid OpenLineage, and the same as their tables, checks and dates say."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module

import attr
import pandas as pd
import pytest
import yaml
from openlineage.client import facet_v2

from dashboard.demo.material import plan_demo, source_of
from dashboard.demo.moves import moved_run
from dashboard.demo.plan import plan_lineage
from dashboard.schema.lineage import parse_lineage
from dashboard.store.engine.database import open_store
from dashboard.store.lineage import list_lineage
from tests.demo.building import DEMO

FLOWS = yaml.safe_load((DEMO / "flows.yaml").read_text(encoding="utf-8"))["models"]
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(portfolio) -> dict[str, list[dict]]:
    """The events of each model."""
    found = {}
    for model in FLOWS:
        lines = (portfolio / "lineage" / f"{model}.jsonl").read_text(encoding="utf-8").splitlines()
        found[model] = [json.loads(line) for line in lines]
    return found


@pytest.fixture(scope="module")
def pipelines() -> Iterator[None]:
    """The pipelines' own modules, as their command finds them."""
    sys.path.insert(0, str(DEMO))
    yield
    sys.path.remove(str(DEMO))


def ended(events: list[dict], job: str) -> list[dict]:
    """The whole events of a job's runs."""
    return [event for event in events if event["job"]["name"] == job and event["eventType"] == "COMPLETE"]


def origins(event: dict) -> dict[str, set[tuple[str, str]]]:
    """The table and column pairs that each written column is made from."""
    fields = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    return {name: {(one["name"], one["field"]) for one in told["inputFields"]} for name, told in fields.items()}


def test_every_model_tells_of_its_runs_and_every_event_is_taken(told, cards):
    assert set(told) == set(cards)
    for model, events in told.items():
        names = {event["job"]["name"] for event in events}
        steps = {f"{model}.{step}" for step in ("collect", "prepare", "train", "label")} | {f"score.{model}"}
        assert {name for name in names if not name.startswith("export.")} == steps
        for event in events:
            parse_lineage(event, LATER)
        begun = Counter(event["run"]["runId"] for event in events if event["eventType"] == "START")
        closed = Counter(event["run"]["runId"] for event in events if event["eventType"] != "START")
        assert begun == closed
        assert set(begun.values()) == {1}


def test_facets_are_those_of_the_standard(told):
    known = {}
    for place in vars(facet_v2).values():
        for name, kind in vars(place).items() if hasattr(place, "__name__") else ():
            if name.endswith("Facet") and attr.has(kind):
                known[name] = kind
    seen = set()
    for event in (event for events in told.values() for event in events):
        holders = [event["run"]["facets"], event["job"]["facets"]]
        for table in (*event["inputs"], *event["outputs"]):
            holders += [table.get(name, {}) for name in ("facets", "inputFacets", "outputFacets")]
        for name, facet in ((name, facet) for holder in holders for name, facet in holder.items()):
            kind = facet["_schemaURL"].rpartition("/")[2]
            fields = attr.fields_dict(known[kind])
            wanted = {one for one, field in fields.items() if field.default is attr.NOTHING and field.init}
            assert wanted <= {*facet, "_producer", "_schemaURL"}, kind
            assert set(facet) <= {*fields, "_producer", "_schemaURL"}, kind
            assert name.lower() in kind.lower(), kind
            seen.add(name)
    assert seen >= {
        "columnLineage", "dataQualityAssertions", "dataQualityMetrics", "dataSource", "documentation", "errorMessage",
        "nominalTime", "outputStatistics", "ownership", "schema", "sourceCodeLocation", "symlinks", "tags", "version",
    }  # fmt: skip


def test_sources_explain_every_column_of_the_raw_files_in_every_month(told, pipelines):
    for model, events in told.items():
        source = import_module(f"pipelines.{model.replace('-', '_')}").SOURCE
        columns = set(pd.read_parquet(DEMO / "raw" / source).columns)
        for event in ended(events, f"{model}.collect"):
            schema = {field["name"] for field in event["outputs"][0]["facets"]["schema"]["fields"]}
            assert schema == columns == set(origins(event)), model
            read = {
                table["name"]: {f["name"] for f in table["facets"]["schema"]["fields"]} for table in event["inputs"]
            }
            assert all(column in read[table] for pairs in origins(event).values() for table, column in pairs)


def test_columns_are_found_by_trying(told, pipelines):
    tried_columns = import_module("pipelines.columns").tried_columns

    def prepare(raw: pd.DataFrame) -> pd.DataFrame:
        renamed = raw.rename(columns={"a": "same"})
        return renamed.assign(total=raw["a"] + raw["b"], fixed=1).drop(columns="c").iloc[::-1]

    raw = pd.DataFrame({name: range(start, start + 50) for start, name in enumerate("abc")})
    assert tried_columns(prepare, raw) == {"same": ["a"], "b": ["b"], "total": ["a", "b"], "fixed": []}
    crashes = origins(ended(told["injury-triage"], "injury-triage.prepare")[0])
    assert crashes["claim_id"] == {("raw/crash_injuries", "caseid"), ("raw/crash_injuries", "accident_year")}
    assert crashes["age_group"] == {("raw/crash_injuries", "occupant_age")}


def test_rows_missing_values_and_checks_are_those_of_the_log(told, logs, cards, portfolio):
    quality = [json.loads(line) for line in (portfolio / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    for model, events in told.items():
        runs = ended(events, f"score.{model}")
        counts = [run["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] for run in runs]
        assert sum(counts) == len(logs[model]), model
        measured = [run["inputs"][0]["inputFacets"] for run in runs]
        assert [one["dataQualityMetrics"]["rowCount"] for one in measured] == counts
        for feature in cards[model]["data"]["features"]:
            missing = sum(one["dataQualityMetrics"]["columnMetrics"][feature]["nullCount"] for one in measured)
            assert missing == logs[model][feature].isna().sum(), (model, feature)
        passed = [check["success"] for one in measured for check in one["dataQualityAssertions"]["assertions"]]
        listed = [event for event in quality if event["kind"] == "quality" and event["model"] == model]
        assert passed == [event["passed"] for event in listed]
        table = runs[0]["inputs"][0]
        assert {event["dataset"] for event in listed} == {f"{table['namespace']}/{table['name']}"}


def test_runs_end_before_the_next_step_needs_them_and_training_is_what_the_card_says(told, cards):
    for model, events in told.items():
        by_month = zip(*(ended(events, f"{model}.{step}") for step in ("collect", "prepare")), strict=True)
        assert all(first["eventTime"] < second["eventTime"] for first, second in by_month)
        for version, training in zip(cards[model]["versions"], ended(events, f"{model}.train"), strict=True):
            written = training["outputs"][0]
            assert f"{written['namespace']}/{written['name']}" == version["training_data"]
            assert datetime.fromisoformat(training["eventTime"]) == version["trained_at"]
        assert {event["job"]["facets"]["sourceCodeLocation"].get("version") for event in events} <= {
            version["code_revision"], None,
        }  # fmt: skip


def test_a_table_of_the_payment_system_is_replaced_when_its_code_breaks(told):
    events = told["card-default"]
    read = {
        event["eventTime"][:7]: {table["name"] for table in event["inputs"] if table["name"].startswith("payments.")}
        for event in ended(events, "card-default.collect")
    }
    old, new = {"payments.repayment_status"}, {"payments.repayment_status_v2"}
    assert [read[month] for month in sorted(read)] == [old] * 7 + [new] * 5
    assert ended(events, "export.repayment-status")[-1]["eventTime"] < "2005-08"
    assert origins(ended(events, "card-default.collect")[-1])["PAY_0"] == {("payments.repayment_status_v2", "PAY_0")}


def test_runs_without_rows_failed(told, logs):
    failed = [event for events in told.values() for event in events if event["eventType"] == "FAIL"]
    gaps = logs["bike-demand"]["forecast_at"].sort_values().diff()
    storm = next(event for event in failed if event["eventTime"].startswith("2012-10-30"))
    assert storm["run"]["facets"]["errorMessage"]["message"] == "no rows for 37 hours"
    assert gaps[logs["bike-demand"]["forecast_at"] > "2012-10-01"].max() == pd.Timedelta(hours=37)
    assert {event["job"]["name"] for event in failed} == {"bike-demand.collect"}


def test_a_moved_event_keeps_all_but_its_times():
    event = {
        "eventTime": "2013-04-30T23:00:00Z",
        "run": {
            "runId": "r",
            "facets": {"nominalTime": {"_producer": "p", "nominalStartTime": "2013-04-01T00:00:00Z"}},
        },
        "job": {"name": "j"},
    }
    moved = moved_run(event, 156)
    assert moved["eventTime"] == "2026-04-30T23:00:00Z"
    assert moved["run"]["facets"]["nominalTime"] == {"_producer": "p", "nominalStartTime": "2026-04-01T00:00:00Z"}
    assert (moved["job"], moved["run"]["runId"]) == (event["job"], "r")


def test_what_is_told_comes_in_after_it_happened_and_never_after_the_build(told, cards, portfolio):
    until = datetime(2026, 11, 28, 12, tzinfo=UTC)
    shown = yaml.safe_load((DEMO / "story.yaml").read_text(encoding="utf-8"))["shown_by"]
    sources = {
        model: source_of(card, portfolio / "predictions" / f"{model}.parquet", shown[model])
        for model, card in cards.items()
    }
    plan = plan_demo(cards, [], sources, until)
    found = plan_lineage(told, plan.models, until)
    instants = [(at, datetime.fromisoformat(event["eventTime"])) for at, events in found.items() for event in events]
    assert all(happened <= at <= until for at, happened in instants)
    whole = sum(len(events) for events in told.values())
    assert 0.8 * whole < len(instants) < whole
    # A month that is under way has begun and has not ended.
    flights = [event for events in found.values() for event in events if event["job"]["name"] == "score.flight-delay"]
    newest = sorted(flights, key=lambda event: event["eventTime"])[-1]
    assert (newest["eventType"], newest["eventTime"][:7]) == ("START", "2026-11")


def test_the_demo_records_them_with_its_own_command(demo_home):
    store = open_store(demo_home)
    events = list_lineage(store, None, None, None, 10_000)
    store.close()
    assert len(events) > 1_000
    assert {event.actor for event in events} == {"demo"}
    assert {event.job_namespace for event in events} == {"ml-pipelines"}
    assert all(event.event_time <= event.recorded_at for event in events)
    assert len({event.recorded_at.date() for event in events}) > 50
