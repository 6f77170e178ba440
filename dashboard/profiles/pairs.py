"""The cases that two versions scored, of one model or of two, counted side by side: all, by group, by unit.

Both scores of a case lie in the same unit of resampling, so that what moves both does not move their difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.measures.figure import Resampled
from dashboard.profiles.amounts import amount_columns
from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.count import microseconds
from dashboard.profiles.engine import AT, CASES_AT_ONCE, CLUSTER, ID, Engine, Sources
from dashboard.profiles.layout import ACTUAL, SCORE, Layout
from dashboard.profiles.log_columns import LogColumn
from dashboard.profiles.periods import starts, to_local, to_utc
from dashboard.profiles.summarise import Summariser, Summary

# A group of cases: column and value of a segment or a protected attribute, nothing for all cases.
Group = tuple[str | None, str | None]
NAME, AGAINST = "_id", "_against"
# Where rows are what intervals resample, they fall into so many groups by their ids; so many periods at most are units.
ROW_GROUPS, MOST_PERIODS = 100, 200
# A cell of `Pairs.cells`: whether the outcome is known, whether they decide differently, who of the two is right.
KNOWN, DIFFERENT, RIGHT, AGAINST_RIGHT = 8, 4, 2, 1
CELLS = 16
MOST_EXAMPLES = 50
SECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Pairing:
    """What is read: layouts and files of the two, and the span of instants (UTC, end excluded; None: all).

    `by_instant`: a case is an id and an instant. A case lies at the instant of its earlier score.
    """

    layouts: tuple[Layout, Layout]
    sources: tuple[Sources, Sources]
    by_instant: bool
    span: tuple[datetime, datetime] | None


@dataclass(frozen=True)
class Example:
    """A case that the two decide differently; `made_at` is aware and in UTC."""

    prediction: str
    made_at: datetime
    score: float | str
    against: float | str
    actual: float | str | None
    apart: float


@dataclass(frozen=True)
class Pairs:
    """The summaries of both by group, the tally of their decisions by unit, and the cases that lie farthest apart.

    `resampled` is what units are; `cells` counts (unit, cell); `first` and `last` are the first and the last instant
    (UTC without zone; None without any case).
    """

    layouts: tuple[Layout, Layout]
    resampled: Resampled
    sides: tuple[dict[Group, Summary], dict[Group, Summary]] = field(default_factory=lambda: ({}, {}))
    cells: Ints = field(default_factory=lambda: np.zeros((0, CELLS), dtype=np.int64))
    examples: tuple[Example, ...] = ()
    first: datetime | None = None
    last: datetime | None = None

    @property
    def rows(self) -> int:
        """How many cases both scored."""
        return int(self.cells.sum())

    @property
    def labelled_units(self) -> NDArray[np.bool_]:
        """Which units hold a case with a known outcome."""
        return np.asarray(self.cells[:, KNOWN:].sum(axis=1) > 0)


def count_pairs(engine: Engine, pairing: Pairing, resampled: Resampled) -> Pairs:
    """Count the cases that both scored; `resampled` tells what their units are."""
    rows, first, last = _extent(engine, pairing)
    if not rows or first is None or last is None:
        return Pairs(pairing.layouts, resampled)
    marks = _boundaries(pairing.layouts[0], first, last) if resampled == "periods" else None
    units = _units(pairing.layouts[0], resampled, marks)

    def read() -> Iterator[pa.RecordBatch]:
        return (_coded(batch, marks) for batch in _batches(engine, pairing, rows, resampled))

    return replace(summed_pairs(pairing.layouts, resampled, units, read), first=first, last=last)


def summed_pairs(
    layouts: tuple[Layout, Layout], resampled: Resampled, units: int, read: Callable[[], Iterable[pa.RecordBatch]]
) -> Pairs:
    """The pairs in batches: leading columns, id, both scores, groups; the hash of the cluster tells the unit.

    `read` is called once for each of the two: so memory stays bounded however many cases there are.
    """
    narrow = _narrow(layouts[0], units), _narrow(layouts[1], units)
    tally = Tally(*narrow, units)
    mine = _summed(narrow[0], tally.counting(read()))
    others = _summed(narrow[1], (_swapped(batch) for batch in read()))
    return Pairs(narrow, resampled, (mine, others), tally.cells, tally.examples())


def _summed(layout: Layout, batches: Iterable[pa.RecordBatch]) -> dict[Group, Summary]:
    whole = np.array([0, np.iinfo(np.int64).max], dtype=np.int64)
    return {(column, value): one for (_, column, value), one in Summariser(layout).summarise(batches, whole).items()}


def _extent(engine: Engine, pairing: Pairing) -> tuple[int, datetime | None, datetime | None]:
    """How many rows can belong to pairs, and the first and the last instant of the cases that both scored."""
    files = [[str(path) for path in sources.predictions] for sources in pairing.sources]
    if not all(files):
        return 0, None, None
    size = engine.rows(pairing.sources[0])
    same = "a.id = b.id" + (" AND a._at = b._at" if pairing.by_instant else "")
    found = list[tuple[int, datetime, datetime]]()
    for part in range(parts := -(-size // CASES_AT_ONCE)):
        one = f"(SELECT {ID} AS id, _at FROM read_parquet(?, union_by_name = true) WHERE hash({ID}) % {parts} = {part})"
        placed = f"SELECT least(a._at, b._at) AS earlier FROM {one} a JOIN {one} b ON {same}"
        within = "WHERE earlier >= ? AND earlier < ?" if pairing.span else ""
        statement = f"SELECT count(*), min(earlier), max(earlier) FROM ({placed}) {within}"
        found += [row for row in engine.fetch(statement, [*files, *(pairing.span or ())]) if row[0]]
    if not found:
        return 0, None, None
    return size, min(row[1] for row in found), max(row[2] for row in found)


def _boundaries(layout: Layout, first: datetime, last: datetime) -> Ints:
    """Starts of the base periods from the first to the last case, in microseconds UTC."""
    local = starts(to_local(first, layout.zone), to_local(last, layout.zone), layout.base)
    return np.array([microseconds(to_utc(start, layout.zone)) for start in local], dtype=np.int64)


def _units(layout: Layout, resampled: Resampled, marks: Ints | None) -> int:
    if resampled == "clusters":
        return layout.cluster_groups
    return ROW_GROUPS if marks is None else min(MOST_PERIODS, len(marks))


def _narrow(layout: Layout, units: int) -> Layout:
    """The layout with score and outcome as its only columns, and with the units as its groups of clusters."""
    outputs = tuple(bins for bins in layout.columns if bins.name in (SCORE, ACTUAL))
    return replace(layout, columns=outputs, rules=(), cluster_groups=units)


def _columns(layout: Layout) -> list[LogColumn]:
    segments = [LogColumn(segment.column, segment.edges is not None) for segment in layout.segments]
    names = {column.name for column in segments}
    return [*segments, *(column for column in amount_columns(layout) if column.name not in names)]


def _batches(engine: Engine, pairing: Pairing, rows: int, resampled: Resampled) -> Iterator[pa.RecordBatch]:
    """Every case that both scored, once: its leading columns, both scores, the columns of its groups."""
    layout = pairing.layouts[0]
    scores = [LogColumn(NAME, numeric=False), LogColumn(SCORE, layout.task != "multiclass_classification")]
    columns = [*scores, *_columns(layout)]
    one, values = engine.statement(pairing.sources[0], columns, None)
    other, others = engine.statement(pairing.sources[1], scores, None)
    same = f"a.{NAME} = b.{NAME}" + (f" AND a.{AT} = b.{AT}" if pairing.by_instant else "")
    at = f"least(a.{AT}, b.{AT})"
    within = f"WHERE {at} >= ? AND {at} < ?" if pairing.span else ""
    values = [*values, *others, *(microseconds(end) for end in pairing.span or ())]
    kept = f"hash(a.{NAME})" if resampled == "rows" else f"a.{CLUSTER}"
    for part in range(parts := -(-rows // CASES_AT_ONCE)):
        own = f"hash({NAME}) % {parts} = {part} AND {SCORE} IS NOT NULL"
        statement = (
            f"SELECT a.* REPLACE (coalesce(a.{ACTUAL}, b.{ACTUAL}) AS {ACTUAL}, {kept} AS {CLUSTER}, {at} AS {AT}), "
            f"b.{SCORE} AS {AGAINST} FROM (SELECT * FROM ({one}) WHERE {own}) a "
            f"JOIN (SELECT * FROM ({other}) WHERE {own}) b ON {same} {within} ORDER BY {at}, a.{NAME}"
        )
        yield from engine.stream(statement, values, len(columns))


def _coded(batch: pa.RecordBatch, marks: Ints | None) -> pa.RecordBatch:
    """The batch with the period of each row, where periods are the units, in the place of its cluster."""
    if marks is None:
        return batch
    place = np.searchsorted(marks, batch.column(AT).to_numpy(zero_copy_only=False), side="right") - 1
    # Neighbouring periods together, where there are more than so many.
    code = place * min(MOST_PERIODS, len(marks)) // len(marks)
    return batch.set_column(batch.schema.get_field_index(CLUSTER), CLUSTER, pa.array(code.astype(np.uint64)))


def _swapped(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with the other score in the place of the first one's."""
    return batch.set_column(batch.schema.get_field_index(SCORE), SCORE, batch.column(AGAINST))


class Tally:
    """Counts by unit who decides how and who is right, and keeps the cases that lie farthest apart."""

    def __init__(self, layout: Layout, against: Layout, units: int) -> None:
        """`layout` and `against` hold the thresholds of the two."""
        self.cells = np.zeros((units, CELLS), dtype=np.int64)
        self._task, self._units = layout.task, units
        self._thresholds = layout.outcome.threshold, against.outcome.threshold
        self._kept: list[Example] = []

    def counting(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches, each counted as it passes."""
        for batch in batches:
            if batch.num_rows:
                self._add(batch)
            yield batch

    def _add(self, batch: pa.RecordBatch) -> None:
        actual = batch.column(ACTUAL)
        known = actual.is_valid().to_numpy(zero_copy_only=False)
        different, right, against_right, apart = self._decided(batch)
        code = (known * KNOWN + different * DIFFERENT) + known * (right * RIGHT + against_right * AGAINST_RIGHT)
        unit = (batch.column(CLUSTER).to_numpy(zero_copy_only=False) % np.uint64(self._units)).astype(np.int64)
        self.cells += np.bincount(unit * CELLS + code, minlength=self.cells.size).reshape(self.cells.shape)
        self._keep(batch, np.flatnonzero(different), apart)

    def examples(self) -> tuple[Example, ...]:
        """The cases that are decided differently, the farthest apart first."""
        return tuple(self._kept)

    def _decided(self, batch: pa.RecordBatch) -> tuple[Ints, Ints, Ints, Floats]:
        """Per row: decided differently, the first right, the other right (nearer, for numbers), how far apart."""
        if self._task == "multiclass_classification":
            named, others, classes = (_texts(batch, name) for name in (SCORE, AGAINST, ACTUAL))
            apart = (named != others).astype(np.float64)
            return _whole(named != others), _whole(named == classes), _whole(others == classes), apart
        one, other, actual = (_numbers(batch, name) for name in (SCORE, AGAINST, ACTUAL))
        apart = np.abs(one - other)
        if self._task == "regression":
            missed, other_missed = np.abs(one - actual), np.abs(other - actual)
            return _whole(one != other), _whole(missed < other_missed), _whole(other_missed < missed), apart
        selected, chosen = one >= self._thresholds[0], other >= self._thresholds[1]
        happened = actual > 0.5
        return _whole(selected != chosen), _whole(selected == happened), _whole(chosen == happened), apart

    def _keep(self, batch: pa.RecordBatch, places: Ints, apart: Floats) -> None:
        chosen = places[np.argsort(-apart[places], kind="stable")[:MOST_EXAMPLES]]
        rows = batch.take(pa.array(chosen)).select([NAME, AT, SCORE, AGAINST, ACTUAL]).to_pylist()
        new = [
            Example(row[NAME], datetime.fromtimestamp(0, UTC) + row[AT] * SECOND, row[SCORE], row[AGAINST],
                    row[ACTUAL], float(gap))
            for row, gap in zip(rows, apart[chosen], strict=True)
        ]  # fmt: skip
        self._kept = sorted([*self._kept, *new], key=lambda one: (-one.apart, one.made_at, one.prediction))
        del self._kept[MOST_EXAMPLES:]


def _whole(flags: Sequence[bool] | NDArray[np.bool_]) -> Ints:
    return np.asarray(flags, dtype=np.int64)


def _numbers(batch: pa.RecordBatch, name: str) -> Floats:
    return batch.column(name).to_numpy(zero_copy_only=False).astype(np.float64, copy=False)


def _texts(batch: pa.RecordBatch, name: str) -> NDArray[np.object_]:
    return np.array(batch.column(name).to_pylist(), dtype=object)
