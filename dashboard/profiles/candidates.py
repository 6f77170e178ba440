"""Predictions that could be looked at next: an even, repeatable draw of the latest ones, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard.profiles.bins import Bins, Floats, NumericBins
from dashboard.profiles.cases import EPOCH, ID, SCORE, Value
from dashboard.profiles.engine import AT, Engine
from dashboard.profiles.layout import category_slot
from dashboard.profiles.log import Log, part_cases
from dashboard.profiles.log_columns import LogColumn
from dashboard.profiles.row_conditions import SAME, RowChecks
from dashboard.profiles.update import read_log
from dashboard.profiles.windows import Profiles, merged
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store

# Inputs beside these are not looked at: a prediction with thousands of them is no more unusual for it.
MOST_FEATURES = 30
# What is kept is thinned when it is this many times the limit.
SLACK = 4
# A share of the reference that is smaller is taken for this.
RAREST = 1e-4


@dataclass(frozen=True)
class Candidate:
    """A prediction that counts: `mark` is a number that follows from its row and nothing else, evenly spread.

    `values` are those of the features that the draw keeps.
    """

    prediction: str
    version: str
    made_at: datetime
    score: float | str
    mark: int
    rarity: float = 1.0
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Draw:
    """How candidates are drawn: of the latest days, at most so many rows; `features` are looked at for rarity.

    The values of the features in `kept` come with each candidate.
    """

    days: int
    rows: int
    features: Sequence[str] = ()
    kept: Sequence[str] = ()


def draw_candidates(store: Store, card: ModelCard, draw: Draw, profiles: Profiles | None) -> list[Candidate]:
    """At most `draw.rows` predictions of the latest days of the log, those with the smallest marks, by their mark.

    The same log gives the same ones. `rarity` is the share of the reference that is as far out as the most unusual
    input, 1 where there is no reference.
    """
    log = read_log(store, card)
    latest = max((file.last_at for file in log.predictions if file.last_at is not None), default=None)
    if latest is None:
        return []
    end = latest.astimezone(UTC).replace(tzinfo=None) + timedelta(microseconds=1)
    span = (end - timedelta(days=draw.days), end)
    features = list(draw.features)[:MOST_FEATURES]
    engine = Engine(store.home / "log")
    try:
        part_cases(engine, log, card)
        read = list(dict.fromkeys([*features, *draw.kept]))
        table = _smallest(_read(engine, log, (card, read), span), draw.rows)
    finally:
        engine.close()
    rarity = _rarity(profiles, features, table)
    kept = [name for name in draw.kept if name in table.column_names]
    return [
        Candidate(
            row[ID], row["version"], EPOCH + timedelta(microseconds=row[AT]), row[SCORE], row[SAME], float(share),
            {name: row[name] for name in kept},
        )
        for row, share in zip(table.select([ID, "version", AT, SCORE, SAME, *kept]).to_pylist(), rarity, strict=True)
    ]  # fmt: skip


def _read(
    engine: Engine, log: Log, asked: tuple[ModelCard, Sequence[str]], span: tuple[datetime, datetime]
) -> Iterator[pa.Table]:
    """The rows of each version with their mark; without a score nothing was predicted."""
    card, features = asked
    numeric = {name for name in features if card.data.features[name].kind == "numeric"}
    columns = [
        LogColumn(ID, numeric=False),
        LogColumn(SCORE, card.task != "multiclass_classification"),
        *(LogColumn(name, name in numeric) for name in features),
    ]
    for version in log.versions():
        sources = log.sources(stored(now()), span, version)
        for batch in engine.batches(sources, columns, span, RowChecks(same=True)):
            table = pa.Table.from_batches([batch])
            table = table.filter(table.column(SCORE).is_valid())
            yield table.append_column("version", pa.array([version] * table.num_rows, pa.string()))


def _smallest(parts: Iterable[pa.Table], limit: int) -> pa.Table:
    """The rows with the smallest marks, in their order."""
    kept: list[pa.Table] = []
    for part in parts:
        kept.append(part)
        if sum(table.num_rows for table in kept) > SLACK * limit:
            kept = [_thinned(kept, limit)]
    return _thinned(kept, limit) if kept else _nothing()


def _thinned(tables: list[pa.Table], limit: int) -> pa.Table:
    table = pa.concat_tables(tables)
    marks = table.column(SAME).to_numpy()
    return table.take(pa.array(np.argsort(marks, kind="stable")[:limit])).combine_chunks()


def _nothing() -> pa.Table:
    kinds = {ID: pa.string(), "version": pa.string(), AT: pa.int64(), SCORE: pa.float64(), SAME: pa.uint64()}
    return pa.table({name: pa.array([], kind) for name, kind in kinds.items()})


def _rarity(profiles: Profiles | None, features: Sequence[str], table: pa.Table) -> Floats:
    """Of each row the smallest share of the reference that is as far out as one of its inputs; 1 without reference."""
    smallest = np.ones(table.num_rows)
    if profiles is None or not profiles.layout.has_reference or not table.num_rows:
        return smallest
    layout = profiles.layout
    counts = merged(profiles.reference(("features",)), layout).counts
    for name in features:
        if name in layout.feature_names() and name in table.column_names:
            bins = layout.column(name)
            shares = _tails(bins, counts[layout.slices[name]])
            smallest = np.minimum(smallest, shares[_slots(bins, table.column(name).to_pylist())])
    return smallest


def _slots(bins: Bins, values: Sequence[Any]) -> np.ndarray:
    """The slot of each value."""
    if isinstance(bins, NumericBins):
        numbers = np.array([np.nan if value is None else float(value) for value in values])
        slots = np.searchsorted(bins.edges, numbers, side="left")
        return np.where(np.isnan(numbers), len(bins.edges) + 1, slots)
    known = category_slot(bins)
    others = len(bins.categories)
    return np.array([others + 1 if value is None else known.get(str(value), others) for value in values])


def _tails(bins: Bins, counts: np.ndarray) -> Floats:
    """Of each slot the share of the reference that is as far out: of numbers twice the smaller end, categories as rare.

    A missing value is as unusual as it is rare.
    """
    whole = max(1, int(counts.sum()))
    if isinstance(bins, NumericBins):
        inner = counts[:-1]
        ends = np.minimum(np.cumsum(inner), np.cumsum(inner[::-1])[::-1])
        shares = np.append(np.minimum(1.0, 2 * ends / whole), counts[-1] / whole)
    else:
        shares = np.array([counts[counts <= count].sum() for count in counts]) / whole
    return np.maximum(shares, RAREST)
