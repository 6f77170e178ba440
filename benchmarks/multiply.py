"""A home with many times the models of another: `python -m benchmarks.multiply HOME LARGER [--times 10]`.

Whatever the store holds about a model, and what is judged of it, is copied under further ids; people, teams, processes
and the chain of audit records stay those of the first: `verify` finds facts that no record tells of. There is no log.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path

import duckdb

from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.engine.database import open_store

STORE = "store.duckdb"
# What names a fact of a model, or a fact that belongs to it.
KEYS = ("fact_id", "model_id", "layout_id")


def multiply(home: Path, larger: Path, times: int) -> None:
    """Write a home with `times` the models of `home`, which nobody may have open."""
    open_store(home).close()
    larger.mkdir(parents=True)
    for name in (STORE, JOURNAL):
        shutil.copy(home / name, larger)
    with duckdb.connect(larger / STORE) as connection:
        tables = _tables_of_models(connection)
        connection.execute("CREATE TEMP TABLE first_models AS SELECT DISTINCT model_id FROM cards")
        for table, columns in tables.items():
            for number in range(1, times):
                connection.execute(_copy(table, columns, number))
        connection.execute("CHECKPOINT")


def _tables_of_models(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The tables about models, each with its columns."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return {table: columns for table, columns in found.items() if "model_id" in columns}


def _copy(table: str, columns: list[str], number: int) -> str:
    """Insert the rows of the first models once more, under other ids."""
    content = f"""replace(content, '"' || model_id || '"', '"' || model_id || '-{number}"')"""
    changed = {name: f"{name} || '-{number}'" for name in KEYS}
    changed |= {
        "content": content,
        "content_sha256": f"sha256({content})",
        "path": f"replace(path, model_id, model_id || '-{number}')",
    }
    cells = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    return f"""
        INSERT INTO "{table}" SELECT {cells} FROM "{table}"
        WHERE model_id IN (SELECT model_id FROM first_models)
    """


def main() -> None:
    """Read the command line and multiply."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.multiply", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("larger", type=Path)
    parser.add_argument("--times", type=int, default=10)
    chosen = parser.parse_args()
    began = time.process_time()
    multiply(chosen.home, chosen.larger, chosen.times)
    print(json.dumps({"inside_s": time.process_time() - began}))


if __name__ == "__main__":
    main()
