"""A ledger in which days pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.store.database import open_store
from tests.governance.signing import Ledger


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    store = open_store(tmp_path / "home")
    yield Ledger(store, tmp_path, monkeypatch)
    store.close()
