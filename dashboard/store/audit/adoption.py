"""Hash the figures of a home from before there were hashes, once, as they are found."""

from __future__ import annotations

import duckdb

from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.facts import DERIVED, canonical
from dashboard.store.audit.figures import FOUND, HASHES, grouped, read_figures
from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.audit.ledger import ADOPTER
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store

ACTION = "begin_hashes"


def adopt_figures(store: Store) -> int:
    """Hash what was computed before there were hashes, unless hashes have begun; returns the number of rows.

    From then on `verify` notices when they change. It says since when they have hashes: nobody vouches for them before.
    """
    with store.cursor() as cursor:
        if _has_begun(cursor) or not any(_counts(cursor).values()):
            return 0
    written = AuditContext(ACTION, ADOPTER)
    with store.writing(written) as cursor:
        if _has_begun(cursor):
            return 0
        counts = {table: rows for table, rows in _counts(cursor).items() if rows}
        groups = {
            table: of_table
            for table in counts
            for _, of_table in grouped(read_figures(cursor, table, unhashed=True)).items()
        }
        insert_row(cursor, HASHES, [figures_key(cursor), stored(now()), ADOPTER, canonical({FOUND: groups})])
        written.after["store"] = dict(counts)
    return sum(counts.values())


def _has_begun(cursor: duckdb.DuckDBPyConnection) -> bool:
    found = cursor.execute(f"SELECT count(*) FROM {HASHES}").fetchone()
    return found is not None and bool(found[0])


def _counts(cursor: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows of each table have no hash."""
    tables = sorted(DERIVED)
    statement = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name} WHERE hashed_in IS NULL" for name in tables)
    return {str(name): int(number) for name, number in cursor.execute(statement).fetchall()}
