"""What earlier changes of the version brought, and the chance that another one helps, by these cases alone.

Each change is seen by the cases of about three judging periods before and after it. It helped where what a case brings,
or without prices the first key metric, is better afterwards by more than chance (the whole 95 % interval of the
difference). The chance is the share of changes that helped, with Wilson's interval; without a change it is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.governance.retraining.facts import LONG_AGO, Facts, facts_of
from dashboard.governance.situation.lifetimes import Live, lives
from dashboard.governance.situation.profiles import DAYS_OF
from dashboard.governance.situation.situation import Situation
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL, wilson
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.outcomes import outcomes_of, units_of
from dashboard.measures.performance import figure_of
from dashboard.measures.registry import Measure, measures_of
from dashboard.profiles.windows import Window, merged

PERIODS = 3
# With fewer changes a share says little.
FEW_CASES = 5
# What is looked at where the card names neither prices nor key metrics.
USUAL = {"binary_classification": "roc_auc", "multiclass_classification": "accuracy", "regression": "mae"}


@dataclass(frozen=True)
class Effect:
    """What a change of the version brought: a measure before and after it, and the difference with its interval.

    `better` is the difference in the direction that is better; `helped` is None where nothing can be said.
    """

    before_version: str
    version: str
    changed_on: date
    measure: str
    before: Figure
    after: Figure
    difference: float
    low: float
    high: float
    helped: bool | None


@dataclass(frozen=True)
class Chance:
    """How many of the earlier changes helped; `share` with its 95 % interval, NaN without any case."""

    helped: int
    cases: int

    @property
    def share(self) -> float:
        """The share of changes that helped."""
        return self.helped / self.cases if self.cases else math.nan

    @property
    def ends(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson(self.share, self.cases) if self.cases else (math.nan, math.nan)

    @property
    def is_known(self) -> bool:
        """Whether there is any case."""
        return self.cases > 0


def chance_of(effects: Sequence[Effect]) -> Chance:
    """The chance that a training helps, by the changes of which something can be said."""
    known = [one.helped for one in effects if one.helped is not None]
    return Chance(sum(known), len(known))


def effects_of(situation: Situation, model_id: str) -> list[Effect]:
    """What each change of the version in production brought, oldest first; nothing without figures."""
    return situation.cached(("effects of versions", model_id), lambda: _effects(facts_of(situation, model_id)))


def _effects(facts: Facts | None) -> list[Effect]:
    if facts is None:
        return []
    changes = _changes(facts)
    found = []
    for place, (before, live) in enumerate(changes):
        day = facts.card.local_day(live.start)
        earlier = facts.card.local_day(changes[place - 1][1].start) if place else LONG_AGO
        later = facts.card.local_day(changes[place + 1][1].start) if place + 1 < len(changes) else None
        found.append(_effect(facts, before, live, (earlier, day, later)))
    return found


def _changes(facts: Facts) -> list[tuple[str, Live]]:
    """The lives that brought another version than the one before, each with that one."""
    found: list[tuple[str, Live]] = []
    running: str | None = None
    day = facts.situation.day(facts.model_id)
    for live in lives(facts.situation, facts.model_id):
        if facts.card.local_day(live.start) > day:
            break
        if running is not None and live.version != running:
            found.append((running, live))
        running = live.version
    return found


def _effect(facts: Facts, before: str, live: Live, days: tuple[date, date, date | None]) -> Effect:
    earlier, day, later = days
    reach = timedelta(days=PERIODS * DAYS_OF[facts.grain])
    until = min(day + reach, later) if later is not None else day + reach
    name, measure = measure_of(facts)
    sides = _side(facts, max(earlier, day - reach), day), _side(facts, day, until)
    figures = [_figure(facts, measure, side) for side in sides]
    difference = figures[1].value - figures[0].value
    low, high = difference_ends(figures[1], figures[0], LEVEL)
    if measure.better == "zero":
        difference, low, high = _nearer(figures[0], figures[1], (low, high))
    elif measure.better == "lower":
        difference, low, high = -difference, -high, -low
    enough = all(figure.labelled >= facts.thresholds.performance.min_labelled for figure in figures)
    helped = low > 0 if enough and math.isfinite(low) else None
    return Effect(before, live.version, day, name, figures[0], figures[1], difference, low, high, helped)


def _nearer(before: Figure, after: Figure, ends: tuple[float, float]) -> tuple[float, float, float]:
    """By how much a figure that is best at zero came nearer to it, where both lie on the side of the earlier one."""
    side = math.copysign(1.0, before.value)
    low, high = sorted((-side * ends[0], -side * ends[1]))
    return -side * (after.value - before.value), low, high


def measure_of(facts: Facts) -> tuple[str, Measure]:
    """By what versions are compared: money per case, else the first key metric, else the usual one."""
    if facts.money is not None:
        return "money", facts.money
    measures = measures_of(facts.card.task)
    keys = [entry.metric for entry in facts.card.business.key_metrics if measures[entry.metric].better != "none"]
    name = keys[0] if keys else USUAL[facts.card.task]
    return name, measures[name]


def _side(facts: Facts, first: date, until: date) -> Window:
    """The cases from a day until before another one."""
    last = until - timedelta(days=1)
    found = [
        one
        for one in facts.profiles.read(("outcomes",), (first, last))
        if first <= one.start.date() <= last
    ]  # fmt: skip
    return merged(found, facts.profiles.layout)


def _figure(facts: Facts, measure: Measure, window: Window) -> Figure:
    if not window.labelled:
        return Figure(math.nan, math.nan, math.nan, 0)
    return figure_of(measure, outcomes_of(window, facts.profiles.layout), units_of(window, facts.profiles.layout))
