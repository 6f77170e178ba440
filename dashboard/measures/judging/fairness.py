"""Whether a model treats groups alike: each group's figures compared with those of everybody else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard.measures.fairness.groups import DESCRIBING, GroupFigures, group_figures
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.areas import NO_LOG, judging_grain
from dashboard.measures.judging.comparison import Test, certain, difference_ends
from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.profiles.periods import label
from dashboard.profiles.windows import Profile, Profiles, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import FairnessThresholds, Thresholds
from dashboard.words import Sentence, mark

NO_COLUMN = Sentence(
    mark("The card names no protected columns, so nobody knows how groups are treated; name them under data.protected.")
)
ONE_GROUP = Sentence(mark("The protected columns hold one group only, so there is nobody to compare with."))
DESCRIBES = Sentence(mark("This figure describes the group; it is not judged."))
# Compared with their limit relative to everybody else's.
RELATIVE = frozenset({"mae_relative"})
# Figures in the unit of what is predicted grow with it: they are judged as the relative ones.
BY_ANOTHER = {"bias": "bias_relative", "mae": "mae_relative"}
GAPS = {
    "alert": mark(
        "{metric} of {feature} {group} is {value}, of all others {others}: a gap of {gap} (95% interval {low} to "
        "{high}) beyond the limit of {limit}, from {labelled} known outcomes."
    ),
    "many": mark(
        "{metric} of {feature} {group} is {value}, of all others {others}: a gap of {gap} beyond the limit of {limit}; "
        "among so many comparisons that may be chance."
    ),
    "chance": mark(
        "{metric} of {feature} {group} is {value}, of all others {others}; the gap of {gap} (95% interval {low} to "
        "{high}) may be chance."
    ),
    "blunt": mark(
        "{metric} of {feature} {group} is {value}, of all others {others}; from {labelled} known outcomes a gap beyond "
        "the limit of {limit} could not be seen."
    ),
    "ok": mark(
        "{metric} of {feature} {group} is {value}, of all others {others}: within the limit of {limit}."
    ),
}  # fmt: skip


@dataclass(frozen=True)
class JudgedGap:
    """A figure of a group compared with everybody else's; `gap` is the difference, with its 95 % interval."""

    groups: GroupFigures
    metric: str
    gap: float
    low: float
    high: float
    limit: float | None
    verdict: Verdict

    @property
    def figure(self) -> Figure:
        """The figure of the group."""
        return self.groups.own[self.metric]

    @property
    def excess(self) -> float:
        """How many times its limit the gap is; 0 where it is not known or not judged."""
        return abs(self.gap) / self.limit if self.limit and math.isfinite(self.gap) else 0.0


def fairness_status(profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> Verdict:
    """The verdict on the latest periods with known outcomes, all protected columns and figures together."""
    if not card.data.protected:
        return Verdict("unknown", NO_COLUMN)
    latest = latest_periods(profiles, card, thresholds)
    if not latest:
        return Verdict("unknown", NO_LOG)
    found = judge_gaps(profiles_of_groups(profiles, card, latest), profiles, thresholds.fairness)
    return summed_up(found)


def latest_periods(profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> tuple[str, ...]:
    """The labels of the latest judged periods with a known outcome, as many as `fairness.periods` at most."""
    known = windows(profiles.read(("outcomes",)), profiles.layout, judging_grain(card))
    return tuple(window.label for window in known if window.labelled)[-thresholds.fairness.periods :]


def profiles_of_groups(profiles: Profiles, card: ModelCard, periods: Sequence[str]) -> dict[str, list[Profile]]:
    """The profiles of each protected column, and of pairs of them, in some periods."""
    grain, wanted = judging_grain(card), set(periods)
    return {
        column: [
            one for one in profiles.read(("outcomes",), None, None, (column, None)) if label(one.start, grain) in wanted
        ]
        for column in card.data.compared
    }


def judge_gaps(
    by_column: Mapping[str, Sequence[Profile]], profiles: Profiles, limits: FairnessThresholds
) -> list[JudgedGap]:
    """Every figure of every group; what is no chance is decided for all of them together (Holm)."""
    pairs = [
        (groups, metric)
        for column, found in by_column.items()
        for groups in group_figures(found, column, profiles.layout, limits.minimum)
        for metric in groups.own
    ]
    tests = {
        place: _differs(groups.own[metric], groups.others[metric])
        for place, (groups, metric) in enumerate(pairs)
        if metric not in DESCRIBING and metric not in BY_ANOTHER and _lacking(groups, metric, limits) is None
    }
    together = dict(zip(tests, certain(list(tests.values()), LEVEL), strict=True))
    found = {
        (groups.column, groups.group, metric): _judged(
            groups, metric, limits, (place in tests and tests[place](LEVEL), together.get(place, False))
        )
        for place, (groups, metric) in enumerate(pairs)
    }
    return [
        replace(one, verdict=found[column, group, BY_ANOTHER[metric]].verdict) if metric in BY_ANOTHER else one
        for (column, group, metric), one in found.items()
    ]


def _differs(own: Figure, others: Figure) -> Test:
    def test(confidence: float) -> bool:
        low, high = difference_ends(own, others, confidence)
        return low > 0 or high < 0

    return test


def _lacking(groups: GroupFigures, metric: str, limits: FairnessThresholds) -> Sentence | None:
    """Why a figure of a group cannot be judged; None where it can."""
    few, values = limits.minimum, {"metric": metric, "feature": groups.column, "group": groups.group}
    counts = (groups.predictions, groups.other_predictions) if metric == "selection_rate" else (
        groups.labelled, groups.other_labelled
    )  # fmt: skip
    if min(counts) < few:
        message = mark("Too few cases to say for {feature} {group}: {labelled} of at least {fewest}.")
        return Sentence(message, {**values, "labelled": min(counts), "fewest": few})
    if not (math.isfinite(groups.own[metric].value) and math.isfinite(groups.others[metric].value)):
        return Sentence(mark("{metric} is not defined for {feature} {group}."), values)
    basis = min((groups.own[metric].basis, groups.others[metric].basis), key=lambda one: one.counted)
    if basis.kind and basis.counted < limits.fewest_counted:
        message = mark("Too few cases to judge {metric} of {feature} {group}: {counted} of at least {fewest} {kind}.")
        counted = {"counted": basis.counted, "fewest": limits.fewest_counted, "kind": basis.kind}
        return Sentence(message, {**values, **counted})
    low, high = difference_ends(groups.own[metric], groups.others[metric], LEVEL)
    if not (math.isfinite(low) and math.isfinite(high)):
        message = mark("How uncertain {metric} of {feature} {group} is is not known, so it is not judged.")
        return Sentence(message, values)
    return None


def _judged(groups: GroupFigures, metric: str, limits: FairnessThresholds, sure: tuple[bool, bool]) -> JudgedGap:
    own, others = groups.own[metric], groups.others[metric]
    gap = own.value - others.value
    low, high = difference_ends(own, others, LEVEL)
    limit = limit_of(limits, metric, others)
    lacks = (
        DESCRIBES if metric in DESCRIBING or metric in BY_ANOTHER or limit is None else _lacking(groups, metric, limits)
    )
    if lacks is not None or limit is None:
        return JudgedGap(groups, metric, gap, low, high, None, Verdict("unknown", lacks or DESCRIBES))
    beyond, alone, together = abs(gap) > limit, *sure
    status, said = _said(beyond, alone, together, (high - low) / 2 > limit)
    values = {
        "metric": metric, "feature": groups.column, "group": groups.group, "value": own.value, "others": others.value,
        "gap": gap, "low": low, "high": high, "limit": limit, "labelled": groups.labelled,
    }  # fmt: skip
    return JudgedGap(groups, metric, gap, low, high, limit, Verdict(status, Sentence(GAPS[said], values)))


def limit_of(limits: FairnessThresholds, metric: str, others: Figure) -> float | None:
    """How far a figure of a group may lie from everybody else's, in its unit; None for one that is not judged."""
    limit = limits.limit(metric)
    return limit * abs(others.value) if limit is not None and metric in RELATIVE else limit


def _said(beyond: bool, alone: bool, together: bool, blunt: bool) -> tuple[Status, str]:
    """Status and sentence of a gap: beyond the limit, no chance by itself, no chance among all, too coarse to see."""
    if beyond and together:
        return "alert", "alert"
    if beyond:
        return "unknown", "many" if alone else "chance"
    return ("unknown", "blunt") if blunt else ("ok", "ok")


def summed_up(found: Sequence[JudgedGap]) -> Verdict:
    """The worst of the judged gaps, the widest beside its limit first; ok as soon as most could have failed."""
    judged = [one for one in found if one.limit is not None]
    if not judged:
        reasons = [one.verdict.reason for one in found if one.verdict.reason is not DESCRIBES]
        return Verdict("unknown", reasons[0] if reasons else ONE_GROUP)
    pressing = [one for one in judged if one.verdict.status == "alert"]
    if pressing:
        return max(pressing, key=lambda one: one.excess).verdict
    sure = [one for one in judged if one.verdict.status == "ok"]
    values = {"sure": len(sure), "judged": len(judged)}
    if 2 * len(sure) < len(judged):
        message = mark(
            "Whether groups are treated alike is not known: {sure} of {judged} comparisons are certain enough."
        )
        return Verdict("unknown", Sentence(message, values))
    message = mark(
        "No group differs from all others by more than the limits; {sure} of {judged} comparisons are certain enough."
    )
    return Verdict("ok", Sentence(message, values))
