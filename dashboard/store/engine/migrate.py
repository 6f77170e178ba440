"""Bring a store's tables up to date: numbered SQL files, each applied once, in one transaction with its own record."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dashboard.errors import StoreDamagedError

FOLDER = Path(__file__).resolve().parents[1] / "migrations"
NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")


@dataclass(frozen=True)
class Migration:
    """One numbered file of SQL statements."""

    number: int
    name: str
    path: Path


def list_migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations in order; raises ValueError when a number is missing, doubled or a name does not fit."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"migration {path.name!r} is not named NNNN_verb_noun.sql")
        found.append(Migration(int(match["number"]), match["name"], path))
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"migrations are numbered {numbers}; expected 1 to {len(numbers)} without gaps")
    return found


def applied_migrations(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Numbers of the migrations that the store has; never writes."""
    exists = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'migrations'"
    ).fetchone()
    if not exists or not exists[0]:
        return []
    return [row[0] for row in connection.execute("SELECT number FROM migrations ORDER BY number").fetchall()]


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = FOLDER) -> list[Migration]:
    """Apply what is pending and return it; raises StoreDamagedError for a store newer than this program."""
    known = list_migrations(folder)
    applied = applied_migrations(connection)
    if applied and applied[-1] > len(known):
        raise StoreDamagedError(
            f"the store has migration {applied[-1]}; this program knows {len(known)}; start the newer program version"
        )
    pending = [migration for migration in known if migration.number not in applied]
    for migration in pending:
        _apply(connection, migration)
    if pending:
        # Replaying table definitions from the write-ahead log has known faults; a checkpoint takes them out of it.
        connection.execute("CHECKPOINT")
    return pending


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, "
            "applied_at TIMESTAMP NOT NULL)"
        )
        connection.execute(migration.path.read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO migrations VALUES (?, ?, timezone('UTC', now()))", [migration.number, migration.name]
        )
        connection.execute("COMMIT")
    except duckdb.Error:
        # A failed commit has ended the transaction already; the fault itself is what matters.
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
