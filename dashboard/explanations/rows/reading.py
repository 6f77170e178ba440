"""Rows of a span of the prediction log with their ids, scores and known outcomes: streamed, or a small sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.explanations.importance.sampling import SCORE, SLACK, log_columns
from dashboard.explanations.words.reasons import Given
from dashboard.store.engine.clock import now, stored

if TYPE_CHECKING:
    from dashboard.profiles.log_columns import LogColumn
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.engine.database import Store

Span = tuple[datetime, datetime]
ID, VERSION, AT, ACTUAL = "_id", "_version", "_at", "_actual"
LEADING = (AT, "_cluster", ACTUAL)


@dataclass(frozen=True)
class Rows:
    """Some rows (`_id`, `_version`, `_at` in UTC, `_score`, `_actual`, columns asked for), and out of how many."""

    frame: pd.DataFrame
    whole: int


def span_of(card: ModelCard, first: datetime, last: datetime) -> Span:
    """Two instants of the model's own clock in UTC, the end excluded."""
    from dashboard.profiles.periods import to_utc

    return to_utc(first, card.zone), to_utc(last, card.zone)


def outcome_columns(card: ModelCard) -> list[LogColumn]:
    """What tells a row and its score apart from others, without features."""
    from dashboard.profiles.log_columns import LogColumn

    score = LogColumn(SCORE, card.task != "multiclass_classification")
    return [LogColumn(ID, False), LogColumn(VERSION, False), score]


def case_columns(card: ModelCard, *, groups: bool = False) -> list[LogColumn]:
    """Id, version, features and score, and with `groups` the segments and protected columns that are no features."""
    from dashboard.profiles.log_columns import LogColumn

    others = [name for name in card.data.groups if name not in card.data.features] if groups else []
    named = [LogColumn(ID, False), LogColumn(VERSION, False)]
    return [*named, *log_columns(card), *(LogColumn(name, False) for name in others)]


def stream_rows(store: Store, card: ModelCard, span: Span | None, columns: Sequence[LogColumn]) -> Iterator[pa.Table]:
    """The rows of a span that count, batch by batch, each with LEADING and `columns`, outcomes as known now."""
    from dashboard.profiles.engine import Engine
    from dashboard.profiles.log import part_cases
    from dashboard.profiles.update import read_log
    from dashboard.store.log.files import check_log_files

    log = read_log(store, card)
    engine = Engine(store.home / "log")
    try:
        sources = log.sources(stored(now()), span)
        wanted = {*sources.predictions, *sources.labels}
        files = [file for file in (*log.predictions, *log.labels) if log.home / "log" / file.path in wanted]
        check_log_files(store, files)
        part_cases(engine, log, card)
        for batch in engine.batches(sources, columns, span):
            yield pa.Table.from_batches([batch])
    finally:
        engine.close()


def draw_rows(
    store: Store,
    card: ModelCard,
    span: Span | None,
    columns: Sequence[LogColumn],
    limit: int,
    within: Mapping[str, str | float] | None = None,
) -> Rows:
    """At most `limit` rows of a span, the same ones every time: those whose ids have the smallest hashes.

    `columns` hold the id. Of rows `within` a segment (columns with their values) only these, and `whole` counts them.
    In whatever order the rows come, and whatever labels are known, the same rows are drawn.
    """
    kept: list[pa.Table] = []
    marks: list[np.ndarray] = []
    whole = 0
    for rows in stream_rows(store, card, span, columns):
        table = rows if not within else rows.filter(pa.array(_within(rows, within)))
        whole += table.num_rows
        kept, marks = [*kept, table], [*marks, _marks(table)]
        if sum(len(one) for one in marks) > SLACK * limit:
            kept, marks = _smallest(kept, marks, limit)
    if not kept:
        names = (*LEADING, *(column.name for column in columns))
        return Rows(pd.DataFrame({name: pd.Series(dtype=object) for name in names}), 0)
    return Rows(in_frame(_smallest(kept, marks, limit)[0][0]), whole)


def _within(table: pa.Table, segment: Mapping[str, str | float]) -> np.ndarray:
    """Which rows have the values of a segment."""
    inside = np.ones(table.num_rows, dtype=bool)
    for column, value in segment.items():
        inside &= np.array([is_value(held, value) for held in table.column(column).to_pylist()], dtype=bool)
    return inside


def is_value(held: object, wanted: str | float) -> bool:
    """Return whether a value of a row is the one that a segment of the card names; numbers may be written otherwise."""
    if isinstance(held, float | int):
        try:
            return float(held) == float(wanted)
        except ValueError:
            return False
    return held is not None and held == str(wanted)


def _marks(table: pa.Table) -> np.ndarray:
    """A number for each row that follows from its id and instant alone."""
    ids = pd.util.hash_array(table.column(ID).to_numpy(zero_copy_only=False).astype(object), categorize=False)
    return ids ^ pd.util.hash_array(table.column(AT).to_numpy())


def _smallest(parts: list[pa.Table], marks: list[np.ndarray], limit: int) -> tuple[list[pa.Table], list[np.ndarray]]:
    mark = np.concatenate(marks)
    places = np.argsort(mark, kind="stable")[:limit]
    return [pa.concat_tables(parts).take(pa.array(places)).combine_chunks()], [mark[places]]


def in_frame(rows: pa.Table) -> pd.DataFrame:
    """Rows of the engine as a frame, instants in UTC."""
    frame = rows.to_pandas()
    return frame.assign(**{AT: pd.to_datetime(frame[AT], unit="us", utc=True)})


def case_of(row: pd.Series, features: Sequence[str]) -> dict[str, Given]:
    """The features of a row as plain values; what is missing is None."""
    return {name: None if pd.isna(row[name]) else _plain(row[name]) for name in features}


def _plain(value: object) -> Given:
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def cases_of(frame: pd.DataFrame, features: Sequence[str]) -> list[dict[str, Given]]:
    """The features of all rows of a frame, see `case_of`."""
    columns = {
        name: [
            None if missing else _plain(value) for value, missing in zip(frame[name], frame[name].isna(), strict=True)
        ]
        for name in features
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
