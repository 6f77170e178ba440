"""A sample of cases of a version that are in a window and a segment, with what led to each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.explanations.cases.explaining import basis_of, explained_by
from dashboard.explanations.cases.model_files import explainer_of
from dashboard.explanations.importance.intervals import Interval, share_intervals
from dashboard.explanations.importance.sampling import Sample, Span, draw, files_of, log_columns
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.sandbox.warm import warm_worker
from dashboard.profiles.engine import LEADING, Engine, Sources
from dashboard.profiles.log_columns import LogColumn
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.files import check_log_files, file_path

SAMPLE_ROWS = 300
# Samples with their explanations that this process remembers.
MOST_REMEMBERED = 64
SEGMENT = "_segment"


@dataclass(frozen=True)
class Cohort:
    """Cases of a window (UTC without zone, its end excluded; None: all) and of a segment (column, value; None: all).

    `rest`: the cases of the window that are not in the segment.
    """

    span: Span | None = None
    segment: tuple[str, str] | None = None
    rest: bool = False


@dataclass(frozen=True)
class ExplainedSample:
    """Cases and what led to them: features (a column each), contributions (rows x features), out of how many drawn."""

    features: pd.DataFrame
    contributions: np.ndarray
    whole: int

    def shares(self) -> dict[str, float]:
        """Mean absolute contribution of each feature, as shares of their sum; 0 for all where none moves the score."""
        amounts = np.abs(self.contributions).mean(axis=0) if len(self.contributions) else np.zeros(0)
        total = float(amounts.sum()) or 1.0
        return {str(name): float(amount) / total for name, amount in zip(self.features, amounts, strict=False)}

    def intervals(self) -> dict[str, Interval | None]:
        """The 95 % interval of each share, None where it is not known."""
        return dict(zip(map(str, self.features), share_intervals(np.abs(self.contributions)), strict=True))


_remembered: dict[tuple[object, ...], ExplainedSample] = {}


def explain_sample(
    store: Store, card: ModelCard, version: str, cohort: Cohort, limit: int = SAMPLE_ROWS
) -> ExplainedSample:
    """Explain at most `limit` cases of a cohort, drawn evenly with a fixed seed.

    Of several classes, contributions to the predicted one. Raises ModelRefusedError with the reason when there is no
    case or no explanation.
    """
    explainer = explainer_of(store, card, version)
    files = files_of(store, card.id, version, cohort.span)
    key = (store.home, card.id, version, cohort, limit, basis_of(explainer), tuple(file.sha256 for file in files))
    if (known := _remembered.get(key)) is not None:
        return known
    drawn = sample_cases(store, card, version, cohort, limit)
    rows = drawn.rows.to_pandas()
    if rows.empty:
        raise ModelRefusedError("the log has no such predictions of this version; choose other days or another segment")
    found = explained_by(warm_worker(), card, explainer, rows)
    names = list(card.data.features)
    values = np.array([[one.contributions[name] for name in names] for one in found])
    _remembered[key] = ExplainedSample(rows[names], values, drawn.whole)
    while len(_remembered) > MOST_REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    return _remembered[key]


def sample_cases(store: Store, card: ModelCard, version: str, cohort: Cohort, limit: int) -> Sample:
    """Features and score of at most `limit` cases of a cohort, and out of how many they were drawn.

    Raises StoreDamagedError when a file of the log is not what was recorded.
    """
    files = files_of(store, card.id, version, cohort.span)
    check_log_files(store, files)
    columns = log_columns(card)
    names = [column.name for column in columns]
    read = [*columns, *_segment_column(card, cohort)]
    engine = Engine(store.home / "log")
    try:
        sources = Sources([file_path(store, file) for file in files], [], stored(now()), shadow=None)
        batches = engine.batches(sources, read, cohort.span)
        return draw(_of_cohort(batches, read, cohort, len(names)), names, limit)
    finally:
        engine.close()


def _segment_column(card: ModelCard, cohort: Cohort) -> list[LogColumn]:
    """The column of the segment, unless it is read as a feature."""
    if cohort.segment is None or cohort.segment[0] in card.data.features:
        return []
    return [LogColumn(cohort.segment[0], numeric=False)]


def _of_cohort(
    batches: Iterator[pa.RecordBatch], read: Sequence[LogColumn], cohort: Cohort, kept: int
) -> Iterator[pa.RecordBatch]:
    """The rows of batches that are in the segment (or, of the rest, are not), with the columns that are wanted."""
    for batch in batches:
        found = batch
        if cohort.segment is not None:
            place = len(LEADING) + [column.name for column in read].index(cohort.segment[0])
            values = batch.column(place).to_pylist()
            inside = np.array([canonical(value) == cohort.segment[1] for value in values], dtype=bool)
            found = batch.filter(pa.array(inside != cohort.rest))
        yield found.select(range(len(LEADING) + kept))
