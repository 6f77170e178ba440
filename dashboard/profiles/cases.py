"""Single cases of the log with what is known of each: the few that a person looks at or judged, never rows in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard.profiles.engine import AT, Engine
from dashboard.profiles.layout import ACTUAL
from dashboard.profiles.log_columns import LogColumn
from dashboard.profiles.row_conditions import Names, RowChecks
from dashboard.profiles.update import read_log, read_recorded_log
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.row_rules import ColumnValue, IsOneOf
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store

ID, SCORE = "_id", "_score"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Value = float | str | None


@dataclass(frozen=True)
class LoggedCase:
    """A prediction with its outcome, both as the card's task has them; `made_at` is aware and in UTC.

    `actual` is None while it is not known. `values` are those of features and groups by name: numbers of numeric
    features, text of all others.
    """

    prediction: str
    version: str
    made_at: datetime
    score: float | str
    actual: Value
    values: Mapping[str, Value]


def case_columns(card: ModelCard) -> list[LogColumn]:
    """The features, segments and protected columns of a card."""
    numeric = {name for name, feature in card.data.features.items() if feature.kind == "numeric"}
    return [LogColumn(name, name in numeric) for name in dict.fromkeys([*card.data.features, *card.data.groups])]


def read_cases(
    store: Store, card: ModelCard, predictions: Sequence[str], as_of: datetime | None = None
) -> list[LoggedCase]:
    """Every score of the cases with these ids, version by version in the order of the log; as known at `as_of`."""
    wanted = tuple(dict.fromkeys(predictions))
    log = read_log(store, card) if as_of is None else read_recorded_log(store, card, as_of)
    if not wanted or not log.predictions:
        return []
    columns = case_columns(card)
    read = [
        LogColumn(ID, numeric=False),
        LogColumn(SCORE, card.task != "multiclass_classification"),
        *columns,
    ]
    checks = RowChecks(names=Names({ID: ID}, frozenset(), frozenset()), only=IsOneOf(ColumnValue(ID), wanted))
    engine = Engine(store.home / "log")
    known_until = stored(as_of or now())
    try:
        return [
            LoggedCase(
                row[ID], version, EPOCH + timedelta(microseconds=row[AT]), row[SCORE], row[ACTUAL],
                {column.name: row[column.name] for column in columns},
            )
            for version in log.versions()
            for batch in engine.batches(log.sources(known_until, None, version, None), read, None, checks)
            for row in batch.to_pylist()
            if row[SCORE] is not None
        ]  # fmt: skip
    finally:
        engine.close()
