"""What was worked out last is given again while its state is the same, of as many questions as there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.kept_last import KeptLast


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


def test_the_same_state_is_found_once_and_another_one_anew(store: Store) -> None:
    kept: KeptLast[list[int]] = KeptLast(2)
    found: list[str] = []

    def ask(name: str, state: int) -> None:
        kept.get(store, name, state, lambda: found.append(name) or [state])

    ask("a", 1)
    ask("a", 1)
    assert found == ["a"]
    ask("a", 2)
    assert found == ["a", "a"]


def test_what_was_asked_for_longest_ago_makes_room(store: Store) -> None:
    kept: KeptLast[int] = KeptLast(2)
    found: list[str] = []

    def ask(name: str) -> None:
        kept.get(store, name, 0, lambda: found.append(name) or 0)

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(name)
    assert found == ["a", "b", "c", "b"]
