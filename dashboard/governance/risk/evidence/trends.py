"""Key metrics in the older and in the newer half of the latest periods, as a whole and between protected groups."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.governance.situation.profiles import ProfilesUntil, thresholds_of
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.comparison import difference_ends, is_worse
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figure_of, reference_figures
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.layout import MISSING, OTHER
from dashboard.profiles.windows import Profile, Window, merged
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.card.card import ModelCard

# The room of a metric without target and limit: this share of the older value.
ROOM_WITHOUT_BOUNDS = 0.1
# No groups of people: what is missing, and what stands for many rare values.
NO_GROUPS = (MISSING, OTHER)


@dataclass(frozen=True)
class Trend:
    """A key metric in the older and in the newer half of the latest periods.

    `declined` means beyond chance; `decline` is how much, in shares of the room between target and limit, and 0 while
    the metric still meets its target.
    """

    metric: str
    older: float
    newer: float
    decline: float
    declined: bool


@dataclass(frozen=True)
class GapTrend:
    """How far a key metric lies apart between the groups of a protected column, in the older and in the newer half.

    `widened` means beyond chance; `widening` is by how much, in shares of the metric's room, and 0 where it is not.
    `groups` are the two that lie furthest apart in the newer half.
    """

    column: str
    metric: str
    older: float
    newer: float
    widening: float
    widened: bool
    groups: tuple[str, str]


@dataclass(frozen=True)
class Halves:
    """The first day of the older and of the newer half of the periods with known outcomes."""

    first: datetime
    middle: datetime

    def split(self, profiles: Sequence[Profile]) -> tuple[list[Profile], list[Profile]]:
        """The profiles of the older and of the newer half."""
        counted = [profile for profile in profiles if profile.start >= self.first]
        older = [profile for profile in counted if profile.start < self.middle]
        return older, [profile for profile in counted if profile.start >= self.middle]


def halves_of(known: Sequence[Window]) -> Halves | None:
    """The halves of the periods with known outcomes, oldest first; None where there are fewer than two."""
    starts = [window.start for window in known if window.start is not None]
    return Halves(starts[0], starts[len(starts) // 2]) if len(starts) > 1 else None


def metric_trends(profiles: ProfilesUntil, card: ModelCard, halves: Halves) -> Iterator[Trend]:
    """Each key metric in both halves."""
    older, newer = (merged(half, profiles.layout) for half in halves.split(profiles.read(("outcomes",))))
    measures, reference = measures_of(card.task), _reference_figures(profiles, card)
    for entry in followed(card):
        measure = measures[entry.metric]
        then, now = _figure(profiles, measure, older), _figure(profiles, measure, newer)
        if math.isfinite(then.value) and math.isfinite(now.value):
            yield _trend(entry, measure, then, now, reference.get(entry.metric))


def followed(card: ModelCard) -> list[KeyMetric]:
    """The key metrics; every metric that can become worse where the card names none."""
    named = card.business.key_metrics
    measures = measures_of(card.task)
    judged = [entry for entry in named if measures[entry.metric].better != "none"]
    return judged if named else [KeyMetric(metric=name) for name, one in measures.items() if one.better != "none"]


def _has_tolerance(entry: KeyMetric) -> bool:
    """Return whether target and limit state how much a metric may decline."""
    return entry.target is not None and entry.limit is not None and entry.target != entry.limit


def _reference_figures(profiles: ProfilesUntil, card: ModelCard) -> Mapping[str, Figure]:
    """The figures in the reference of the metrics whose room they tell."""
    return reference_figures(profiles, {entry.metric for entry in followed(card) if not _has_tolerance(entry)})


def _figure(profiles: ProfilesUntil, measure: Measure, window: Window) -> Figure:
    return figure_of(measure, outcomes_of(window, profiles.layout), units_of(window, profiles.layout))


def _tolerance(entry: KeyMetric, older: float, reference: Figure | None) -> float:
    """Return the tolerance of a metric, from target to limit; where not stated, a tenth of its reference value."""
    if entry.target is not None and entry.limit is not None and _has_tolerance(entry):
        return abs(abs(entry.target) - abs(entry.limit)) or abs(entry.target - entry.limit)
    base = reference.value if reference is not None and math.isfinite(reference.value) else older
    return ROOM_WITHOUT_BOUNDS * abs(base)


def _trend(entry: KeyMetric, measure: Measure, older: Figure, newer: Figure, reference: Figure | None) -> Trend:
    worse = {
        "higher": older.value - newer.value,
        "lower": newer.value - older.value,
        "zero": abs(newer.value) - abs(older.value),
    }[measure.better]
    room = _tolerance(entry, older.value, reference)
    low, high = difference_ends(newer, older, LEVEL)
    beyond = low > 0 or high < 0
    decline = worse / room if room else 0.0
    if entry.target is not None and not is_worse(measure, newer.value, entry.target, entry):
        # What still meets its target has declined at most; a bias within its bounds goes up and down by itself.
        decline, beyond = 0.0, beyond and worse > 0 and measure.better != "zero"
    return Trend(entry.metric, older.value, newer.value, decline, beyond and worse > 0)


def gap_trends(profiles: ProfilesUntil, card: ModelCard, halves: Halves) -> dict[str, list[GapTrend]]:
    """The gap in each key metric between the groups of each protected column; empty where it is unknown.

    Only groups with enough known outcomes in both halves count, so that the same groups are compared.
    """
    if not card.data.protected:
        return {}
    reference = _reference_figures(profiles, card)
    return {
        column: list(_gaps(card, _groups(profiles, card, halves, column), column, reference))
        for column in card.data.protected
    }


def _groups(
    profiles: ProfilesUntil, card: ModelCard, halves: Halves, column: str
) -> dict[str, tuple[dict[str, Figure], dict[str, Figure]]]:
    """The followed metrics of each group with enough known outcomes in both halves: older, newer."""
    by_group: dict[str, list[Profile]] = defaultdict(list)
    for profile in profiles.read(("outcomes",), None, None, (column, None)):
        if profile.segment_value is not None and profile.segment_value not in NO_GROUPS:
            by_group[profile.segment_value].append(profile)
    fewest, found = thresholds_of(card).performance.min_labelled, {}
    for group, own in sorted(by_group.items()):
        sides = [merged(half, profiles.layout) for half in halves.split(own) if half]
        if len(sides) == 2 and all(side.labelled >= fewest for side in sides):
            found[group] = _figures(profiles, card, sides[0]), _figures(profiles, card, sides[1])
    return found


def _figures(profiles: ProfilesUntil, card: ModelCard, window: Window) -> dict[str, Figure]:
    measures = measures_of(card.task)
    return {entry.metric: _figure(profiles, measures[entry.metric], window) for entry in followed(card)}


def _gaps(
    card: ModelCard,
    groups: Mapping[str, tuple[dict[str, Figure], dict[str, Figure]]],
    column: str,
    reference: Mapping[str, Figure],
) -> Iterator[GapTrend]:
    for entry in followed(card):
        pairs = {group: (older[entry.metric], newer[entry.metric]) for group, (older, newer) in groups.items()}
        comparable = {group: pair for group, pair in pairs.items() if all(math.isfinite(one.value) for one in pair)}
        if len(comparable) > 1:
            yield _gap_trend(column, entry, comparable, reference.get(entry.metric))


def _gap_trend(
    column: str, entry: KeyMetric, figures: Mapping[str, tuple[Figure, Figure]], reference: Figure | None
) -> GapTrend:
    then, then_error, _ = _apart({group: older for group, (older, _) in figures.items()})
    now, now_error, groups = _apart({group: newer for group, (_, newer) in figures.items()})
    error = math.hypot(then_error, now_error)
    widened = math.isfinite(error) and now - then > error
    middle = sum(older.value for older, _ in figures.values()) / len(figures)
    room = _tolerance(entry, middle, reference)
    return GapTrend(column, entry.metric, then, now, (now - then) / room if widened and room else 0.0, widened, groups)


def _apart(figures: Mapping[str, Figure]) -> tuple[float, float, tuple[str, str]]:
    """Find the largest gap between figures of groups, half the 95 % interval of that gap, and the two groups."""
    low = min(figures, key=lambda group: figures[group].value)
    high = max(figures, key=lambda group: figures[group].value)
    widths = [figures[group].high - figures[group].low for group in (low, high)]
    return figures[high].value - figures[low].value, math.hypot(*widths) / 2, (low, high)
