"""Profiles chosen at random from those in force, to be counted anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from dashboard.store.engine.database import Store
from dashboard.store.profiles import GONE, REFERENCE


def sample_periods(store: Store, number: int) -> Mapping[str, set[datetime]]:
    """The local starts of the periods of so many profiles, by model; of the layouts in force, without references."""
    statement = (
        "SELECT model_id, period_start FROM (SELECT model_id, period_start FROM profiles WHERE layout_id IN ("
        "SELECT max_by(fact_id, recorded_at) FROM profile_layouts GROUP BY model_id) AND scope <> ? "
        "GROUP BY model_id, version, scope, period_start, segment_column, segment_value "
        f"HAVING max_by(predictions, recorded_at) <> {GONE}) USING SAMPLE reservoir({number:d} ROWS)"
    )
    found: dict[str, set[datetime]] = defaultdict(set)
    with store.cursor() as cursor:
        for model_id, start in cursor.execute(statement, [REFERENCE]).fetchall():
            found[model_id].add(start)
    return found
