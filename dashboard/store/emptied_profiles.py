"""Profiles that have lost all their rows: they are superseded by one that says so, and the older stays readable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from dashboard.store.engine.database import Store
from dashboard.store.profiles import GONE, REFERENCE, ProfileRow


def emptied(
    store: Store, layout_id: str, periods: Sequence[datetime] | None, scopes: Sequence[str], kept: Iterable[ProfileRow]
) -> list[ProfileRow]:
    """Profiles without rows, for those in force of some periods (None: all) and scopes that `kept` does not renew.

    A period loses its rows, or a segment its value, when a file is withdrawn or another version's scores count.
    """
    renewed = {(row.version, row.scope, row.period_start, row.segment_column, row.segment_value) for row in kept}
    within = "" if periods is None else "AND (scope = ? OR period_start IN (SELECT unnest(?::TIMESTAMP[])))"
    statement = (
        "SELECT version, scope, period_start, segment_column, segment_value FROM profiles WHERE layout_id = ? "
        f"AND scope IN (SELECT unnest(?::VARCHAR[])) {within} QUALIFY row_number() OVER (PARTITION BY version, scope, "
        f"period_start, segment_column, segment_value ORDER BY recorded_at DESC) = 1 AND predictions <> {GONE}"
    )
    values: list[object] = [layout_id, list(scopes), *([] if periods is None else [REFERENCE, list(periods)])]
    with store.cursor() as cursor:
        found = cursor.execute(statement, values).fetchall()
    return [
        ProfileRow(version, scope, start, column, value, GONE, 0, b"", b"")
        for version, scope, start, column, value in found
        if (version, scope, start, column, value) not in renewed
    ]
