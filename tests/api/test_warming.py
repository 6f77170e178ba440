"""What the server does at its start, before anybody asks."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.api import server
from dashboard.api.service import Service
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the collector and of the views, in order; nothing of the test's own process is frozen."""
    done: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    return done


def test_what_is_there_after_warming_is_left_out_of_later_collections(
    store: Store, frozen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(store: Store, name: str, query: Query, reader: Principal) -> None:
        frozen.append(name)

    monkeypatch.setattr(server, "run_view", asked)
    server._warm(Service(store.home), store)
    assert frozen == ["models", "collect", "freeze"]


def test_a_first_question_that_fails_does_not_keep_it_from_that(
    store: Store, frozen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(store: Store, name: str, query: Query, reader: Principal) -> None:
        raise ValueError(name)

    monkeypatch.setattr(server, "run_view", failing)
    server._warm(Service(store.home), store)
    assert frozen == ["collect", "freeze"]
