"""The store: migrations, settings, lock, transactions, and what survives kill -9."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.errors import DashboardError, StoreDamagedError, StoreInUseError
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import stored
from dashboard.store.engine.database import append_rows, open_store
from dashboard.store.engine.migrate import FOLDER, applied_migrations, list_migrations, migrate
from dashboard.store.lineage_statements import DERIVED_TABLES
from dashboard.store.statuses import append_status, list_statuses, status_changes
from dashboard.words import Sentence

WRITER = """
import sys
from pathlib import Path
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.database import open_store
from dashboard.store.lineage_statements import DERIVED_TABLES
from dashboard.store.statuses import append_status
from dashboard.store.engine.clock import now, stored
from dashboard.words import Sentence
store = open_store(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 1_000_000):
    with store.writing(AuditContext("monitor", "test")) as cursor:
        append_status(cursor, "m", "performance", "ok", Sentence("run", {"number": number}), stored(now()))
    print(number, flush=True)
"""


def test_a_store_survives_kill_in_mid_write(tmp_path: Path) -> None:
    acknowledged = -1
    for attempt in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(acknowledged + 1_000 * (attempt + 1))],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())
        time.sleep(random.Random(attempt).uniform(0, 0.15))
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split("\n")[:-1]
        writer.stdout.close()
        writer.wait()
        acknowledged = int(rest[-1]) if rest else acknowledged
        store = open_store(tmp_path)
        with store.cursor() as cursor:
            texts = cursor.execute("SELECT message_values FROM statuses").fetchall()
        numbers = [json.loads(text)["number"] for (text,) in texts]
        store.close()
        assert acknowledged in numbers
        assert len(numbers) == len(set(numbers))


def test_every_key_still_refuses_doubles_after_a_kill(tmp_path: Path) -> None:
    """A damaged index would accept them: reopen without touching a table, close, then insert twice."""
    script = (
        "import os, sys; from pathlib import Path; from dashboard.store.engine.database import open_store; "
        "s = open_store(Path(sys.argv[1])); w = s.writing(); c = w.__enter__(); "
        "c.execute(\"INSERT INTO statuses VALUES ('k', now()::TIMESTAMP, 'm', 'a', 'ok', '', '{}', NULL)\"); "
        "c.execute('COMMIT'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    open_store(tmp_path).close()
    store = open_store(tmp_path)
    assert len(list_statuses(store)) == 1
    with pytest.raises(duckdb.ConstraintException), store.writing() as cursor:
        cursor.execute("INSERT INTO statuses VALUES ('k', now()::TIMESTAMP, 'm', 'a', 'ok', '', '{}', NULL)")
    store.close()


def test_all_tables_have_a_primary_key_and_none_an_index(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.cursor() as cursor:
        tables = {row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        found = "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
        keyed = {row[0] for row in cursor.execute(found).fetchall()}
        assert cursor.execute("SELECT count(*) FROM duckdb_indexes()").fetchone() == (0,)
    store.close()
    # What is replaced has none: DuckDB refuses a key that was deleted and inserted again in one transaction.
    assert tables - keyed == {"judgements", "judged_models", "judged_names", *DERIVED_TABLES}
    assert keyed <= tables


def test_a_second_process_is_refused_with_the_holder(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(StoreInUseError, match=str(os.getpid())):
        open_store(tmp_path)
    # Reading the file drops DuckDB's own lock; ours holds.
    (tmp_path / "store.duckdb").read_bytes()
    with pytest.raises(StoreInUseError):
        open_store(tmp_path)
    store.close()
    open_store(tmp_path).close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_settings_are_locked(tmp_path: Path, statement: str) -> None:
    store = open_store(tmp_path)
    with store.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)
    store.close()


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    version = store.version

    def fail_after_writing() -> None:
        with store.writing() as cursor:
            append_status(cursor, "m", "drift", "ok", Sentence("x"), stored(datetime(2024, 1, 1, tzinfo=UTC)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert list_statuses(store) == []
    assert store.version == version
    store.close()


def test_statuses_are_recorded_when_they_change_and_read_as_of(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    days = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    written = []
    for day, status in zip(days, ("ok", "ok", "alert"), strict=True):
        with store.writing(AuditContext("monitor", "test")) as cursor:
            written.append(append_status(cursor, "m", "drift", status, Sentence("why"), stored(day)))
    assert written == [True, False, True]
    assert [s.status for s in list_statuses(store, as_of=datetime(2024, 1, 2, 12, tzinfo=UTC))] == ["ok"]
    assert [s.status for s in list_statuses(store)] == ["alert"]
    changes = status_changes(store, None, (days[0], days[2]))
    assert [(entry.status, entry.recorded_at, before) for entry, before in changes] == [("alert", days[2], "ok")]
    assert status_changes(store, None, (days[0], days[1])) == status_changes(store, "other", (days[0], days[2])) == []
    assert status_changes(store, "m", (days[0], days[2]), 0) == []
    store.close()


def test_migrations_apply_once_and_in_a_row(tmp_path: Path) -> None:
    connection = duckdb.connect()
    assert [m.number for m in migrate(connection)] == [m.number for m in list_migrations()]
    assert migrate(connection) == []
    assert applied_migrations(connection) == list(range(1, len(list_migrations()) + 1))


def test_a_faulty_migration_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.sql"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    connection = duckdb.connect()
    migrate(connection, tmp_path)
    number = len(list_migrations(tmp_path)) + 1
    faulty = tmp_path / f"{number:04d}_add_more.sql"
    faulty.write_text("CREATE TABLE more (a INTEGER); SELECT * FROM nowhere;", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        migrate(connection, tmp_path)
    assert applied_migrations(connection) == list(range(1, number))
    assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'more'").fetchone() == (0,)


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.writing() as cursor:
        append_rows(cursor, "migrations", [[999, "from the future", datetime(2030, 1, 1)]])
    store.close()
    with pytest.raises(StoreDamagedError, match="999"):
        open_store(tmp_path)


def test_a_damaged_store_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreDamagedError, match="store.duckdb"):
        open_store(tmp_path)
    (tmp_path / "store.duckdb").unlink()
    open_store(tmp_path).close()


def test_a_home_that_reads_like_a_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DashboardError, match="--home"):
        open_store(tmp_path / "what?")
    assert not (tmp_path / "what?").exists()
