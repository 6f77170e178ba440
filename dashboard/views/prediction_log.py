"""What was sent to the prediction log, which labels meet no prediction, and how often a model gave no prediction."""

from __future__ import annotations

import pandas as pd

from dashboard.profiles.layout import SCORE
from dashboard.profiles.windows import windows
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.log.deliveries import Delivery, list_deliveries
from dashboard.store.log.pending import list_pending_labels
from dashboard.views.columns import declare
from dashboard.views.context import model_context
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

FILE = Column("file", "text", mark("File"))
LABELS = Column("labels", "count", mark("Outcomes"))
FILES = declare(
    FILE,
    Column("sha256", "id", mark("SHA-256")),
    Column("call", "id", mark("Call")),
    "at actor predictions",
    LABELS,
    Column("first_at", "instant", mark("First prediction")),
    "last_prediction_at",
    Column("withdrawn", "bool", mark("Withdrawn")),
    Column("changed_by", "text", mark("Changed by")),
    "changed_at reason",
)
PENDING = declare(
    "model",
    FILE,
    LABELS,
    Column("sent_at", "instant", mark("Sent at")),
    Column("first_known_at", "instant", mark("First known")),
    Column("last_known_at", "instant", mark("Last known")),
    Column("examples", "text", mark("Examples of ids")),
)
AVAILABILITY = declare(
    "period",
    Column("requests", "count", mark("Rows")),
    "predictions",
    Column("no_prediction", "count", mark("Without prediction")),
    Column("no_prediction_share", "share", mark("Share without prediction")),
)


@view("files", columns=FILES)
def files(store: Store, query: Query) -> pd.DataFrame:
    """Which files were sent to the model's log, and which were withdrawn?

    Columns: file, sha256, call (both name it for `withdraw file`), at (UTC) and actor (who sent it), predictions and
    labels (that it added), first_at and last_prediction_at (UTC), withdrawn (its rows do not count), changed_by,
    changed_at and reason (of the last withdrawal, or of bringing it back). In the order of their arrival.
    """
    assert query.model is not None
    get_card(store, query.model, query.as_of)
    found = [_file(one) for one in list_deliveries(store, query.model, query.as_of)]
    return pd.DataFrame(found, columns=FILES.names, dtype=object)


def _file(one: Delivery) -> tuple[object, ...]:
    last = one.last
    changed = (None, None, None) if last is None else (last.actor, written(last.recorded_at), last.reason)
    return (
        one.name, one.sha256, one.call, written(one.recorded_at), one.actor, one.predictions, one.labels,
        written(one.first_at), written(one.last_at), one.withdrawn, *changed,
    )  # fmt: skip


@view("pending", columns=PENDING, model="optional")
def pending(store: Store, query: Query) -> pd.DataFrame:
    """Which outcomes meet no prediction?

    Columns: model, file (that brought them), labels (how many cases), sent_at, first_known_at and last_known_at (UTC),
    examples (ids of predictions that are not there). An id that is spelt in another way is a usual cause.
    """
    found = [
        (
            model, one.source_name, one.labels, written(one.sent_at), written(one.first_known_at),
            written(one.last_known_at), ", ".join(one.examples),
        )
        for model, waiting in list_pending_labels(store, models_of(store, query), query.as_of).items()
        for one in waiting
    ]  # fmt: skip
    return pd.DataFrame(found, columns=PENDING.names, dtype=object)


@view("availability", columns=AVAILABILITY)
def availability(store: Store, query: Query) -> pd.DataFrame:
    """How often did the model give no prediction, period by period?

    Columns: period, requests (rows that were sent), predictions (with a score), no_prediction (without one),
    no_prediction_share (of the rows).
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame(columns=AVAILABILITY.names, dtype=object)
    missing = context.layout.slices[SCORE].stop - 1
    found = []
    for window in windows(context.read(("features",)), context.layout, context.by):
        unscored = int(window.counts[missing])
        rows = window.predictions + unscored
        found.append((window.label, rows, window.predictions, unscored, unscored / rows if rows else None))
    return pd.DataFrame(found, columns=AVAILABILITY.names, dtype=object)
