"""Read profiles back and add them up to windows: any run of periods, any segment, any version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from dashboard.profiles.bins import Floats, Ints
from dashboard.profiles.count import SCOPES, reference_span, summarise
from dashboard.profiles.encoding import unpack
from dashboard.profiles.engine import Engine
from dashboard.profiles.features import SUMS, add_new
from dashboard.profiles.layout import Layout, layout_from_text
from dashboard.profiles.log import Log, part_cases
from dashboard.profiles.outcomes import Arrays
from dashboard.profiles.periods import Grain, floor, following, label, starts, to_local, to_utc
from dashboard.profiles.score_points import ScorePoints, together
from dashboard.profiles.summarise import Summary
from dashboard.profiles.units import NOT_SUMS, UNIT, Block, points_in, units_in, wide
from dashboard.profiles.update import read_log
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import stored
from dashboard.store.engine.database import Store
from dashboard.store.profiles import PERIOD, REFERENCE, SHADOW, find_layout, last_run, list_profiles


@dataclass(frozen=True)
class Profile:
    """The summary of one period (or the reference), version and segment value.

    `kept` is what is kept of the features, as a block of the store or unpacked: thousands of features take megabytes.
    """

    version: str
    start: datetime
    segment_value: str | None
    predictions: int
    labelled: int
    kept: Arrays | bytes = b""
    outcomes: Arrays = field(default_factory=dict)

    @cached_property
    def block(self) -> Block:
        """Its outcomes as they are added up."""
        return Block(self.start, self.outcomes)

    def features(self) -> Arrays:
        """Counts and sums of features, unpacked anew at each call; empty where they were not read."""
        if not self.kept:
            return {}
        return unpack(self.kept) if isinstance(self.kept, bytes) else self.kept


@dataclass(frozen=True)
class Window:
    """Profiles added up: counts of all slots, sums by column, outcomes, and the outcomes of each unit of resampling.

    `units` holds arrays with one unit (a group of clusters, or a period) on the first axis. `points` and `unit_points`
    tell to which scores the last axis of `outcomes["scores"]` and `units["scores"]` belongs (binary models). `starts`
    are the base periods that hold predictions.
    """

    label: str
    start: datetime | None
    predictions: int
    labelled: int
    counts: Ints
    sums: Floats
    new_categories: dict[str, dict[str, int]]
    outcomes: Arrays
    units: Arrays
    points: ScorePoints | None = None
    unit_points: ScorePoints | None = None
    starts: tuple[datetime, ...] = ()


class Profiles:
    """The profiles of one model as known at one instant."""

    def __init__(self, store: Store, card: ModelCard, layout: Layout, as_of: datetime | None) -> None:
        """Use `open_profiles`."""
        self.store, self.card, self.layout, self.as_of = store, card, layout, as_of

    def read(
        self,
        parts: Sequence[str] = ("features", "outcomes"),
        span: tuple[date, date] | None = None,
        version: str | None = None,
        segment: tuple[str, str | None] | None = None,
    ) -> list[Profile]:
        """The profiles of all base periods that touch the days of `span`.

        Where several versions scored a case, one of them counts; those of one `version` are all that it scored.
        """
        found = self._stored(PERIOD, parts, self._starts(span), version, segment)
        if version is None:
            return found
        found += self._stored(SHADOW, parts, self._starts(span), version, segment)
        return sorted(found, key=lambda profile: (profile.start, profile.segment_value or ""))

    def reference(
        self, parts: Sequence[str] = ("features", "outcomes"), segment: tuple[str, str | None] | None = None
    ) -> list[Profile]:
        """The profiles of the card's reference: exactly its days, all versions.

        Outcomes come day by day where days are what intervals resample.
        """
        chosen = self.card.data.reference
        by_day = self.layout.base == "day" and not self.layout.cluster_groups
        if chosen is not None and self.layout.has_reference and by_day and "features" not in parts:
            return self.read(parts, (chosen.start, chosen.end), None, segment)
        return self._stored(REFERENCE, parts, None, None, segment)

    def _starts(self, span: tuple[date, date] | None) -> tuple[datetime, datetime] | None:
        if span is None:
            return None
        first = floor(datetime.combine(span[0], time()), self.layout.base)
        return first, datetime.combine(span[1], time()) + timedelta(days=1, microseconds=-1)

    def _stored(
        self,
        scope: str,
        parts: Sequence[str],
        span: tuple[datetime, datetime] | None,
        version: str | None,
        segment: tuple[str, str | None] | None,
    ) -> list[Profile]:
        found = list_profiles(
            self.store,
            self.layout.layout_id,
            scope=scope,
            columns=parts,
            span=span,
            version=version,
            segment=segment,
            as_of=self.as_of,
        )
        return [unpacked(row, parts) for row in found]


def unpacked(row: Mapping[str, Any], parts: Sequence[str]) -> Profile:
    """A profile as stored, with some of its blocks."""
    return Profile(
        str(row["version"]),
        row["period_start"],
        None if row["segment_value"] is None else str(row["segment_value"]),
        int(row["predictions"]),
        int(row["labelled"]),
        bytes(row["features"]) if "features" in parts else b"",
        unpack(row["outcomes"]) if "outcomes" in parts else {},
    )


class RebuiltProfiles(Profiles):
    """Profiles of an instant before this ledger began to watch the model, counted from the log.

    A prediction was known when it was made, a label when its source says so.
    """

    def __init__(self, store: Store, card: ModelCard, layout: Layout, as_of: datetime) -> None:
        """Count all periods until `as_of` once."""
        super().__init__(store, card, layout, as_of)
        self._found: dict[str, list[tuple[str | None, Profile]]] = {PERIOD: [], REFERENCE: [], SHADOW: []}
        moment = stored(as_of)
        log = read_log(store, card, as_of=as_of)
        made = [stored(file.first_at) for file in log.predictions if file.first_at is not None]
        if not made or min(made) > moment:
            return
        engine = Engine(store.home / "log")
        try:
            part_cases(engine, log, card, moment)
            local = starts(to_local(min(made), layout.zone), to_local(moment, layout.zone), layout.base)
            for scope, _ in SCOPES:
                self._count(engine, log, scope, [*local, following(local[-1], layout.base)], moment)
            span = reference_span(card)
            if span is not None and layout.has_reference:
                self._count(engine, log, REFERENCE, [to_local(moment_, layout.zone) for moment_ in span], moment)
        finally:
            engine.close()

    def _count(self, engine: Engine, log: Log, scope: str, local: list[datetime], moment: datetime) -> None:
        utc = [to_utc(start, self.layout.zone) for start in local]
        for version in log.versions():
            sources = replace(log.sources(moment, (utc[0], utc[-1]), version, scope == SHADOW), made_until=moment)
            for (period, column, value), summary in summarise(engine, self.layout, sources, utc).items():
                self._found[scope].append((column, _profile(summary, version, local[period], value)))

    def _stored(
        self,
        scope: str,
        parts: Sequence[str],
        span: tuple[datetime, datetime] | None,
        version: str | None,
        segment: tuple[str, str | None] | None,
    ) -> list[Profile]:
        return asked_for(self._found[scope], span, version, segment)


def asked_for(
    found: Iterable[tuple[object, Profile]],
    span: tuple[datetime, datetime] | None,
    version: str | None,
    segment: tuple[str, str | None] | None,
) -> list[Profile]:
    """Of profiles, each behind the column of its segment (None: all rows), those of a span, version and segment."""
    column, value = segment or (None, None)
    return [
        profile
        for kept, profile in found
        if kept == column
        and (value is None or profile.segment_value == value)
        and (version is None or profile.version == version)
        and (span is None or span[0] <= profile.start <= span[1])
    ]


def _profile(summary: Summary, version: str, start: datetime, value: str | None) -> Profile:
    new = np.frombuffer(json.dumps(summary.new_categories).encode(), dtype=np.uint8)
    return Profile(
        version,
        start,
        value,
        summary.predictions,
        summary.labelled,
        {**summary.features, "new": new},
        summary.outcomes,
    )


def open_profiles(store: Store, card: ModelCard, as_of: datetime | None = None) -> Profiles | None:
    """The profiles of a model as known at `as_of`; None when nothing has been monitored."""
    found = find_layout(store, card.id, as_of)
    if found is not None and last_run(store, card.id, as_of) is not None:
        return Profiles(store, card, layout_from_text(found[0], card.id, found[2]), as_of)
    newest = find_layout(store, card.id)
    if as_of is None or newest is None:
        return None
    return RebuiltProfiles(store, card, layout_from_text(newest[0], card.id, newest[2]), as_of)


def windows(profiles: Iterable[Profile], layout: Layout, by: Grain) -> list[Window]:
    """One window for each period of `by`, in order."""
    groups: dict[datetime, list[Profile]] = {}
    for profile in profiles:
        groups.setdefault(floor(profile.start, by), []).append(profile)
    return [merged(groups[start], layout, label(start, by), start) for start in sorted(groups)]


def merged(profiles: Sequence[Profile], layout: Layout, name: str = "", start: datetime | None = None) -> Window:
    """The sum of profiles."""
    counts = np.zeros(layout.slots, dtype=np.int64)
    sums = np.zeros((len(layout.columns), SUMS))
    new: dict[str, dict[str, int]] = {}
    outcomes: Arrays = {}
    for profile in profiles:
        if features := profile.features():
            counts += features["counts"]
            # Profiles of layouts made earlier keep fewer sums.
            sums = sums[:, : features["sums"].shape[1]]
            sums += features["sums"]
            _add_new(new, features["new"].tobytes())
        for key, array in profile.outcomes.items():
            if key not in NOT_SUMS:
                if key in outcomes:
                    outcomes[key] += array
                else:
                    outcomes[key] = wide(array)
    blocks = [profile.block for profile in profiles]
    points = points_in(blocks, layout)
    everything = together(list(points.values())) if points else None
    whole = {key: array for key, array in outcomes.items() if not key.startswith(UNIT)}
    units, unit_points = units_in(blocks, outcomes, layout, points)
    return Window(
        name,
        start,
        sum(profile.predictions for profile in profiles),
        sum(profile.labelled for profile in profiles),
        counts,
        sums,
        new,
        {"scores": everything.counts, **whole} if everything else whole,
        units,
        everything,
        unit_points,
        tuple(sorted({profile.start for profile in profiles if profile.predictions})),
    )


def _add_new(new: dict[str, dict[str, int]], text: bytes) -> None:
    if text == b"{}":
        return
    add_new(new, json.loads(text))
