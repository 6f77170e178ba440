"""Find the cases that two versions scored in the log, count them on demand, and remember what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from dashboard.profiles.engine import Engine
from dashboard.profiles.layout import Layout
from dashboard.profiles.log import Log
from dashboard.profiles.pairs import Pairing, Pairs, count_pairs
from dashboard.profiles.periods import day_span
from dashboard.profiles.update import read_log, read_recorded_log
from dashboard.profiles.windows import open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.files import check_log_files

# With fewer periods that hold a known outcome, rows are what intervals resample.
FEWEST_PERIODS = 5
# Comparisons that this process remembers: some megabytes each.
MOST_REMEMBERED = 16


@dataclass(frozen=True)
class Competitor:
    """A version of a model."""

    card: ModelCard
    version: str


@dataclass(frozen=True)
class Asked:
    """What is compared: only the days of `span` (inclusive), at another `threshold`, as known at `as_of`; None: all."""

    span: tuple[date, date] | None = None
    threshold: float | None = None
    as_of: datetime | None = None


_remembered: dict[tuple[object, ...], Pairs] = {}


def pairs_of(store: Store, first: Competitor, other: Competitor, asked: Asked) -> Pairs | None:
    """The cases that both scored, counted anew only where files, layout or question are others; None: not monitored.

    Groups, clusters and prices are those of the first one's card. Raises StoreDamagedError when a file of the log is
    not what was recorded.
    """
    found = open_profiles(store, first.card, asked.as_of)
    if found is None:
        return None
    logs = [_log(store, one.card, asked.as_of) for one in (first, other)]
    moment = stored(asked.as_of or now())
    span = None if asked.span is None else day_span(*asked.span, found.layout.zone)
    layouts = _layouts(found.layout, (first, other), asked.threshold)
    sources = tuple(
        replace(log.sources(moment, None, one.version, None), made_until=moment if asked.as_of else None)
        for log, one in zip(logs, (first, other), strict=True)
    )
    pairing = Pairing(layouts, (sources[0], sources[1]), all(one.card.data.by_instant for one in (first, other)), span)
    files = [file for log in logs for file in (*log.predictions, *log.labels)]
    # Labels may become known by their own date: what was counted holds for an hour.
    hour = moment.replace(minute=0, second=0, microsecond=0) if asked.as_of is None else moment
    names = tuple((one.card.id, one.version) for one in (first, other))
    read = tuple((file.path, file.sha256) for file in files)
    key = (store.home, names, asked, hour, found.layout.layout_id, _thresholds(layouts), read)
    if key not in _remembered:
        check_log_files(store, files)
        _remembered[key] = _counted(store, pairing)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.pop(next(iter(_remembered)), None)
    return _remembered[key]


def shared_versions(store: Store, card: ModelCard, as_of: datetime | None = None) -> list[tuple[str, str]]:
    """Pairs of versions of which one scored cases of another in the same months, the later one first."""
    log = _log(store, card, as_of)
    order = [version.version for version in card.versions]
    later = sorted({str(file.version) for file in log.shared}, key=lambda one: order.index(one) if one in order else -1)
    months = {name: {file.month for file in log.predictions if file.version == name} for name in log.versions()}
    return [
        (one, other)
        for one in reversed(later)
        for other in reversed(order)
        if other != one and months.get(other, set()) & {file.month for file in log.shared if file.version == one}
        and (other not in later or order.index(other) < order.index(one))
    ]  # fmt: skip


def _log(store: Store, card: ModelCard, as_of: datetime | None) -> Log:
    return read_log(store, card) if as_of is None else read_recorded_log(store, card, as_of)


def _layouts(layout: Layout, both: Sequence[Competitor], threshold: float | None) -> tuple[Layout, Layout]:
    """The layout with the threshold of each, at which decisions are then counted exactly."""
    chosen = [one.card.data.threshold if threshold is None else threshold for one in both]
    edges = np.unique(np.append(layout.outcome.edges, chosen)) if layout.task == "binary_classification" else None
    made = [
        layout if edges is None else replace(layout, outcome=replace(layout.outcome, edges=edges, threshold=one))
        for one in chosen
    ]
    return made[0], made[1]


def _thresholds(layouts: tuple[Layout, Layout]) -> tuple[float, float]:
    return layouts[0].outcome.threshold, layouts[1].outcome.threshold


def _counted(store: Store, pairing: Pairing) -> Pairs:
    clustered = bool(pairing.layouts[0].cluster_groups)
    engine = Engine(store.home / "log")
    try:
        found = count_pairs(engine, pairing, "clusters" if clustered else "periods")
        if clustered or not found.rows or int(found.labelled_units.sum()) >= FEWEST_PERIODS:
            return found
        return count_pairs(engine, pairing, "rows")
    finally:
        engine.close()
