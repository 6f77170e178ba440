"""Make a model's layout from its reference: bins, thresholds, regions and segments."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.profiles.bins import Bins, Floats, Ints, NumericBins, category_bins, numeric_bins
from dashboard.profiles.calendars import Cycle, cycle_of, day_numbers
from dashboard.profiles.dependence import GROUPS, MOST_CODES, Dependence, Units, dependence_of
from dashboard.profiles.engine import AT, CLUSTER, Engine, Sources
from dashboard.profiles.layout import (
    ACTUAL,
    CLUSTER_GROUPS,
    SCORE,
    CountedRule,
    Layout,
    OutcomeLayout,
    Segment,
    Trait,
    written,
)
from dashboard.profiles.log_columns import LogColumn
from dashboard.profiles.periods import BASE
from dashboard.profiles.row_conditions import names_in_log
from dashboard.schema.card.card import ModelCard

# Bump when counting changes, so that all profiles are made again.
FORMAT = 7
ERROR_STEPS = 60
# Rare events are decided upon at small scores.
FINE_THRESHOLDS = 51
MOST_CLASSES = 50
MOST_SEGMENT_VALUES = 100
FEW_NUMBERS = 20
# So many columns are read at once, as far as their values fit into memory.
COLUMNS_TOGETHER, VALUES_TOGETHER = 128, 2_000_000
# Of a long reference about so many rows show how rows hang together.
MOST_COMPARED = 200_000

Span = tuple[datetime, datetime]


def layout_basis(
    card: ModelCard,
    reference_files: Iterable[str],
    classes: Sequence[str] = (),
    charges: Sequence[Sequence[str]] = (),
) -> str:
    """A hash of everything a layout and its profiles depend on: equal basis, equal layout.

    `charges` tell which version was in production when, where several scored the same cases.
    """
    reference = card.data.reference
    parts: dict[str, object] = {
        "format": FORMAT,
        "task": card.task,
        "time_zone": card.time_zone,
        "base": BASE[card.period],
        "features": {name: feature.kind for name, feature in card.data.features.items()},
        "threshold": card.data.threshold,
        "quantile": card.data.quantile,
        "cluster": card.data.cluster,
        "segments": card.data.groups,
        "reference": [str(reference.start), str(reference.end)] if reference else None,
        "files": sorted(reference_files),
        # A new class needs a place of its own, until there are too many.
        "classes": list(classes) if len(classes) < MOST_CLASSES else [],
    }
    # Limits are judged, not counted.
    if rules := [[rule.name, rule.check] for rule in card.data.rules]:
        parts["rules"] = rules
    if ranges := {name: feature.range for name, feature in card.data.features.items() if feature.range is not None}:
        parts["ranges"] = ranges
    if card.data.pairs:
        parts["pairs"] = list(card.data.pairs)
    if charges:
        parts["charges"] = [list(charge) for charge in charges]
    if card.data.by_instant:
        parts["key"] = card.data.key
    if card.data.amount is not None:
        parts["amount"] = card.data.amount
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def make_layout(
    engine: Engine, card: ModelCard, sources: Sources, span: Span | None, classes: Sequence[str] = ()
) -> Layout:
    """The layout of a model; `span` is its reference in UTC, None when the card has none (then all rows serve).

    `classes` are those of a multiclass model.
    """
    multiclass = card.task == "multiclass_classification"
    wanted = [LogColumn(name, feature.kind == "numeric") for name, feature in card.data.features.items()]
    wanted.append(LogColumn(SCORE, not multiclass))
    together = max(1, min(COLUMNS_TOGETHER, VALUES_TOGETHER // max(1, engine.rows(sources))))
    whens = _whens(engine, sources, span, card)
    found = [
        pair
        for begin in range(0, len(wanted), together)
        for pair in _columns(engine, (sources, span), wanted[begin : begin + together], whens, card)
    ]
    columns = [bins for bins, _ in found]
    columns.append(_label_bins(engine, sources, span, multiclass))
    return Layout(
        layout_id=str(uuid.uuid4()),
        model_id=card.id,
        task=card.task,
        time_zone=card.time_zone,
        base=BASE[card.period],
        columns=tuple(columns),
        outcome=_outcome(engine, card, sources, span, columns, classes),
        cluster_groups=CLUSTER_GROUPS if card.data.cluster else 0,
        segments=(
            *(_segment(engine, card, sources, span, column) for column in card.data.groups),
            *(Segment(name, (), pair=pair) for name, pair in card.data.pairs.items()),
        ),
        has_reference=span is not None,
        traits={bins.name: trait for bins, trait in found},
        rules=tuple(CountedRule(rule.name, rule.check) for rule in card.data.rules),
        log_names=names_in_log(card.data),
        amount=card.data.amount,
    )


@dataclass(frozen=True)
class Whens:
    """When every `step`-th row of the reference was made, by the model's clock, and to which others it belongs."""

    step: int
    local: pd.DatetimeIndex
    units: Units


def _whens(engine: Engine, sources: Sources, span: Span | None, card: ModelCard) -> Whens:
    instants, clusters = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for batch in engine.batches(sources, [], span):
        instants.append(batch.column(AT).to_numpy())
        if card.data.cluster:
            clusters.append((batch.column(CLUSTER).to_numpy() % np.uint64(GROUPS)).astype(np.int64))
    made = np.concatenate(instants)
    step = max(1, len(made) // MOST_COMPARED)
    utc = pd.DatetimeIndex(made[::step].astype("datetime64[us]"), tz="UTC")
    local = utc.tz_convert(card.zone).tz_localize(None)
    groups = np.concatenate(clusters)[::step] if card.data.cluster else None
    return Whens(step, local, Units(day_numbers(local), groups, step))


def _columns(
    engine: Engine, rows: tuple[Sources, Span | None], columns: Sequence[LogColumn], whens: Whens, card: ModelCard
) -> list[tuple[Bins, Trait]]:
    """Bins and traits of some columns, which are read together."""
    parts: dict[str, list[pa.Array]] = {column.name: [] for column in columns}
    for batch in engine.batches(rows[0], columns, rows[1]):
        for column in columns:
            parts[column.name].append(batch.column(column.name))
    found: list[tuple[Bins, Trait]] = []
    for column in columns:
        if column.numeric:
            feature = card.data.features.get(column.name)
            limits = feature.range if feature is not None and feature.range is not None else ()
            found.append(_of_numbers(column.name, parts.pop(column.name), whens, limits))
        else:
            found.append(_of_texts(column.name, parts.pop(column.name), whens))
    return found


def _of_numbers(name: str, parts: list[pa.Array], whens: Whens, limits: Sequence[float]) -> tuple[Bins, Trait]:
    values = _stacked(parts)
    bins = numeric_bins(name, values, limits)
    some = values[:: whens.step]
    cycle: Cycle = "" if name == SCORE else cycle_of(name, some, whens.local)
    codes = np.where(np.isnan(some), len(bins.deciles) + 1, np.searchsorted(bins.deciles, some, side="left"))
    return bins, _trait(codes, cycle, whens)


def _of_texts(name: str, parts: list[pa.Array], whens: Whens) -> tuple[Bins, Trait]:
    encoded = pa.chunked_array(parts or [pa.array([], pa.string())]).combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    counts = np.bincount(codes, minlength=len(names) + 1)
    bins = category_bins(name, Counter(dict(zip(names, counts[:-1].tolist(), strict=True))))
    some = codes[:: whens.step].astype(np.int64)
    cycle: Cycle = "" if name == SCORE else cycle_of(name, np.array([*names, None], dtype=object)[some], whens.local)
    rank = np.argsort(np.argsort(-counts, kind="stable"))
    return bins, _trait(np.minimum(rank[some], MOST_CODES), cycle, whens)


def _trait(codes: Ints, cycle: Cycle, whens: Whens) -> Trait:
    """How rows hang together; where the calendar determines them, equal calendars leave nothing to chance."""
    return Trait(Dependence() if cycle else dependence_of(codes, whens.units), cycle)


def _label_bins(engine: Engine, sources: Sources, span: Span | None, multiclass: bool) -> Bins:
    batches = engine.batches(sources, [], span)
    if multiclass:
        return category_bins(ACTUAL, _count(batch.column(ACTUAL) for batch in batches))
    return numeric_bins(ACTUAL, _stacked(batch.column(ACTUAL) for batch in batches))


def _numbers(engine: Engine, sources: Sources, span: Span | None, name: str) -> Floats:
    batches = engine.batches(sources, [LogColumn(name, True)], span)
    return _stacked(batch.column(name) for batch in batches)


def _categories(engine: Engine, sources: Sources, span: Span | None, name: str) -> Counter[str]:
    batches = engine.batches(sources, [LogColumn(name, False)], span)
    return _count(batch.column(name) for batch in batches)


def _stacked(columns: Iterable[pa.Array]) -> Floats:
    parts = [column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False) for column in columns]
    return np.concatenate(parts) if parts else np.zeros(0)


def _count(columns: Iterable[pa.Array]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for column in columns:
        for entry in column.value_counts():
            value = entry["values"].as_py()
            if value is not None:
                counts[value] += entry["counts"].as_py()
    return counts


def _outcome(
    engine: Engine,
    card: ModelCard,
    sources: Sources,
    span: Span | None,
    columns: Sequence[Bins],
    classes: Sequence[str],
) -> OutcomeLayout:
    nothing = np.zeros(0)
    if card.task == "multiclass_classification":
        return OutcomeLayout(nothing, nothing, nothing, classes=tuple(classes))
    if card.task == "binary_classification":
        return OutcomeLayout(_thresholds(card.data.threshold), nothing, nothing, threshold=card.data.threshold)
    scores = _numbers(engine, sources, span, SCORE)
    scores = np.sort(scores[~np.isnan(scores)])
    scale = float(np.std(scores)) if len(scores) else 1.0
    steps = np.sinh(np.linspace(-6, 6, ERROR_STEPS + 1)) / np.sinh(6) * 20 * (scale or 1.0)
    regions = np.unique(np.quantile(scores, np.arange(1, 10) / 10)) if len(scores) else nothing
    actuals = columns[-1]
    centre = float(np.mean(scores)) if len(scores) else 0.0
    if isinstance(actuals, NumericBins) and len(actuals.deciles):
        centre = float(np.median(actuals.deciles))
    return OutcomeLayout(regions, regions, steps, centre=centre, quantile=card.data.quantile)


def _thresholds(threshold: float) -> Floats:
    """Thresholds at which decisions are counted: hundredths, thousandths up to 0.05, and the card's own."""
    # i / 1000 rounds like the decimal number that a person types; i * step would not.
    return np.unique(np.concatenate([np.arange(101) / 100, np.arange(FINE_THRESHOLDS) / 1000, [threshold]]))


def classes_of(engine: Engine, log: Sources) -> list[str]:
    """The classes that a log predicts or knows as labels: the most frequent ones, in alphabetical order."""
    counts = Counter(engine.frequencies(log.predictions, SCORE))
    counts += Counter(engine.frequencies([*log.predictions, *log.labels], ACTUAL))
    return sorted(sorted(counts, key=lambda name: (-counts[name], name))[:MOST_CLASSES])


def _segment(engine: Engine, card: ModelCard, sources: Sources, span: Span | None, column: str) -> Segment:
    feature = card.data.features.get(column)
    if feature is None or feature.kind == "categorical":
        counts = _categories(engine, sources, span, column)
        kept = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_SEGMENT_VALUES]
        return Segment(column, tuple(sorted(kept)) if len(counts) > MOST_SEGMENT_VALUES else ())
    numbers = _numbers(engine, sources, span, column)
    distinct = np.unique(numbers[~np.isnan(numbers)])
    if len(distinct) <= FEW_NUMBERS:
        return Segment(column, (), np.zeros(0))
    edges = np.unique(np.quantile(numbers[~np.isnan(numbers)], [0.25, 0.5, 0.75]))
    ends = _short([distinct[0], *edges, distinct[-1]])
    names = [f"{ends[0]}–{ends[1]}", *(f">{a}–{b}" for a, b in zip(ends[1:-1], ends[2:], strict=True))]
    return Segment(column, tuple(names), edges)


def _short(numbers: Sequence[float]) -> list[str]:
    """Numbers with as few digits as keep them apart."""
    for digits in (6, 9, 12):
        names = [f"{number:.{digits}g}" for number in numbers]
        if len(set(names)) == len(set(numbers)):
            return names
    return [written(float(number)) for number in numbers]
