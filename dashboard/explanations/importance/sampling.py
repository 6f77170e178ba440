"""A small, repeatable sample of the rows of a prediction log, for the tools that cannot work on all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dashboard.store.engine.clock import now, stored
from dashboard.store.log.files import PREDICTIONS, LogFile, check_log_files, file_path, list_log_files

if TYPE_CHECKING:
    from dashboard.profiles.log_columns import LogColumn
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.engine.database import Store

SCORE = "_score"
SEED = 0
# A batch is thinned at once; what is kept is thinned again when it is this many times the limit.
SLACK = 4

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Sample:
    """Rows of a log, and out of how many they were drawn."""

    rows: pa.Table
    whole: int


def log_columns(card: ModelCard) -> list[LogColumn]:
    """The card's features and the score as columns to read."""
    from dashboard.profiles.log_columns import LogColumn

    features = [LogColumn(name, feature.kind == "numeric") for name, feature in card.data.features.items()]
    return [*features, LogColumn(SCORE, card.task != "multiclass_classification")]


def files_of(store: Store, model_id: str, version: str | None, span: Span | None) -> list[LogFile]:
    """The prediction files that can hold rows of a version (None = all) and span, in the order of their recording."""
    return [
        file
        for file in list_log_files(store, model_id, PREDICTIONS)
        if version in (None, file.version) and (span is None or _overlaps(file, span))
    ]


def _overlaps(file: LogFile, span: Span) -> bool:
    if file.first_at is None or file.last_at is None:
        return True
    return stored(file.first_at) < span[1] and stored(file.last_at) >= span[0]


def read_sample(store: Store, card: ModelCard, files: Sequence[LogFile], span: Span | None, limit: int) -> Sample:
    """At most `limit` rows of some files, drawn evenly with a fixed seed: features and score under their names.

    The same files give the same rows. `span` is in UTC without zone, its end excluded. Raises StoreDamagedError when a
    file is not what was recorded.
    """
    from dashboard.profiles.engine import Engine, Sources

    check_log_files(store, files)
    columns = log_columns(card)
    engine = Engine(store.home / "log")
    try:
        # Without labels there is no join, and rows come in the order of the files.
        sources = Sources([file_path(store, file) for file in files], [], stored(now()))
        return draw(engine.batches(sources, columns, span), [column.name for column in columns], limit)
    finally:
        engine.close()


def draw(batches: Iterable[pa.RecordBatch], names: Sequence[str], limit: int) -> Sample:
    """The `limit` rows with the smallest numbers of a seeded generator, in their order, in bounded memory."""
    from dashboard.profiles.engine import LEADING

    random = np.random.default_rng(SEED)
    parts: list[pa.Table] = []
    marks: list[np.ndarray] = []
    whole, highest = 0, 1.0
    for batch in batches:
        drawn = random.random(batch.num_rows)
        chosen = np.flatnonzero(drawn <= highest)
        whole += batch.num_rows
        parts.append(pa.Table.from_batches([batch]).take(pa.array(chosen)))
        marks.append(drawn[chosen])
        if sum(len(mark) for mark in marks) > SLACK * limit:
            parts, marks = _smallest(parts, marks, limit)
            highest = float(marks[0].max())
    if not parts:
        return Sample(pa.table({name: pa.array([], pa.float64()) for name in names}), 0)
    rows = _smallest(parts, marks, limit)[0][0]
    return Sample(pa.Table.from_arrays(rows.columns[len(LEADING) :], names=list(names)), whole)


def _smallest(parts: list[pa.Table], marks: list[np.ndarray], limit: int) -> tuple[list[pa.Table], list[np.ndarray]]:
    mark = np.concatenate(marks)
    places = np.sort(np.argsort(mark, kind="stable")[:limit])
    return [pa.concat_tables(parts).take(pa.array(places)).combine_chunks()], [mark[places]]
