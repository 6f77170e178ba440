"""Count a model's log: from a plan, made from the store, to profiles, to be kept there; the store is not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from pydantic import TypeAdapter

from dashboard.profiles.checks import row_checks
from dashboard.profiles.collect_scores import Key
from dashboard.profiles.counted_columns import counted_columns
from dashboard.profiles.encoding import pack, smallest
from dashboard.profiles.engine import AT, Engine, Sources
from dashboard.profiles.in_charge import written_charges
from dashboard.profiles.layout import ACTUAL, SCORE, Layout, layout_from_text
from dashboard.profiles.log import Log, Span, part_cases
from dashboard.profiles.periods import day_span, floor, following, to_local, to_utc
from dashboard.profiles.reference import classes_of, layout_basis, make_layout
from dashboard.profiles.row_conditions import NO_CHECKS, RowChecks
from dashboard.profiles.score_points import MOST_POINTS
from dashboard.profiles.summarise import Summariser, Summary
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import stored
from dashboard.store.log.files import PREDICTIONS, check_log_file
from dashboard.store.profiles import PERIOD, REFERENCE, SHADOW, MonitorRun, ProfileRow

Progress = Callable[[float, str], None]
# Summaries of one pass are kept in memory; this bounds them.
PASS_BYTES = 24 * 2**20
# Of a model that is counted part by part, counts are kept as small as they are, and every pass reads all parts anew.
WIDE_PASS_BYTES = 64 * 2**20
# Features that are read and counted in one go; a wide model takes several, in bounded memory.
COLUMNS_TOGETHER = 256
# The last columns of a layout.
OUTPUTS = (SCORE, ACTUAL)
EPOCH = datetime(1970, 1, 1)
SINGLE_PRECISION = ("unit_sums", "unit_regions", "unit_totals", "unit_amounts")
# What the figures of a model are over, and what only those of the version that asks are.
SCOPES = ((PERIOD, False), (SHADOW, True))


@dataclass(frozen=True)
class Plan:
    """What there is to count: the log as recorded at `moment`, the layout in force (id, basis, text), the last run."""

    card: ModelCard
    log: Log
    moment: datetime
    known_layout: tuple[str, str, str] | None
    previous: MonitorRun | None


# Plans as JSON, for another process.
PLANS = TypeAdapter(Plan)


@dataclass(frozen=True)
class Counted:
    """What was counted: layout and its basis, whether the layout is new, profiles, and what they are of.

    `periods` are local starts; `with_reference` tells that the reference was counted too.
    """

    layout: Layout
    basis: str
    is_new: bool
    profiles: list[ProfileRow]
    periods: list[datetime]
    with_reference: bool


Counter = Callable[[Plan, Progress], Counted]


def count(plan: Plan, progress: Progress) -> Counted:
    """Count what changed since the last run.

    Raises StoreDamagedError when a file of the log is not what was recorded.
    """
    card, log, moment = plan.card, plan.log, plan.moment
    engine = Engine(log.home / "log")
    try:
        part_cases(engine, log, card)
        layout, basis, is_new = _layout(engine, plan)
        previous = None if is_new else plan.previous
        if previous is not None and previous.layout_id != layout.layout_id:
            previous = None
        _check_files(log, previous)
        periods = _changed_periods(engine, layout, log, previous, moment)
        profiles = list(_profiles(engine, layout, log, periods, moment, progress))
        with_reference = is_new or _touches_reference(layout, card, periods)
        if with_reference:
            profiles += _reference_profiles(engine, layout, card, log, moment)
    finally:
        engine.close()
    return Counted(layout, basis, is_new, profiles, periods, with_reference)


def reference_span(card: ModelCard) -> Span | None:
    """The card's reference in UTC, end excluded; None when the card has none."""
    reference = card.data.reference
    if reference is None:
        return None
    return day_span(reference.start, reference.end, card.zone)


def recount(plan: Plan, periods: Sequence[datetime]) -> Counted | None:
    """Count some periods, by their local starts, in the plan's layout, whether or not anything of them changed.

    None when the card or the log asks for another layout: then the next run of `monitor` counts everything.
    """
    engine = Engine(plan.log.home / "log")
    try:
        part_cases(engine, plan.log, plan.card)
        layout, basis, is_new = _layout(engine, plan)
        if is_new:
            return None
        profiles = list(_profiles(engine, layout, plan.log, list(periods), plan.moment, _silent))
    finally:
        engine.close()
    return Counted(layout, basis, is_new, profiles, list(periods), with_reference=False)


def _silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def _layout(engine: Engine, plan: Plan) -> tuple[Layout, str, bool]:
    card, log, moment = plan.card, plan.log, plan.moment
    span = reference_span(card)
    inside = log.sources(moment, span)
    if span is not None and not inside.predictions:
        span = None
        inside = log.sources(moment)
    # Without reference rows the bins come from whatever was there first, and stay when more arrives.
    names = log.names(span) if span is not None else []
    classes = classes_of(engine, log.sources(moment)) if card.task == "multiclass_classification" else []
    basis = layout_basis(card, names, classes, written_charges(log.charges))
    found = plan.known_layout
    if found and found[1] == basis:
        return layout_from_text(found[0], card.id, found[2]), basis, False
    return make_layout(engine, card, inside, span, classes), basis, True


def _check_files(log: Log, previous: MonitorRun | None) -> None:
    for file in (*log.predictions, *log.labels):
        if previous is None or stored(file.recorded_at) > previous.known_until:
            check_log_file(log, file)


def _changed_periods(
    engine: Engine, layout: Layout, log: Log, previous: MonitorRun | None, moment: datetime
) -> list[datetime]:
    root = log.home / "log"
    everything = [*log.predictions, *log.labels]
    if previous is None:
        new, older = list(log.predictions), []
    else:
        new = [file for file in everything if stored(file.recorded_at) > previous.known_until]
        new += log.turned
        older = [file for file in everything if stored(file.recorded_at) <= previous.known_until]
    rescored = [f for f in new if f.kind == PREDICTIONS] if any(f.shared for f in (*new, *log.shared)) else []
    batches = list(engine.instants([root / f.path for f in new], None, moment))
    batches += engine.instants_of_cases(log.sources(moment), [root / f.path for f in rescored])
    if previous is not None:
        batches += engine.instants([root / f.path for f in older], previous.known_until, moment)
    instants = np.unique(np.concatenate([batch.column(AT).to_numpy() for batch in batches] or [np.zeros(0, np.int64)]))
    return _periods_of(layout, instants)


def _periods_of(layout: Layout, instants: np.ndarray) -> list[datetime]:
    """Starts of the base periods that hold the instants (microseconds UTC, sorted)."""
    found, place = [], 0
    while place < len(instants):
        local = to_local(EPOCH + timedelta(microseconds=int(instants[place])), layout.zone)
        start = floor(local, layout.base)
        found.append(start)
        end = microseconds(to_utc(following(start, layout.base), layout.zone))
        place = max(place + 1, int(np.searchsorted(instants, end, side="left")))
    return sorted(set(found))


def microseconds(instant: datetime) -> int:
    """A UTC instant without zone as microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def passes(layout: Layout, periods: Sequence[datetime]) -> Iterator[list[datetime]]:
    """Runs of neighbouring periods, short enough for their summaries to fit in memory."""
    outcome = layout.outcome
    cells = 8 * (4 * (MOST_POINTS + len(outcome.edges)) + 20 * layout.cluster_groups)
    values = 1 + sum(20 ** max(1, len(one.pair)) for one in layout.segments)
    room, size = (WIDE_PASS_BYTES, 2) if len(layout.columns) > COLUMNS_TOGETHER else (PASS_BYTES, 8)
    most = max(1, int(room / ((size * layout.slots + cells) * values)))
    run: list[datetime] = []
    for period in periods:
        if run and (len(run) >= most or period != following(run[-1], layout.base)):
            yield run
            run = []
        run.append(period)
    if run:
        yield run


def _profiles(
    engine: Engine, layout: Layout, log: Log, periods: list[datetime], moment: datetime, progress: Progress
) -> Iterator[ProfileRow]:
    versions = log.versions()
    done = 0
    for run in passes(layout, periods):
        ends = [*run, following(run[-1], layout.base)]
        utc = [to_utc(start, layout.zone) for start in ends]
        for version in versions:
            for scope, shadow in SCOPES:
                sources = log.sources(moment, (utc[0], utc[-1]), version, shadow)
                if not shadow or log.shared:
                    found = summarise(engine, layout, sources, utc)
                    yield from _rows(found, version, scope, run)
        done += len(run)
        progress(done / len(periods), layout.model_id)


def summarise(engine: Engine, layout: Layout, sources: Sources, boundaries: Sequence[datetime]) -> dict[Key, Summary]:
    """Summaries of the rows between UTC boundaries (the last one is the end), by period and segment."""
    features, outputs = layout.columns[: -len(OUTPUTS)], layout.columns[-len(OUTPUTS) :]
    checks = row_checks(layout)
    if len(features) <= COLUMNS_TOGETHER:
        return _summarised(engine, layout, sources, boundaries, checks)
    found: dict[Key, Summary] = {}
    for begin in range(0, len(features), COLUMNS_TOGETHER):
        some = features[begin : begin + COLUMNS_TOGETHER]
        narrow = replace(layout, columns=(*some, *outputs))
        # Of thousands of features the first ones tell whether rows are the same.
        part = _summarised(engine, narrow, sources, boundaries, NO_CHECKS if begin else checks)
        for key, summary in part.items():
            summary.features["counts"] = smallest(summary.features["counts"])
            if begin:
                found[key].put_before_outputs(summary, outputs)
            else:
                found[key] = summary
    return found


def _summarised(
    engine: Engine, layout: Layout, sources: Sources, boundaries: Sequence[datetime], checks: RowChecks
) -> dict[Key, Summary]:
    batches = engine.batches(sources, counted_columns(layout), (boundaries[0], boundaries[-1]), checks)
    marks = np.array([microseconds(boundary) for boundary in boundaries], dtype=np.int64)
    return Summariser(layout, len(checks.rules)).summarise(batches, marks)


def _touches_reference(layout: Layout, card: ModelCard, periods: Sequence[datetime]) -> bool:
    span = reference_span(card)
    if span is None:
        return False
    first, last = floor(to_local(span[0], layout.zone), layout.base), to_local(span[1], layout.zone)
    return any(first <= period < last for period in periods)


def _reference_profiles(
    engine: Engine, layout: Layout, card: ModelCard, log: Log, moment: datetime
) -> list[ProfileRow]:
    span = reference_span(card)
    if span is None or not layout.has_reference:
        return []
    start = to_local(span[0], layout.zone)
    found: list[ProfileRow] = []
    for version in log.versions():
        summaries = summarise(engine, layout, log.sources(moment, span, version), span)
        found += _rows(summaries, version, REFERENCE, [start])
    return found


def _rows(found: dict[Key, Summary], version: str, scope: str, starts: Sequence[datetime]) -> Iterable[ProfileRow]:
    for (period, column, value), summary in found.items():
        features, outcomes = packed(summary)
        yield ProfileRow(
            version, scope, starts[period], column, value, summary.predictions, summary.labelled, features, outcomes
        )


def packed(summary: Summary) -> tuple[bytes, bytes]:
    """The two blocks of a profile. Sums by cluster group serve intervals only and are kept in single precision."""
    import json

    new = np.frombuffer(json.dumps(summary.new_categories, sort_keys=True).encode(), dtype=np.uint8)
    outcomes = {
        name: array.astype(np.float32) if name in SINGLE_PRECISION else array
        for name, array in summary.outcomes.items()
    }
    return pack({**summary.features, "new": new}), pack(outcomes)
