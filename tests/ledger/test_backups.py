"""A backup is one consistent state, also while others write, and comes back identical or not at all."""

from __future__ import annotations

import json
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.registry import run_action
from dashboard.cli.command_line import main
from dashboard.errors import InputRefusedError
from dashboard.store.audit.backup import MANIFEST, back_up
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.restore import restore
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.ledger.test_tampering import facts_of


def contents(home: Path) -> dict[str, object]:
    log = {path.relative_to(home).as_posix(): path.read_bytes() for path in (home / "log").rglob("*.parquet")}
    return {**facts_of(home), **log, "journal": (home / "journal.jsonl").read_bytes()}


def test_backup_and_restore_give_the_same_home(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(home)
    from dashboard.actions.monitor import Models

    run_action(store, "monitor", Models(models=("claims",)), operator("test"))
    before = run_view(store, "performance", Query(model="claims"), operator("test")).to_dict("records")
    store.close()
    other = tmp_path / "other"
    assert main(["backup", "--home", str(home), str(tmp_path / "b.zip")]) == 0
    assert main(["restore", "--home", str(other), str(tmp_path / "b.zip")]) == 0
    assert "verified 6 records" in capsys.readouterr().out
    assert contents(other) == contents(home)
    assert sorted(path.name for path in other.iterdir()) == ["journal.jsonl", "log", "store.duckdb"]
    restored = open_store(other)
    after = run_view(restored, "performance", Query(model="claims"), operator("test")).to_dict("records")
    assert str(after) == str(before)
    restored.close()


def test_backups_during_writes_are_whole(store: Store, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with store.writing(AuditContext("test", "x", after={f"person {number}": 1})) as cursor:
                cursor.execute(
                    "INSERT INTO organisation VALUES (?, now()::TIMESTAMP, 'x', 'person', 'p', '{}', '', NULL)",
                    [f"fact {number}"],
                )
            stop.wait(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        heads = [back_up(store, tmp_path / f"{number}.zip").head for number in range(3)]
    finally:
        stop.set()
        writer.join()
    assert heads[0].seq < heads[2].seq
    for number, head in enumerate(heads):
        assert restore(tmp_path / f"home_{number}", tmp_path / f"{number}.zip").head == head
        assert verify_home(tmp_path / f"home_{number}").records == head.seq


def test_only_an_empty_home_and_a_new_file_are_written(store: Store, tmp_path: Path) -> None:
    archive = tmp_path / "b.zip"
    back_up(store, archive)
    for refused in (archive, tmp_path / "b.rar"):
        with pytest.raises(InputRefusedError):
            back_up(store, refused)
    with pytest.raises(InputRefusedError, match="not empty"):
        restore(store.home, archive)


def test_a_damaged_backup_restores_nothing(store: Store, tmp_path: Path) -> None:
    archive, target = tmp_path / "b.zip", tmp_path / "new"
    back_up(store, archive)
    text = bytearray(archive.read_bytes())
    place = text.find(b"Anna Keller")
    text[place] ^= 1
    archive.write_bytes(bytes(text))
    with pytest.raises(InputRefusedError):
        restore(target, archive)
    assert list(target.iterdir()) == []
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        packed.writestr(MANIFEST, json.dumps({"files": {"log/../../evil": ""}}))
        packed.writestr("log/../../evil", "x")
    with pytest.raises(InputRefusedError, match="no backup"):
        restore(target, tmp_path / "evil.zip")
    assert not (tmp_path / "evil").exists()


def test_show_audit_tells_who_did_what(store: Store) -> None:
    frame = run_view(store, "audit", Query(model="claims"), operator("test"))
    assert list(frame["action"]) == ["register", "ingest_events", "ingest_predictions", "register"]
    assert list(frame["actor"]) == ["ben", "pipeline", "pipeline", "anna"]
    assert json.loads(frame["after"][0]) == {"summary": "Sorts claims."}
    everything = run_view(store, "audit", Query(), operator("test"))
    assert set(everything["subject"]) == {"claims", "person anna.keller", "team claims"}
    first = datetime.fromisoformat(everything["at"].iloc[-1])
    assert run_view(store, "audit", Query(as_of=first - timedelta(seconds=1)), operator("test")).empty
    assert set(run_view(store, "audit", Query(as_of=first), operator("test"))["actor"]) == {"anna"}
    today = datetime.now(UTC).date()
    assert run_view(store, "audit", Query(end=today - timedelta(days=2)), operator("test")).empty
    lately = Query(start=today - timedelta(days=2), end=today)
    assert len(run_view(store, "audit", lately, operator("test"))) == len(everything)
