"""The product's own counting and judging on rows in memory: from rows to a layout, to profiles, to verdicts.

Nothing here counts or judges: rows come out of `MemoryEngine` as they would out of the log, profiles go through the
same packing as through the store, and verdicts are those that `monitor` records. `tests/benchmarks/test_honesty.py`
holds both ways side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import numpy as np
import pyarrow as pa

from dashboard.measures.judging.drift.status import drift_status
from dashboard.measures.judging.performance import performance_status
from dashboard.profiles.count import microseconds, packed, reference_span, summarise
from dashboard.profiles.engine import AT, BATCH_ROWS, CLUSTER, NO_CHECKS, Engine, RowChecks, Sources
from dashboard.profiles.layout import ACTUAL, SCORE, Layout
from dashboard.profiles.log_columns import LogColumn
from dashboard.profiles.periods import following, starts
from dashboard.profiles.reference import make_layout
from dashboard.profiles.windows import Profile, Profiles, asked_for, unpacked
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.store.engine.database import Store
from dashboard.store.profiles import PERIOD, REFERENCE

VERSION = "1"
TASKS = {"binary": "binary_classification", "classes": "multiclass_classification", "regression": "regression"}
NOWHERE = Sources([], [], datetime(2100, 1, 1))
DAY = 86_400_000_000


@dataclass(frozen=True)
class Rows:
    """Predictions in the order of time; `at` in microseconds since 1970 UTC.

    Floating point is a number (NaN = missing); whole numbers stand for classes and categories (-1 = missing).
    `cluster` says by equal whole numbers what rows belong together.
    """

    at: np.ndarray
    score: np.ndarray
    actual: np.ndarray
    cluster: np.ndarray
    features: Mapping[str, np.ndarray]

    def part(self, first: int, last: int) -> Rows:
        """The rows from `first` until before `last`."""
        features = {name: values[first:last] for name, values in self.features.items()}
        return Rows(self.at[first:last], self.score[first:last], self.actual[first:last], self.cluster[first:last],
                    features)  # fmt: skip


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after the other; each part must lie behind the one before it in time."""
    names = parts[0].features
    return Rows(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("at", "score", "actual", "cluster")),
        features={name: np.concatenate([part.features[name] for part in parts]) for name in names},
    )


def instants(rng: np.random.Generator, rows: int, first: date, days: int) -> np.ndarray:
    """Sorted instants spread evenly over some days, in microseconds since 1970 UTC."""
    start = microseconds(datetime.combine(first, datetime.min.time()))
    return start + np.sort(rng.integers(0, days * DAY, rows))


class MemoryEngine:
    """Gives rows in memory as `dashboard.profiles.engine.Engine` gives those of files."""

    def __init__(self, rows: Rows) -> None:
        """Hash the clusters once, as the log's engine does."""
        self._rows = rows
        self._clusters = spread(rows.cluster)

    def batches(
        self,
        sources: Sources,
        columns: Sequence[LogColumn],
        span: tuple[datetime, datetime] | None = None,
        checks: RowChecks = NO_CHECKS,
    ) -> Iterator[pa.RecordBatch]:
        """Record batches with the leading columns and `columns` of the rows in `span` (UTC, end excluded).

        Raises ValueError for rules of rows: cards of made-up rows have none.
        """
        if checks.rules:
            raise ValueError("received a card with rules; made-up rows are not checked; leave them out")
        first, last = 0, len(self._rows.at)
        if span is not None:
            first, last = np.searchsorted(self._rows.at, [microseconds(moment) for moment in span])
        for begin in range(first, last, BATCH_ROWS):
            end = min(begin + BATCH_ROWS, last)
            part = self._rows.part(begin, end)
            arrays = {AT: pa.array(part.at), CLUSTER: pa.array(self._clusters[begin:end]), ACTUAL: _array(part.actual)}
            for column in columns:
                arrays[column.name] = _array(part.score if column.name == SCORE else part.features[column.name])
            yield pa.RecordBatch.from_pydict(arrays)

    def rows(self, sources: Sources) -> int:
        """How many rows there are."""
        return len(self._rows.at)


def _array(values: np.ndarray) -> pa.Array:
    if values.dtype.kind == "f":
        return pa.array(values, from_pandas=True)
    names = pa.array([name_of(code) for code in range(int(values.max(initial=-1)) + 1)], pa.string())
    codes = pa.array(values.astype(np.int32), mask=values < 0)
    return pa.DictionaryArray.from_arrays(codes, names).cast(pa.string())


def name_of(code: int) -> str:
    """The text of a class or category."""
    return f"c{code}"


def spread(clusters: np.ndarray) -> np.ndarray:
    """Whole numbers hashed to 64 bits (SplitMix64, Steele et al. 2014), so that groups of clusters are even."""
    value = clusters.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


class MemoryProfiles(Profiles):
    """Profiles that were counted from rows in memory, read like those of the store."""

    def __init__(self, card: ModelCard, layout: Layout, kept: Sequence[tuple[str, Profile]]) -> None:
        """Keep profiles with their scope."""
        super().__init__(cast(Store, None), card, layout, None)
        self._kept = kept

    def between(self, first: datetime | None, end: datetime) -> MemoryProfiles:
        """The same with only the periods that begin at `first` (None: any) or later and before `end`; UTC."""
        kept = [
            (scope, profile)
            for scope, profile in self._kept
            if scope == REFERENCE or ((first is None or first <= profile.start) and profile.start < end)
        ]
        return MemoryProfiles(self.card, self.layout, kept)

    def _stored(
        self,
        scope: str,
        parts: Sequence[str],
        span: tuple[datetime, datetime] | None,
        version: str | None,
        segment: tuple[str, str | None] | None,
    ) -> list[Profile]:
        found = ((None, profile) for of, profile in self._kept if of == scope)
        return [
            replace(
                profile,
                kept=profile.kept if "features" in parts else b"",
                outcomes=profile.outcomes if "outcomes" in parts else {},
            )
            for profile in asked_for(found, span, version, segment)
        ]


def layout_of(card: ModelCard, rows: Rows, classes: Sequence[str] = ()) -> Layout:
    """The layout that the product makes from the card's reference."""
    return make_layout(cast(Engine, MemoryEngine(rows)), card, NOWHERE, reference_span(card), classes)


def profiles_of(
    card: ModelCard, rows: Rows, layout: Layout | None = None, classes: Sequence[str] = ()
) -> MemoryProfiles:
    """Count all rows: one profile for each base period and one for the card's reference."""
    layout = layout or layout_of(card, rows, classes)
    engine = cast(Engine, MemoryEngine(rows))
    moments = [datetime.fromtimestamp(at / 1e6, UTC).replace(tzinfo=None) for at in rows.at[[0, -1]]]
    local = starts(moments[0], moments[1], layout.base)
    found = [(PERIOD, local, [*local, following(local[-1], layout.base)])]
    span = reference_span(card)
    if span is not None and layout.has_reference:
        found.append((REFERENCE, [span[0]], list(span)))
    kept = []
    for scope, begins, boundaries in found:
        for (period, _, _), summary in summarise(engine, layout, NOWHERE, boundaries).items():
            features, outcomes = packed(summary)
            row = {"version": VERSION, "period_start": begins[period], "segment_value": None,
                   "predictions": summary.predictions, "labelled": summary.labelled,
                   "features": features, "outcomes": outcomes}  # fmt: skip
            kept.append((scope, unpacked(row, ("features", "outcomes"))))
    return MemoryProfiles(card, layout, kept)


@dataclass(frozen=True)
class Watched:
    """What a card says besides its columns: the period, whether rows belong together, the threshold, key metrics."""

    period: str = "day"
    cluster: bool = False
    threshold: float = 0.5
    key_metrics: Sequence[Mapping[str, Any]] = ()


def card_of(
    task: str, features: Mapping[str, str], reference: tuple[date, date], watched: Watched | None = None
) -> ModelCard:
    """A card of rows in memory; `features` are kinds by name, `reference` its first and last day."""
    watched = watched or Watched()
    data: dict[str, Any] = {
        "prediction_id": "id", "predicted_at": "at", "score": "score", "actual": "actual",
        "features": {name: {"kind": kind} for name, kind in features.items()},
        "reference": {"from": str(reference[0]), "to": str(reference[1])},
    }  # fmt: skip
    if watched.cluster:
        data["cluster"] = "group"
    if task == "binary":
        data["threshold"] = watched.threshold
    written = {
        "id": "made-up", "name": "Made up", "task": TASKS[task], "period": watched.period,
        "versions": [{"version": VERSION}],
        "data": data, "business": {"key_metrics": [dict(entry) for entry in watched.key_metrics]},
    }  # fmt: skip
    return ModelCard.model_validate(written)


def performance_verdict(profiles: Profiles) -> str:
    """The status of performance that `monitor` would record."""
    return performance_status(profiles, profiles.card, load_thresholds()).status


def drift_verdict(profiles: Profiles, importance: dict[str, float]) -> str:
    """The status of drift that `monitor` would record, before it is weighed against performance."""
    return drift_status(profiles, profiles.card, load_thresholds(), importance).status


def month(number: int) -> date:
    """The first day of the `number`-th month, counted from January 2021 as 0."""
    return date(2021 + number // 12, number % 12 + 1, 1)


def last_day(of: date) -> date:
    """The last day of the month that begins on `of`."""
    return (of + timedelta(days=32)).replace(day=1) - timedelta(days=1)
