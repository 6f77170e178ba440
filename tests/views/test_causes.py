"""What happened around a model, from its figures, its card and its events."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.causes.happenings import LANES
from dashboard.governance.causes.sentences import order_in_time
from dashboard.periods import period_end, period_start
from dashboard.store.engine.database import open_store
from dashboard.views.cause_lanes import performance as performance_lane, quality
from dashboard.views.cause_lanes.registry import FINDERS, alarms, happenings
from dashboard.views.causes import causes, order, what_came_first
from dashboard.views.drift import drift
from dashboard.views.performance import performance
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view
from dashboard.words import Sentence
from tests.acceptance.portfolio import BINARY_CARD

CLAIMS = Query(model="claims", by="month")


def runs_of(frame: pd.DataFrame) -> set[tuple[str, str | None]]:
    """First day and last day (None: goes on) of the runs of alarms of one series, counted anew."""
    found, open_since = set(), None
    rows = list(zip(frame["period"], frame["status"], strict=True))
    last = max((place for place, (_, status) in enumerate(rows) if status != "unknown"), default=-1)
    for place, (period, status) in enumerate(rows):
        if status in ("warn", "alert"):
            open_since = open_since or period
        if open_since and (status not in ("warn", "alert") or place == len(rows) - 1):
            end = place if status in ("warn", "alert") else place - 1
            ends = None if end >= last else period_end(rows[end][0]).isoformat()
            found.add((period_start(open_since).date().isoformat(), ends))
            open_since = None
    return found


def test_drift_is_that_of_the_view_of_drift(store):
    shown = run_view(store, "causes", CLAIMS, operator("test"))
    for feature, rows in drift(store, CLAIMS).groupby("feature"):
        mine = [row for row in records(shown) if (row["lane"], row["subject"]) == ("drift", feature)]
        assert {(row["begins"], row["ends"]) for row in mine} == runs_of(rows)


def test_performance_is_that_of_the_view_of_performance(store):
    figures, shown = performance(store, CLAIMS), causes(store, CLAIMS)
    alarming = set(figures.loc[figures["status"].isin(["warn", "alert"]), "period"])
    begins = set(shown.loc[shown["lane"] == "performance", "begins"])
    assert begins <= {period_start(period).date().isoformat() for period in alarming}
    assert bool(begins) == bool(alarming)


def test_every_lane_has_its_function():
    assert set(FINDERS.all()) == set(LANES) - {"value"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_sentences_on_rows_are_those_on_what_they_were_made_of(store, language):
    query = replace(CLAIMS, language=language)
    made_of = [sentence.render(language) for sentence in order_in_time(happenings(store, query))]
    assert list(order(store, query)["sentence"]) == what_came_first(causes(store, query), language) == made_of


def test_a_run_after_which_nothing_was_judged_goes_on():
    periods = ["2024-01", "2024-02", "2024-03", "2024-04"]
    found = list(
        alarms("drift", periods, ["warn", "ok", "alert", "unknown"], "x", lambda _run, extent, _since: Sentence(extent))
    )
    assert [(one.period, one.ends is None, one.status) for one in found] == [
        ("2024-01", False, "warn"),
        ("2024-03", True, "alert"),
    ]


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        (["warn", "warn", "warn"], "worse than expected"),
        (["alert", "alert", "alert"], "on alert"),
        (["warn", "alert", "alert"], "worse than expected, on alert since February 2024"),
        (["alert", "warn", "alert"], "worse than expected, on alert since March 2024"),
        (["alert", "alert", "warn"], "worse than expected, at times on alert"),
    ],
)
def test_a_warning_is_not_called_an_alert(store, monkeypatch, statuses, words):
    found = pd.DataFrame({"period": ["2024-01", "2024-02", "2024-03"], "metric": "roc_auc", "status": statuses})
    monkeypatch.setattr(performance_lane, "performance", lambda *_: found)
    found = records(run_view(store, "causes", CLAIMS, operator("test")))
    (row,) = [row for row in found if row["lane"] == "performance"]
    assert row["what"] == f"Ranking quality (ROC AUC) {words}"
    assert (row["begins"], row["ends"]) == ("2024-01-01", None)


@pytest.mark.parametrize("language", ["en", "de"])
def test_first_things_first(store, language):
    found = causes(store, replace(CLAIMS, language=language))
    assert list(found["begins"]) == sorted(found["begins"])
    assert len(found) == len(happenings(store, CLAIMS))


def test_what_people_did_is_in_its_lane(tmp_path):
    # In a home of its own: what is deployed has duties, which other tests would see.
    card = tmp_path / "card.yaml"
    card.write_text(BINARY_CARD, encoding="utf-8")
    store = open_store(tmp_path / "home")
    run_action(store, "register", Files(files=(card,)), operator("test"))
    path = tmp_path / "events.jsonl"
    events = [
        {"kind": "deployment", "at": "2024-01-10T00:30:00Z", "version": "1", "environment": {"numpy": "2.0.0"}},
        {"kind": "deployment", "at": "2024-02-10T12:00:00Z", "version": "2", "environment": {"numpy": "2.1.0"}},
        {
            "kind": "incident",
            "at": "2024-03-01T12:00:00Z",
            "until": "2024-03-02T12:00:00Z",
            "severity": 4,
            "cause": "No power",
        },
    ]
    lines = [
        {"environment_name": "live", **event} if event["kind"] == "deployment" else event | {"cause": "No power"}
        for event in events
    ]
    path.write_text("".join(json.dumps({"model": "claims", **line}) + "\n" for line in lines), encoding="utf-8")
    run_action(store, "ingest_events", Files(files=(path,)), operator("test"))
    found = causes(store, CLAIMS)
    found = found[found["begins"] >= "2024"]
    assert list(zip(found["lane"], found["begins"], found["ends"], found["what"], strict=True)) == [
        ("deployment", "2024-01-10", "2024-01-10", "Version 1 went live (live)"),
        ("deployment", "2024-02-10", "2024-02-10", "Version 2 went live (live)"),
        ("environment", "2024-02-10", "2024-02-10", "numpy 2.0.0 became 2.1.0 (live)"),
        ("incident", "2024-03-01", "2024-03-02", "Incident: No power"),
    ]
    store.close()


@pytest.mark.parametrize(
    ("since", "begins", "begun_by", "ends"),
    [
        ("2024-03", "2024-03-01", "2024-03-31", "2024-04-30"),
        ("2024-03-05", "2024-03-05", "2024-03-05", "2024-04-30"),
        ("2024-04-30T07", "2024-04-30", "2024-04-30", "2024-04-30"),
    ],
)
@pytest.mark.parametrize("ongoing", [True, False])
def test_a_fault_of_the_data_begins_by_day_or_period(store, monkeypatch, since, begins, begun_by, ends, ongoing):
    content = {"since": since, "until": "2024-04", "ongoing": ongoing, "status": "alert", "feature": "amount"}
    content |= {"message": "Values of {feature} are missing.", "values": {"feature": "amount"}}
    fault = SimpleNamespace(fault=SimpleNamespace(content=content))
    monkeypatch.setattr(quality, "incidents", lambda *_: [fault])
    (row,) = [row for row in records(run_view(store, "causes", CLAIMS, operator("test"))) if row["lane"] == "quality"]
    assert (row["begins"], row["begun_by"], row["ends"]) == (begins, begun_by, None if ongoing else ends)
    assert (row["subject"], row["status"]) == ("amount", "alert")
