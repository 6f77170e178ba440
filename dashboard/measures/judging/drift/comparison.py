"""A window held against a reference, and how far each column of it has moved beyond chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from dashboard.measures.chance import Alikeness, Chance, one_of_many
from dashboard.measures.distribution import Distribution, distribution
from dashboard.measures.drift import METHODS
from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.profiles.calendars import are_alike, covered_days
from dashboard.profiles.layout import ACTUAL, SCORE, Layout
from dashboard.profiles.windows import Profiles, Window, merged
from dashboard.schema.config.thresholds import DriftThresholds
from dashboard.words import Sentence, mark

# Probabilities that any column of unmoved data lies beyond its noise floor, so that a model is on warning or on alert
# by chance. The aims are 5 and 1 percent; the rest is for what the approximations miss.
WARNED_BY_CHANCE, ALERTED_BY_CHANCE = 0.02, 0.004
# Figures are compared as readers see them: with three decimals.
SHOWN_DECIMALS = 3
# What is compared beside the features.
OUTPUTS = (SCORE, ACTUAL)
# Labels are compared once their share is at least this part of the share in the reference.
RIPE = 0.8
# Where more of the rows are in categories that share one bin, they may have moved among each other unseen.
MOST_LUMPED = 0.01

UNDEFINED = mark("This distance is not defined for this feature.")
WITHHELD = mark("Withheld: many values lie beyond the range of the card's reference, where this distance is not known.")


@dataclass(frozen=True)
class Comparison:
    """A window and the reference it is held against.

    `fixed_bins` tells that the reference is the one from which the bins were made; `days` are the first and the last
    day of the reference, where it has some.
    """

    layout: Layout
    current: Window
    reference: Window
    fixed_bins: bool
    days: tuple[date, date] | None = None

    def design_effects(self, column: str) -> tuple[float, float]:
        """How many rows of the reference, and of the window, count as one."""
        dependence = self.layout.trait(column).dependence
        reference, current = (
            dependence.design_effect(side.predictions / max(1, covered_days(side.starts, self.layout.base)))
            for side in (self.reference, self.current)
        )
        return reference, current

    def is_unequal(self, column: str) -> bool:
        """Whether the calendar determines a column, and both windows cover another part of it."""
        cycle = self.layout.trait(column).cycle
        return bool(cycle) and not are_alike(self.reference.starts, self.current.starts, self.layout.base, cycle)

    def sides(self, column: str) -> tuple[Distribution, Distribution]:
        """One column of the reference and of the window."""
        then = distribution(self.reference, self.layout, column, self.fixed_bins)
        return then, distribution(self.current, self.layout, column)


@dataclass(frozen=True)
class Rule:
    """By what a comparison is judged: thresholds, the method, the importance of the features, and how many columns.

    `columns` are all that are compared in a period: the more there are, the further one has to move to stand out.
    """

    thresholds: DriftThresholds
    method: str
    importance: Mapping[str, float]
    columns: int

    def weight(self, column: str) -> float:
        """The importance of a feature, as readers see it; NaN = unknown."""
        return round(self.importance.get(column, math.nan), SHOWN_DECIMALS)


@dataclass(frozen=True)
class ColumnDrift:
    """How far one column has moved, with the rows behind it, what chance makes of that, and the verdict.

    `expected` is the distance under no change, `floor` what chance hardly exceeds. `moved` and `strong` tell that the
    distance reaches the level of warning or of alert and is beyond chance, whatever the column weighs. `unequal` tells
    that the calendar determines the column, and that the windows cover different parts of it: it counts nowhere.
    `blunt` tells that there are too few rows to tell the distance from chance. `season` is the earlier window of the
    same season that explains it. `off_by` is about how much the value may be off, for bins tell less than rows.
    """

    column: str
    value: float
    rows: int
    reference_rows: int
    importance: float
    verdict: Verdict
    expected: float = math.nan
    floor: float = math.nan
    moved: bool = False
    strong: bool = False
    unequal: bool = False
    blunt: bool = False
    season: str = ""
    off_by: float = 0.0


def card_reference(profiles: Profiles, segment: tuple[str, str | None] | None = None) -> Window | None:
    """The card's reference with the periods that it holds; None where there is none."""
    found, chosen = profiles.reference(("features",), segment), profiles.card.data.reference
    if not found or chosen is None:
        return None
    starts = {profile.start for profile in profiles.read((), (chosen.start, chosen.end)) if profile.predictions}
    return replace(merged(found, profiles.layout), starts=tuple(sorted(starts)))


def judge_column(comparison: Comparison, column: str, rule: Rule) -> ColumnDrift:
    """Hold one column against the levels and against chance; score and label weigh like features that matter.

    Both are needed: a distance that chance explains is no drift, and one that is certain but small is none either.
    """
    then, now = comparison.sides(column)
    rows, reference_rows = int(now.rows), int(then.rows)
    method = METHODS.get(rule.method)
    value, off_by = (f(then, now) if rows and reference_rows else math.nan for f in (method.compute, method.off_by))
    is_known = method.is_known(value, off_by)
    weight = 1.0 if column in OUTPUTS else rule.weight(column)
    found = ColumnDrift(column, value, rows, reference_rows, weight, Verdict("unknown", Sentence("")), off_by=off_by)
    if not is_known:
        found = replace(found, value=math.nan)
    fewest = rule.thresholds.min_rows
    if rows < fewest:
        return concluded(found, "unknown", mark("Too few rows to judge: {rows} of at least {fewest}."), fewest=fewest)
    if reference_rows < fewest:
        message = mark("Too few rows in the reference: {reference_rows} of at least {fewest}.")
        return concluded(found, "unknown", message, fewest=fewest)
    if column == ACTUAL and not _labels_are_ripe(comparison):
        return concluded(found, "unknown", mark("Fewer outcomes are known yet than in the reference."))
    if comparison.is_unequal(column):
        message = mark("The calendar determines this feature, and both windows cover different parts of it.")
        return replace(concluded(found, "unknown", message), unequal=True)
    if not math.isfinite(found.value):
        return concluded(found, "unknown", UNDEFINED if is_known else WITHHELD)
    lumped = max(then.lumped(), now.lumped())
    reference_effect, effect = comparison.design_effects(column)
    ratio = (reference_effect / reference_rows + effect / rows) / (1 / reference_rows + 1 / rows)
    alike = Alikeness(ratio, comparison.layout.trait(column).dependence.unevenness)
    return _beside_chance(found, method.chance(then, now, alike), rule, lumped)


def _labels_are_ripe(comparison: Comparison) -> bool:
    """Whether about as many outcomes are known as in the reference; the first ones to come are not like the others."""
    now, then = comparison.current, comparison.reference
    return now.labelled * then.predictions >= RIPE * then.labelled * now.predictions


def concluded(found: ColumnDrift, status: Status, message: str, **more: object) -> ColumnDrift:
    """The same with a verdict whose sentence can name all that is known of the column."""
    names = ("value", "rows", "reference_rows", "importance", "expected", "floor")
    values = {name: getattr(found, name) for name in names}
    return replace(found, verdict=Verdict(status, Sentence(message, {**values, **more})))


def _beside_chance(found: ColumnDrift, chance: Chance, rule: Rule, lumped: float) -> ColumnDrift:
    levels = rule.thresholds.levels(rule.method)
    each, certain = (one_of_many(share, rule.columns) for share in (WARNED_BY_CHANCE, ALERTED_BY_CHANCE))
    floor, seen = chance.upper(each), chance.seen(each)
    strong = _reaches(found.value, levels.alert, chance.upper(certain))
    moved = strong or _reaches(found.value, levels.warn, floor)
    found = replace(found, expected=chance.expected, floor=floor, moved=moved, strong=strong)
    if not moved and round(lumped, 2) > MOST_LUMPED:
        message = mark("Too many categories: a share of {lumped} of the rows is in those that are counted as one.")
        return concluded(found, "unknown", message, lumped=lumped)
    # Chance makes a distance larger, hardly smaller: below the level nothing has moved, however few rows there are.
    if not moved and seen > levels.alert and round(found.value, SHOWN_DECIMALS) >= levels.warn:
        message = mark("Too few rows to tell drift from chance: only drift of {seen} or more would be seen.")
        return replace(concluded(found, "unknown", message, seen=seen), blunt=True)
    status, message = _judged(found, rule.thresholds.alert_importance)
    return concluded(found, status, message)


def _reaches(value: float, level: float, floor: float) -> bool:
    return round(value, SHOWN_DECIMALS) >= level and value > floor * (1 + 1e-9) + 1e-12


def _judged(found: ColumnDrift, needed: float) -> tuple[Status, str]:
    if not found.moved:
        return "ok", mark("Distributed as in the reference.")
    if not found.strong:
        return "warn", mark("Distributed differently from the reference.")
    if not math.isfinite(found.importance):
        return "warn", mark("Strong drift; how much the model uses this feature is unknown.")
    if found.importance < needed:
        return "warn", mark("Strong drift, but the model hardly uses this feature.")
    return "alert", mark("A feature that the model relies on has drifted strongly.")
