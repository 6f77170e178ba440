"""What the server does at its start, before anybody asks."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.api import server
from dashboard.api.warming import load_judging, load_pages
from dashboard.governance.judgements.worker import Worker
from dashboard.store.engine.database import Store, open_store
from tests.architecture.tree import module_name, program_files


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the collector and of the views, in order; nothing of the test's own process is frozen."""
    done: list[str] = []
    monkeypatch.setattr(server, "load_pages", lambda: done.append("load"))
    monkeypatch.setattr(gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    return done


def test_what_is_there_once_all_is_judged_is_left_out_of_later_collections(
    store: Store, frozen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(store)
    monkeypatch.setattr(worker, "caught_up", lambda patience: frozen.append("judged"))
    monkeypatch.setattr(server, "worker_of", lambda asked: worker if asked is store else None)
    server._settle(store)
    assert frozen == ["load", "judged", "collect", "freeze"]


def test_a_store_without_a_worker_is_settled_at_once(store: Store, frozen: list[str]) -> None:
    server._settle(store)
    assert frozen == ["load", "collect", "freeze"]


def test_a_store_that_is_gone_does_not_keep_the_server_from_settling(store: Store, frozen: list[str]) -> None:
    store.close()
    server._settle(store)
    assert frozen == ["load", "collect", "freeze"]


def test_all_that_judges_is_loaded() -> None:
    load_judging()
    wanted = {module_name(path) for path in program_files()}
    parts = ("gaps.checks", "status.areas", "risk.evidence", "desk.sources", "judgements.subjects")
    judging = {name for name in wanted if name.startswith(tuple(f"dashboard.governance.{part}." for part in parts))}
    assert judging
    assert judging - sys.modules.keys() == set()


def test_all_that_pages_are_made_of_is_loaded() -> None:
    load_pages()
    made_of = [module_name(path) for path in program_files()]
    wanted = {name for name in made_of if name.startswith(("dashboard.ui", "dashboard.charts"))}
    assert wanted
    assert wanted - sys.modules.keys() == set()
    assert "plotly.graph_objs.scatter" in sys.modules
