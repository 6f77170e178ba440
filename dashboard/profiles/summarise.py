"""From record batches to profiles: one summary for each period and segment, added up over batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.profiles.bins import Bins, Ints, Placer
from dashboard.profiles.checks import RowCheckCounter
from dashboard.profiles.collect_scores import Key, ScoreCollector
from dashboard.profiles.engine import AT, CLUSTER
from dashboard.profiles.features import ColumnCounter, Placed, add_new
from dashboard.profiles.layout import ACTUAL, MISSING, OTHER, SCORE, Layout, Segment, shown_value, written
from dashboard.profiles.outcomes import Arrays, counter_for
from dashboard.schema.card.data import TOGETHER


@dataclass
class Summary:
    """What is kept of the rows of one period and segment."""

    predictions: int = 0
    labelled: int = 0
    features: Arrays = field(default_factory=dict)
    outcomes: Arrays = field(default_factory=dict)
    new_categories: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, features: Arrays, outcomes: Arrays, new: dict[str, dict[str, int]]) -> None:
        """Add the arrays of a batch."""
        for mine, theirs in ((self.features, features), (self.outcomes, outcomes)):
            for name, array in theirs.items():
                mine[name] = mine[name] + array if name in mine else array.copy()
        add_new(self.new_categories, new)

    def put_before_outputs(self, more: Summary, outputs: Sequence[Bins]) -> None:
        """Take in the features of a summary of the same rows, before what comes out of the model, which both have."""
        slots, columns = sum(bins.slots for bins in outputs), len(outputs)
        for name, behind in (("counts", slots), ("sums", columns)):
            mine, theirs = self.features[name], more.features[name]
            self.features[name] = np.concatenate([mine[:-behind], theirs])
        for column, counts in more.new_categories.items():
            self.new_categories[column] = counts


@dataclass(frozen=True)
class PlacedRows:
    """The rows of a batch with their bins: counted once for the whole and once for each segment column.

    `scored` are the places of the rows with a score, which `outcomes`, `units` and `labelled` are of.
    """

    columns: list[Placed]
    scored: Ints | slice
    outcomes: Arrays
    units: Ints
    labelled: NDArray[np.bool_]


class Summariser:
    """Counts the batches of one model version into summaries by period and segment."""

    def __init__(self, layout: Layout, rules: int = 0) -> None:
        """Prepare the counters of the layout; `rules` is how many of them the batches tell of."""
        self._layout, self._rules = layout, rules
        self._columns = ColumnCounter(layout)
        self._outcomes = counter_for(layout)
        self._ranges = {s.column: Placer(s.edges) for s in layout.segments if s.edges is not None and len(s.edges)}

    def summarise(self, batches: Iterable[pa.RecordBatch], boundaries: Ints) -> dict[Key, Summary]:
        """Summaries by (period index, segment column, segment value); the whole has no segment.

        `boundaries` are the starts of the periods and the end of the last one, in microseconds since 1970 UTC.
        """
        found: dict[Key, Summary] = {}
        scores = ScoreCollector(self._layout.outcome.edges, self._layout.cluster_groups)
        checks = RowCheckCounter(self._rules)
        for batch in batches:
            if batch.num_rows:
                self._add(found, scores, batch, boundaries)
                checks.add(batch, _periods(batch, boundaries))
        for key, arrays in scores.finish().items():
            found[key].outcomes |= arrays
        for period, counted in checks.finish().items():
            found[period, None, None].features |= counted
        return found

    def _add(self, found: dict[Key, Summary], scores: ScoreCollector, batch: pa.RecordBatch, boundaries: Ints) -> None:
        periods = _periods(batch, boundaries)
        units = np.zeros(0, dtype=np.int64)
        if self._layout.cluster_groups:
            clusters = batch.column(CLUSTER).to_numpy(zero_copy_only=False)
            units = (clusters % np.uint64(self._layout.cluster_groups)).astype(np.int64)
        labelled = batch.column(ACTUAL).is_valid().to_numpy(zero_copy_only=False)
        answered, scored = _scored(batch)
        units = units[scored] if len(units) else units
        outcomes = self._outcomes.place(answered)
        rows = PlacedRows(self._columns.place(batch), scored, outcomes, units, labelled[scored])
        for keys, groups in self._groupings(batch, periods):
            self._count(found, keys, groups, rows)
            if "label" in rows.outcomes:
                scores.add(keys, groups[scored], rows.outcomes["score"], (rows.outcomes["label"], units))

    def _groupings(self, batch: pa.RecordBatch, periods: Ints) -> Iterator[tuple[list[Key], Ints]]:
        present, groups = _distinct(periods)
        yield [(int(period), None, None) for period in present], groups
        placed: dict[str, tuple[list[str], Ints]] = {}
        for segment in self._layout.segments:
            if segment.pair:
                names, codes = _together(*(placed[column] for column in segment.pair))
            else:
                names, codes = placed[segment.column] = self._segment_codes(segment, batch.column(segment.column))
            pairs, groups = np.unique(periods * len(names) + codes, return_inverse=True)
            yield [(int(p) // len(names), segment.column, names[int(p) % len(names)]) for p in pairs], groups

    def _segment_codes(self, segment: Segment, column: pa.Array) -> tuple[list[str], Ints]:
        if segment.edges is not None and len(segment.edges):
            values = column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
            codes = self._ranges[segment.column].place(values).astype(np.int64)
            return [*segment.values, MISSING], np.minimum(codes, len(segment.values))
        encoded = column.dictionary_encode()
        names = [segment_name(value, segment) for value in encoded.dictionary.to_pylist()]
        return [*names, MISSING], encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(np.int64)

    def _count(self, found: dict[Key, Summary], keys: list[Key], groups: Ints, placed: PlacedRows) -> None:
        number = len(keys)
        counts = self._columns.counts(placed.columns, groups, number)
        sums = self._columns.sums(placed.columns, groups, number)
        new = self._columns.new_categories(placed.columns, groups, number)
        # A row without score has an input, which is counted, and no prediction.
        groups = groups[placed.scored]
        counted = self._outcomes.count(placed.outcomes, groups, number, placed.units)
        rows = np.bincount(groups, minlength=number)
        known = np.bincount(groups[placed.labelled], minlength=number)
        for index, key in enumerate(keys):
            summary = found.setdefault(key, Summary())
            summary.predictions += int(rows[index])
            summary.labelled += int(known[index])
            summary.add(
                {"counts": counts[index], "sums": sums[index]},
                {name: array[index] for name, array in counted.items()},
                new[index],
            )


def _together(first: tuple[list[str], Ints], second: tuple[list[str], Ints]) -> tuple[list[str], Ints]:
    """The values of two segments together: missing where one of them is, else rare where one of them is."""
    (names, codes), (others, further) = first, second
    written_together = [
        next((own for own in (MISSING, OTHER) if own in pair), TOGETHER.join(pair))
        for pair in itertools.product(names, others)
    ]
    distinct = list(dict.fromkeys(written_together))
    places = {name: place for place, name in enumerate(distinct)}
    found = np.array([places[name] for name in written_together], dtype=np.int64)
    return distinct, found[codes * len(others) + further]


def _periods(batch: pa.RecordBatch, boundaries: Ints) -> Ints:
    """The place of each row's period."""
    at = batch.column(AT).to_numpy(zero_copy_only=False)
    return np.searchsorted(boundaries, at, side="right") - 1


def _scored(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Ints | slice]:
    """The rows of a batch that have a score, and their places."""
    score = batch.column(batch.schema.get_field_index(SCORE))
    known = score.is_valid().to_numpy(zero_copy_only=False)
    if known.all():
        return batch, slice(None)
    return batch.filter(pa.array(known)), np.flatnonzero(known)


def _distinct(periods: Ints) -> tuple[Ints, Ints]:
    """Distinct values and the place of each row among them; rows of the log come in the order of time."""
    steps = np.diff(periods)
    if (steps < 0).any():
        return np.unique(periods, return_inverse=True)
    groups = np.concatenate([[0], np.cumsum(steps > 0)])
    return periods[np.concatenate([[0], np.flatnonzero(steps > 0) + 1])], groups


def segment_name(value: object, segment: Segment) -> str:
    """Write a segment's value: text as it is, numbers without trailing zeros, rare ones as (other)."""
    if isinstance(value, float):
        return written(value)
    name = str(value)
    return shown_value(name) if not segment.values or segment.edges is not None or name in segment.values else OTHER
