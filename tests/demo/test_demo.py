"""The demo in a home directory: complete, the same after a second call, with a history that is true in every month."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dashboard.access.principal import operator
from dashboard.actions.access import NewGrant
from dashboard.actions.registry import read_payload, run_action
from dashboard.demo import building
from dashboard.demo.building import DemoBuildError, build_demo, place_left, run_apart, run_pipelines
from dashboard.governance.data_quality.freshness import FRESHNESS
from dashboard.store.alerts import list_alerts
from dashboard.store.audit.chain import ReplayRefusedError, list_entries
from dashboard.store.audit.rebuild import rebuild
from dashboard.store.audit.verify import verify, verify_home
from dashboard.store.cards import card_histories, list_cards
from dashboard.store.engine.clock import now, real_now, replaying
from dashboard.store.engine.database import open_store
from dashboard.store.events import list_events
from dashboard.store.organisation import get_organisation
from dashboard.store.quality_faults import list_faults
from dashboard.store.statements import list_statements
from dashboard.store.statuses import list_statuses
from dashboard.views.query import Query
from dashboard.views.registry import run_view

DEMO = operator("demo")


def silent(share: float, step: str) -> None:
    """Progress that nobody watches."""


def facts(home):
    """How many rows each table of the store has, and the files of the log."""
    with duckdb.connect(str(home / "store.duckdb"), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        counts = {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}
    return counts, sorted(str(path.relative_to(home)) for path in (home / "log").rglob("*.parquet"))


def test_everything_is_there(store, logs):
    assert set(list_cards(store)) == set(logs)
    assert len(get_organisation(store).people) >= 15
    assert len(list_events(store, "flight-delay")) > 30
    assert verify(store).faults == []


def test_every_record_is_marked_as_replayed_and_keeps_when_it_was_written(store):
    entries = list_entries(store)
    assert all(entry.replayed_at is not None and entry.replayed_at <= entry.recorded_at for entry in entries)
    assert [entry.replayed_at for entry in entries] == sorted(entry.replayed_at for entry in entries)
    written = {entry.recorded_at[:10] for entry in entries}
    assert len(written) <= 2
    assert min(written) >= f"{real_now() - timedelta(days=2):%Y-%m-%d}"
    shown = run_view(store, "audit", Query(), DEMO)
    assert shown["written_at"].notna().all()
    assert shown["at"].str[:7].nunique() >= 24


def test_people_act_by_themselves_and_nothing_was_refused_to_them(store):
    actions = {}
    for entry in list_entries(store):
        actions.setdefault(entry.action, set()).add(entry.actor.partition(" as ")[2])
    by_people = {name for name, people in actions.items() if people - {""}}
    assert by_people >= {
        "acknowledge_alert", "assess_risk", "close_alert", "comment", "hand_over", "record_decision", "record_look",
        "register", "request_rating", "sign_off",
    }  # fmt: skip
    assert not (store.home / "refused.jsonl").exists()


def test_cards_were_registered_as_designs_first_where_the_ledger_was_there(store):
    states = {model: [one.card.status for one in found] for model, found in card_histories(store).items()}
    assert states["collateral-valuation"] == ["production"]
    # A card is registered again for each version and deployment that came later.
    assert list(dict.fromkeys(states["flight-delay"])) == ["design", "production"]
    moved = {model: one.card.dates_moved_by_years for model, one in list_cards(store).items()}
    assert moved.pop("card-default") is None
    assert all(moved.values())


def test_a_past_day_shows_what_was_known_then(store):
    begun = min(datetime.fromisoformat(entry.replayed_at).replace(tzinfo=UTC) for entry in list_entries(store))
    early = begun + timedelta(days=3)
    assert list(list_cards(store, early)) == ["collateral-valuation", "employment-support", "injury-triage"]
    assert list_cards(store, begun - timedelta(days=1)) == {}
    before = {(one.model_id, one.area): one.status for one in list_statuses(store, as_of=early)}
    assert before["employment-support", "drift"] == "ok"
    assert len(run_view(store, "audit", Query(as_of=early), DEMO)) < len(run_view(store, "audit", Query(), DEMO))


def test_alerts_opened_when_figures_turned_and_people_answered(store):
    alerts = list_alerts(store)
    assert len({alert.opened_at.date() for alert in alerts}) >= 5
    said = {one.kind for one in list_statements(store)}
    assert {"alert_acknowledged", "alert_closed", "comment", "decision", "look"} <= said
    neglected = {alert.alert_id for alert in alerts if alert.alarm.model_id == "bike-demand"}
    answered = {one.subject for one in list_statements(store, ("alert_acknowledged", "alert_closed")) if one.person_id}
    assert neglected
    assert not neglected & answered


def test_right_models_alert_and_control_stays_green(store):
    found = {(status.model_id, status.area): status.status for status in list_statuses(store)}
    assert found["collateral-valuation", "performance"] == "alert"
    assert found["employment-support", "performance"] == "ok"
    assert found["employment-support", "drift"] == "ok"
    assert found["injury-triage", "performance"] == "ok"
    assert found["card-default", "drift"] == "alert"
    assert found["collateral-valuation", "drift"] != "alert"
    assert {found[model, "value"] for model in ("collateral-valuation", "bike-demand", "card-default")} == {"alert"}
    assert found["injury-triage", "value"] == "ok"
    alerted = {alert.alarm.model_id for alert in list_alerts(store) if alert.alarm.area == "performance"}
    assert {"bike-demand", "card-default", "collateral-valuation"} <= alerted
    assert not {"employment-support", "injury-triage"} & alerted


def test_the_planted_faults_of_the_data_are_found_and_nothing_else(store):
    faults = [(one.model_id, one.content["check"], one.content["feature"]) for one in list_faults(store)]
    reported = {one.content["source"] for one in list_faults(store) if "source" in one.content}
    counted = [one for one, fault in zip(faults, list_faults(store), strict=True) if "source" not in fault.content]
    # The data of a model may end before the day of the build: then it is true that none come.
    assert {one for one in counted if one[1] != FRESHNESS} == {
        ("bike-demand", "required", "weathersit"),
        ("bike-demand", "season names", "season"),
        ("bike-demand", "rows of the period", None),
        ("card-default", "code", "PAY_0"),
        ("retail-churn", "grows with the records", "tenure"),
    }
    # The pipelines check their tables themselves, and find two of the planted faults there.
    assert {(model, feature) for model, _, feature in set(faults) - set(counted)} >= {
        ("bike-demand", "weathersit"),
        ("card-default", "PAY_0"),
    }
    assert all("/features." in table for table in reported)


def test_second_call_writes_nothing_new_and_replays_end_with_the_demo(demo_home, tmp_path):
    home = shutil.copytree(demo_home, tmp_path / "home")
    before = facts(home)
    build_demo(home, silent)
    assert facts(home) == before
    rebuild(home)
    # The record of the rebuilding is the only new one.
    assert facts(home)[0]["audit"] == before[0]["audit"] + 1
    assert verify_home(home).faults == []
    opened = open_store(home)
    run_action(opened, "grant_access", NewGrant(person="mei.tanaka", reason="on leave"), operator("test"))
    with replaying(now() - timedelta(days=1)), pytest.raises(ReplayRefusedError):
        run_action(opened, "grant_access", NewGrant(person="anna.keller", reason="on leave"), DEMO)
    assert opened.ledger.head.replayed_at is None
    opened.close()
    build_demo(home, silent)


def test_a_home_with_other_records_is_left_alone(tmp_path):
    home = tmp_path / "home"
    opened = open_store(home)
    run_action(opened, "create_token", read_payload("create_token", {"name": "nightly", "scopes": ["read"]}), DEMO)
    opened.close()
    before = facts(home)
    with pytest.raises(DemoBuildError, match="home of its own"):
        build_demo(home, silent)
    assert facts(home) == before


def test_what_was_killed_while_it_was_put_into_place_is_finished(tmp_path):
    home, aside = tmp_path / "home", tmp_path / "home" / "demo-build" / "home"
    open_store(aside).close()
    (aside / "complete").touch()
    (aside / "log" / "kept").touch()
    place_left(home)
    assert (home / "store.duckdb").is_file()
    assert (home / "log" / "kept").is_file()
    assert not aside.exists()


def test_steps_of_the_pipelines_are_shown(tmp_path, monkeypatch):
    script = tmp_path / "build.py"
    script.write_text("print(' 40% first', flush=True); print('a warning'); print('100% second')")
    monkeypatch.setattr(building, "PIPELINES", script)
    shown = []
    run_pipelines(tmp_path / "built", lambda share, step: shown.append((share, step)))
    assert shown == [(0.4, "first"), (1.0, "second")]
    assert (tmp_path / "built" / "complete").is_file()


def test_stopped_pipeline_says_why_and_is_not_complete(tmp_path, monkeypatch):
    script = tmp_path / "build.py"
    script.write_text("raise SystemExit('no such file')")
    monkeypatch.setattr(building, "PIPELINES", script)
    with pytest.raises(DemoBuildError, match="no such file"):
        run_pipelines(tmp_path / "built", silent)
    assert not (tmp_path / "built" / "complete").exists()


def test_a_clock_that_is_replayed_is_that_of_the_block_only(tmp_path):
    past = datetime(2024, 5, 1, 9, tzinfo=UTC)
    with replaying(past):
        assert now() == past
        assert real_now() > past
        with pytest.raises(ValueError, match="past instant"), replaying(real_now() + timedelta(days=1)):
            raise AssertionError
    assert now() > past


def test_only_the_demo_sets_the_clock():
    root = Path(__file__).resolve().parents[2]
    setting = [path for path in (root / "dashboard").rglob("*.py") if "replaying(" in path.read_text(encoding="utf-8")]
    assert {str(path.relative_to(root)) for path in setting} == {
        "dashboard/demo/replay.py",
        "dashboard/store/engine/clock.py",
    }


def test_a_replay_that_stops_says_what_to_run(tmp_path):
    with pytest.raises(DemoBuildError, match="dashboard.demo.replay"):
        run_apart(
            ["-m", "dashboard.demo.replay", str(tmp_path / "home"), str(tmp_path), "2026-01-01T00:00:00Z"], silent
        )
