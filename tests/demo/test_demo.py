"""The demo in a home directory: complete, the same after a second call, and telling what happened."""

import duckdb
import pytest

from dashboard import demo
from dashboard.demo import DemoBuildError, build_demo
from dashboard.store.cards import list_cards
from dashboard.store.engine.database import open_store
from dashboard.store.events import list_events
from dashboard.store.organisation import get_organisation
from dashboard.store.statuses import list_statuses


@pytest.fixture
def store(demo_home):
    opened = open_store(demo_home)
    yield opened
    opened.close()


def facts(home):
    """How many rows each table of the store has, and the files of the log."""
    with duckdb.connect(str(home / "store.duckdb"), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        counts = {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}
    return counts, sorted(str(path.relative_to(home)) for path in (home / "log").rglob("*.parquet"))


def test_second_call_writes_nothing_new(demo_home):
    before = facts(demo_home)
    assert before[0]["log_files"] > 7
    build_demo(demo_home, lambda share, step: None)
    assert facts(demo_home) == before


def test_everything_is_there(store, logs):
    assert set(list_cards(store)) == set(logs)
    assert len(get_organisation(store).people) >= 15
    assert len(list_events(store, "flight-delay")) > 30


def test_right_models_alert_and_control_stays_green(store):
    found = {(status.model_id, status.area): status.status for status in list_statuses(store)}
    assert {model for (model, area), status in found.items() if area == "performance" and status == "alert"} == {
        "bike-demand",
        "card-default",
        "collateral-valuation",
        "flight-delay",
    }
    assert found["employment-support", "performance"] == "ok"
    assert found["employment-support", "drift"] == "ok"
    assert found["injury-triage", "performance"] == "ok"
    assert found["card-default", "drift"] == "alert"
    assert found["collateral-valuation", "drift"] != "alert"


def test_steps_of_the_pipelines_are_told(tmp_path, monkeypatch):
    script = tmp_path / "build.py"
    script.write_text("print(' 40% first', flush=True); print('a warning'); print('100% second')")
    monkeypatch.setattr(demo, "PIPELINES", script)
    told = []
    demo._run_pipelines(tmp_path / "built", lambda share, step: told.append((share, step)))
    assert told == [(0.4, "first"), (1.0, "second")]
    assert (tmp_path / "built" / "complete").is_file()


def test_stopped_pipeline_says_why_and_is_not_complete(tmp_path, monkeypatch):
    script = tmp_path / "build.py"
    script.write_text("raise SystemExit('no such file')")
    monkeypatch.setattr(demo, "PIPELINES", script)
    with pytest.raises(DemoBuildError, match="no such file"):
        demo._run_pipelines(tmp_path / "built", lambda share, step: None)
    assert not (tmp_path / "built" / "complete").exists()
