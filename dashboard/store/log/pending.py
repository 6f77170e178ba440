"""Labels that meet no prediction: counted whenever the log changes, by the file that brought them, and kept.

Pages do not read the log, so what a reader sees are these counts; the newest set of a model is in force.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.insert_tracking import figures_key, insert_row
from dashboard.store.engine.clock import as_utc, horizon
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models
from dashboard.store.log.files import DELIVERY, LABELS, PENDING, LogFile

if TYPE_CHECKING:
    from dashboard.store.log.call import Call

EXAMPLES = 5


@dataclass(frozen=True)
class PendingLabels:
    """Labels of one delivery that meet no prediction, with the first and last instant at which they were known.

    `labels` counts their cases, `examples` are some of their ids; `sent_at` is when they came, once they are listed.
    """

    delivery: str | None
    source_name: str | None
    labels: int
    first_known_at: datetime | None
    last_known_at: datetime | None
    examples: tuple[str, ...]
    sent_at: datetime | None = None


def count_pending(
    connection: duckdb.DuckDBPyConnection, card: ModelCard, predictions: str, waiting: str, laid: str
) -> list[PendingLabels]:
    """Count the cases whose labels meet no prediction, by delivery.

    SQL relations: `predictions` (`_id`, `_at`), labels that came before one (`waiting`: `_id`, `_at`, `_known_at`,
    `_actual`, `delivery`, `name`), labels that were laid down for one (`laid`: the first four).
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE waiting AS {waiting}")
    met = f"(SELECT _id, _at FROM {predictions} WHERE _id IN (SELECT _id FROM waiting))"
    if card.data.by_instant:
        same = "l._id = w._id AND l._known_at = w._known_at AND l._actual = w._actual"
        condition = (
            f"CASE WHEN w._at IS NULL THEN EXISTS (SELECT 1 FROM {laid} l WHERE {same}) "
            f"ELSE EXISTS (SELECT 1 FROM {met} p WHERE p._id = w._id AND p._at = w._at) END"
        )
        cases = "count(DISTINCT (_id, coalesce(_at, _known_at)))"
    else:
        condition, cases = f"_id IN (SELECT _id FROM {met})", "count(DISTINCT _id)"
    found = connection.execute(f"""
        SELECT delivery, any_value(name), {cases}, min(_known_at), max(_known_at), min(DISTINCT _id, {EXAMPLES})
        FROM waiting w WHERE NOT ({condition}) GROUP BY delivery ORDER BY 4, 1
    """).fetchall()
    return [
        PendingLabels(delivery, name, labels, first, last, tuple(map(str, examples)))
        for delivery, name, labels, first, last, examples in found
    ]


def pending_labels(call: Call, rows: str | None) -> list[PendingLabels]:
    """All labels that meet no prediction once the call is part of the log; `rows` are the predictions that it adds."""
    waits = "SELECT file FROM deliveries WHERE waits"
    if not call.count(f"SELECT (SELECT count(*) FROM ({waits})) + (SELECT count(*) FROM settled WHERE NOT is_met)"):
        return []
    columns = "_id, _at, _known_at, _actual"
    more = "" if rows is None else f" UNION ALL SELECT _id, _at FROM {rows}"
    return count_pending(
        call.connection,
        call.card,
        f"(SELECT _id, _at FROM logged{more})",
        f"SELECT {columns}, delivery, name FROM label_log JOIN deliveries USING (file) WHERE waits UNION ALL "
        f"SELECT {columns}, o.delivery, name FROM settled s JOIN own_deliveries o ON s._source = o.source "
        "WHERE NOT is_met",
        f"(SELECT {columns} FROM label_log WHERE _at IS NOT NULL UNION ALL SELECT {columns} FROM settled WHERE is_met)",
    )


def may_wait(file: LogFile, withdrawn: bool) -> bool:
    """Return whether labels of a file may meet no prediction.

    They were laid down before one, or files of the model were withdrawn and may have held it.
    """
    return file.kind == LABELS and (withdrawn or file.month == PENDING)


def record_pending_labels(
    cursor: duckdb.DuckDBPyConnection, model_id: str, found: Sequence[PendingLabels], recorded_at: datetime
) -> None:
    """Put a model's pending labels in the place of those counted before; call it inside `store.writing()`."""
    nothing = PendingLabels(None, None, 0, None, None, ())
    known = cursor.execute("SELECT count(*) FROM pending_labels WHERE model_id = ?", [model_id]).fetchone()
    if not found and known == (0,):
        return
    for one in found or [nothing]:
        insert_row(
            cursor, "pending_labels", [
                str(uuid4()), recorded_at, model_id, one.delivery, one.source_name, one.labels, one.first_known_at,
                one.last_known_at, json.dumps(one.examples, ensure_ascii=False), figures_key(cursor),
            ],
        )  # fmt: skip


def list_pending_labels(
    store: Store, models: Models = None, as_of: datetime | None = None
) -> dict[str, list[PendingLabels]]:
    """The labels of models that meet no prediction, as counted until `as_of`; instants are aware, oldest first."""
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id, delivery_id, source_name, labels, first_known_at, last_known_at, examples, sent_at FROM ("
        f"SELECT * FROM pending_labels WHERE recorded_at <= ? AND {only} "
        "QUALIFY rank() OVER (PARTITION BY model_id ORDER BY recorded_at DESC) = 1) LEFT JOIN ("
        f"SELECT model_id, {DELIVERY} AS delivery_id, min(recorded_at) AS sent_at FROM log_files GROUP BY ALL"
        ") USING (model_id, delivery_id) WHERE labels > 0 ORDER BY model_id, first_known_at, delivery_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [horizon(as_of), *chosen]).fetchall()
    listed: dict[str, list[PendingLabels]] = {}
    for model, delivery, name, labels, first, last, examples, sent in found:
        known_from, known_to, sent_at = (None if moment is None else as_utc(moment) for moment in (first, last, sent))
        one = PendingLabels(delivery, name, int(labels), known_from, known_to, tuple(json.loads(examples)), sent_at)
        listed.setdefault(str(model), []).append(one)
    return listed
