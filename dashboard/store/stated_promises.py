"""What cards alone promise: the models of which every card named the same amount, and for which nobody promised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store

AMOUNT, CURRENCY = "$.business.value.promised_per_month", "$.business.value.currency"


@dataclass(frozen=True, slots=True)
class StatedPromise:
    """`per_month` in `currency`, as on every card of a model since its first one (`recorded_at`, UTC, aware)."""

    per_month: float
    currency: str | None
    recorded_at: datetime


def stated_promises(
    store: Store, models: Collection[str], as_of: datetime | None = None
) -> dict[str, StatedPromise | None]:
    """The promise of each of some models that has only ever been one; None: nothing was ever promised.

    Models that are left out have a history of promises: their cards named several amounts, or an event promised one.
    """
    statement = (
        "SELECT model_id, any_value(amount), any_value(currency), min(recorded_at) FROM ("
        "SELECT model_id, recorded_at, TRY_CAST(json_extract_string(content, ?) AS DOUBLE) AS amount, "
        "json_extract_string(content, ?) AS currency FROM cards "
        "WHERE recorded_at <= ? AND model_id IN (SELECT unnest(?))) "
        "WHERE model_id NOT IN (SELECT model_id FROM events WHERE kind = 'promise' "
        "AND least(known_at, recorded_at) <= ?) "
        "GROUP BY model_id HAVING count(DISTINCT (amount, currency)) = 1"
    )
    known = horizon(as_of)
    with store.cursor() as cursor:
        found = cursor.execute(statement, [AMOUNT, CURRENCY, known, list(models), known]).fetchall()
    return {
        model_id: None if amount is None else StatedPromise(amount, currency, as_utc(recorded_at))
        for model_id, amount, currency, recorded_at in found
    }
