"""Raw SQL on any fact table that the store has, later ones included: every changed, deleted or added row is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.facts import list_fact_tables
from dashboard.store.audit.ledger import LedgerMismatchError
from dashboard.store.audit.verify import LedgerBrokenError, verify, verify_home
from dashboard.store.engine.connection import connect
from dashboard.store.engine.database import Store, open_store
from tests.ledger.conftest import fill

VALUES = {
    "VARCHAR": ("one", "two"),
    "BIGINT": (1, 2),
    "INTEGER": (1, 2),
    "DOUBLE": (1.0, 2.0),
    "BOOLEAN": (True, False),
    "TIMESTAMP": (datetime(2024, 1, 1), datetime(2024, 1, 2)),
    "DATE": (date(2024, 1, 1), date(2024, 1, 2)),
    "BLOB": (b"1", b"2"),
}
COLUMNS = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"


def described(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return dict(connection.execute(COLUMNS, [table]).fetchall())


def made_up(columns: dict[str, str], key: str) -> list[object]:
    """A row that no action wrote."""
    return [key if name == "fact_id" else VALUES[kind][0] for name, kind in columns.items()]


def _schema() -> dict[str, dict[str, str]]:
    connection = connect(Path(":memory:"))
    try:
        return {table: described(connection, table) for table in list_fact_tables(connection)}
    finally:
        connection.close()


SCHEMA = _schema()
FIELDS = [(table, name) for table, columns in SCHEMA.items() for name in columns]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has a row in every fact table: from actions where there are some, else made up."""
    folder = tmp_path_factory.mktemp("whole")
    store = open_store(folder / "home")
    fill(store, folder)
    with store.writing(AuditContext("test", "x", after={"all": 1})) as cursor:
        for table, columns in SCHEMA.items():
            if not cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                marks = ", ".join("?" for _ in columns)
                cursor.execute(f"INSERT INTO {table} VALUES ({marks})", made_up(columns, f"key of {table}"))
    store.close()
    return folder / "home"


@pytest.fixture
def home(whole: Path) -> Iterator[Path]:
    """The same home again and again; only the database file is put back."""
    kept = whole.parent / "kept.duckdb"
    if not kept.exists():
        shutil.copy(whole / "store.duckdb", kept)
    yield whole
    (whole / "store.duckdb.wal").unlink(missing_ok=True)
    shutil.copy(kept, whole / "store.duckdb")


def changed(home: Path, statement: str, values: list[object]) -> str:
    """Run SQL behind the program's back and return the key of the row it was about."""
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        (key,) = connection.execute(f"{statement} RETURNING fact_id", values).fetchone()
    return str(key)


def faults(home: Path) -> list[tuple[str, str]]:
    with pytest.raises(LedgerBrokenError) as broken:
        verify_home(home)
    return [(fault.table, fault.fact_id) for fault in broken.value.verified.faults]


def test_the_untouched_home_is_whole(home: Path) -> None:
    assert verify_home(home).faults == []
    assert len(SCHEMA) >= 11


def first_key(home: Path, table: str) -> str:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        return str(connection.execute(f"SELECT min(fact_id) FROM {table}").fetchone()[0])


@pytest.fixture(scope="module")
def open_home(whole: Path) -> Iterator[Store]:
    """A copy of the home that stays open, for changes that are made undone."""
    shutil.copytree(whole, whole.parent / "open")
    store = open_store(whole.parent / "open")
    yield store
    store.close()


@pytest.mark.parametrize(("table", "column"), FIELDS)
def test_a_changed_value_is_found(open_home: Store, table: str, column: str) -> None:
    with open_home.cursor() as cursor:
        key, held = cursor.execute(f'SELECT fact_id, "{column}" FROM {table} ORDER BY fact_id LIMIT 1').fetchone()
        one, other = VALUES[SCHEMA[table][column]]
        value = other if held == one else one
        change = f'UPDATE {table} SET "{column}" = ? WHERE fact_id = ?'
        cursor.execute(change, [value, key])
        found = verify(open_home).faults
        cursor.execute(change, [held, value if column == "fact_id" else key])
    assert (table, key) in [(fault.table, fault.fact_id) for fault in found]
    assert verify(open_home).faults == []


@pytest.mark.parametrize("table", SCHEMA)
def test_a_deleted_row_is_found(home: Path, table: str) -> None:
    key = first_key(home, table)
    changed(home, f"DELETE FROM {table} WHERE fact_id = ?", [key])
    assert faults(home) == [(table, key)]


@pytest.mark.parametrize("table", SCHEMA)
def test_an_added_row_is_found(home: Path, table: str) -> None:
    marks = ", ".join("?" for _ in SCHEMA[table])
    changed(home, f"INSERT INTO {table} VALUES ({marks})", made_up(SCHEMA[table], "forged"))
    assert faults(home) == [(table, "forged")]


@pytest.mark.parametrize("table", SCHEMA)
def test_a_table_that_was_dropped_is_missed(home: Path, table: str) -> None:
    key = first_key(home, table)
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        connection.execute(f"DROP TABLE {table}")
    assert (table, key) in faults(home)


AUDIT = (
    "recorded_at",
    "actor",
    "action",
    "subject",
    "before",
    "after",
    "facts",
    "prev_hash",
    "hash",
    "fact_id",
    "replayed_at",
)


@pytest.mark.parametrize("column", AUDIT)
def test_a_changed_record_is_found(home: Path, column: str) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        value = datetime(2020, 1, 1) if column.endswith("_at") else '{"x":1}'
        connection.execute(f'UPDATE audit SET "{column}" = ? WHERE seq = 2', [value])
    found = faults(home)
    assert "audit" in {table for table, _ in found}


def test_a_store_with_a_forged_end_of_the_chain_does_not_open(home: Path) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        connection.execute("UPDATE audit SET hash = repeat('b', 64) WHERE seq = (SELECT max(seq) FROM audit)")
    with pytest.raises(LedgerMismatchError):
        open_store(home)
