"""Two commands at once: the second waits for the first, and says so."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dashboard.cli import command_line, patience
from dashboard.errors import StoreInUseError
from dashboard.store.engine.database import open_store


def test_a_command_waits_for_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(tmp_path)
    done = threading.Timer(0.5, store.close)
    done.start()
    assert command_line.main(["monitor", "--home", str(tmp_path)]) == 0
    done.join()
    assert "waiting up to 30 seconds for another command: the store in" in capsys.readouterr().err


def test_waiting_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path)
    with pytest.raises(StoreInUseError, match="try again when it has ended"):
        patience.patiently(tmp_path, lambda: open_store(tmp_path), wait_s=0.1)
    store.close()


def test_nobody_waits_for_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server never ends; the command asks it instead."""
    monkeypatch.setattr("dashboard.cli.client.is_served", lambda home, held: True)
    store = open_store(tmp_path)
    tries: list[int] = []

    def attempt() -> None:
        tries.append(1)
        open_store(tmp_path)

    with pytest.raises(StoreInUseError):
        patience.patiently(tmp_path, attempt)
    assert tries == [1]
    store.close()
