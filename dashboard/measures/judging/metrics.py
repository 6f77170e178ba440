"""Figures of one window held against targets, limits and the reference, all of them together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.basis import Cause, lacking, reference_lacking
from dashboard.measures.judging.comparison import Test, beyond, certain, difference_ends, is_worse, worse_than
from dashboard.measures.judging.sentences import AGAINST_REFERENCE, AROUND_ZERO, ONE_SIDED, said_of
from dashboard.measures.judging.verdict import SEVERITY, Status, Verdict
from dashboard.measures.registry import Measure, measures_of
from dashboard.schema.card.business import KeyMetric
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence

# Deviations of `bias` are judged relative to this measure of the reference.
SCALES = {"binary_classification": "base_rate", "regression": "mean_actual"}
# A change is read in tenths of a percent.
CHANGE_DIGITS = 3


@dataclass(frozen=True)
class JudgedFigure:
    """One metric of one window with its verdict.

    `moved` is by how much it is worse than what it is held against, relative to that; `strong` tells that an alarm
    needs no second one; `cause` why there is no verdict.
    """

    metric: str
    figure: Figure
    verdict: Verdict
    moved: float = 0.0
    strong: bool = False
    cause: Cause | None = None


@dataclass(frozen=True)
class Case:
    """A figure and what it is held against: the card's target and limit, else the reference's figure.

    `scale` is the reference's mean actual: deviations of `bias` are taken relative to it.
    """

    measure: Measure
    figure: Figure
    target: KeyMetric | None = None
    reference: Figure | None = None
    scale: float = math.nan

    @property
    def aim(self) -> KeyMetric | None:
        """Target and limit, where the card sets one of them."""
        target = self.target
        return target if target is not None and (target.target, target.limit) != (None, None) else None


def names_that_count(card: ModelCard) -> set[str]:
    """The metrics by which a model is judged: its key metrics; without any, the usual ones that can get worse."""
    keys = {entry.metric for entry in card.business.key_metrics}
    return keys or {name for name, entry in measures_of(card.task).items() if entry.usual and entry.better != "none"}


def judged(
    figures: Mapping[str, Figure], card: ModelCard, reference: Mapping[str, Figure], thresholds: Thresholds
) -> Iterator[JudgedFigure]:
    """Every figure held against the card's targets or the reference; those that count together, the others together."""
    targets = {entry.metric: entry for entry in card.business.key_metrics}
    measures, counting = measures_of(card.task), names_that_count(card)
    scale = reference[SCALES[card.task]].value if SCALES.get(card.task) in reference else math.nan
    found: dict[str, JudgedFigure] = {}
    for names in ([name for name in figures if name in counting], [name for name in figures if name not in counting]):
        cases = [Case(measures[name], figures[name], targets.get(name), reference.get(name), scale) for name in names]
        found |= {entry.metric: entry for entry in judge_together(cases, thresholds)}
    yield from (found[name] for name in figures)


def unjudged(figures: Mapping[str, Figure], verdict: Verdict) -> Iterator[JudgedFigure]:
    """Figures of a window whose labels cannot speak for it."""
    return (JudgedFigure(name, figure, verdict, cause="few") for name, figure in figures.items())


def leading(entries: Sequence[JudgedFigure], card: ModelCard) -> JudgedFigure:
    """The verdict that counts for a window: the worst, and of those the metric that moved most.

    Key metrics all count. Where the card names none, a metric that cannot be judged by its nature (no interval, not
    defined) is left out as long as another one can.
    """
    counted = list(entries)
    if not card.business.key_metrics:
        able = [entry for entry in entries if entry.cause in (None, "few")]
        counted = able if any(entry.cause is None for entry in able) else counted
    return max(counted, key=lambda entry: (SEVERITY[entry.verdict.status], entry.strong, entry.moved))


def judge_metric(case: Case, thresholds: Thresholds) -> Verdict:
    """Hold one figure by itself against the card's target and limit or, without them, against the reference."""
    return judge_together([case], thresholds)[0].verdict


def judge_together(cases: Sequence[Case], thresholds: Thresholds) -> list[JudgedFigure]:
    """Hold figures against what each is held against; what is no chance is decided for all of them together (Holm)."""
    lacks = {place: found for place, case in enumerate(cases) if (found := _lacking(case, thresholds)) is not None}
    sure = _Sure(cases, [place for place in range(len(cases)) if place not in lacks], thresholds)
    entries = []
    for place, case in enumerate(cases):
        if place in lacks:
            cause, reason = lacks[place]
            entries.append(JudgedFigure(case.measure.name, case.figure, Verdict("unknown", reason), cause=cause))
        elif case.aim is not None:
            entries.append(_against_target(case, case.aim, place, sure, thresholds))
        else:
            entries.append(_against_reference(case, place, sure, thresholds))
    return entries


def _lacking(case: Case, thresholds: Thresholds) -> tuple[Cause, Sentence] | None:
    found = lacking(case.measure, case.figure, thresholds)
    if found is None and case.aim is None:
        return reference_lacking(case.measure, case.reference, thresholds)
    return found


class _Sure:
    """What holds beyond chance, of all cases that can be judged: by kind of test, place and confidence."""

    def __init__(self, cases: Sequence[Case], places: Sequence[int], thresholds: Thresholds) -> None:
        self._tests: dict[str, dict[int, Test]] = {"limit": {}, "target": {}, "worse": {}, "better": {}}
        self._confidence = thresholds.performance.confidence
        self._known: dict[tuple[str, float], dict[int, bool]] = {}
        for place in places:
            case = cases[place]
            if case.aim is None:
                assert case.reference is not None
                self._tests["worse"][place] = worse_than(case.measure, case.figure, case.reference)
                if case.measure.better in ("higher", "lower"):
                    self._tests["better"][place] = worse_than(case.measure, case.reference, case.figure)
                continue
            for kind, bound in (("limit", case.aim.limit), ("target", case.aim.target)):
                if bound is not None:
                    self._tests[kind][place] = beyond(case.measure, case.figure, bound, case.aim)

    def holds(self, kind: str, place: int, level: str = "warn") -> bool:
        """Whether a test holds at the confidence of a level."""
        tests = self._tests[kind]
        of_bounds = kind in ("limit", "target") and level == "warn"
        confidence = LEVEL if of_bounds else float(getattr(self._confidence, level))
        if (kind, confidence) not in self._known:
            found = certain(list(tests.values()), confidence)
            self._known[kind, confidence] = dict(zip(tests, found, strict=True))
        return self._known[kind, confidence].get(place, False)


def _against_target(case: Case, aim: KeyMetric, place: int, sure: _Sure, thresholds: Thresholds) -> JudgedFigure:
    measure, figure = case.measure, case.figure
    around = measure.better == "zero"
    aims = {"target": aim.target, "limit": aim.limit}
    if around:
        aims = {name: None if one is None else abs(one) for name, one in aims.items()}
    status, said = _held_against(case, aim, sure.holds("limit", place), sure.holds("target", place))
    bound = aim.limit if aim.limit is not None else aim.target
    if status == "ok" and bound is not None and _is_blunt(figure, bound, thresholds, around=around):
        status, said = "unknown", "blunt"
    values = {"metric": measure.name, **said_of(figure), **aims, "bound": bound}
    moved = abs(abs(figure.value) - abs(bound)) / (abs(bound) or 1.0) if bound is not None else 0.0
    sentence = Sentence((AROUND_ZERO if around else ONE_SIDED)[said], values)
    strong = status == "alert" and sure.holds("limit", place, "strong")
    return JudgedFigure(
        measure.name, figure, Verdict(status, sentence), moved if status in ("warn", "alert") else 0.0, strong
    )


def _is_blunt(figure: Figure, bound: float, thresholds: Thresholds, *, around: bool) -> bool:
    """Whether the interval is so wide beside a bound, or the room between two, that keeping it says nothing."""
    room = 2 * abs(bound) if around else abs(bound)
    return (figure.high - figure.low) / 2 > thresholds.performance.detectable * room > 0


def _held_against(case: Case, aim: KeyMetric, limit_broken: bool, target_missed: bool) -> tuple[Status, str]:
    """Status and sentence: a bound is missed where the whole interval lies beyond it, else that may be chance."""

    def worse(bound: float | None) -> bool:
        return bound is not None and is_worse(case.measure, case.figure.value, bound, aim)

    if limit_broken:
        return "alert", "limit missed"
    if target_missed:
        if worse(aim.limit):
            return "warn", "limit in doubt"
        return "warn", "target missed" if aim.limit is None else "limit kept"
    if worse(aim.limit):
        # Neither kept nor broken: the figure itself lies on the wrong side.
        return "unknown", "limit chance"
    if worse(aim.target):
        return "ok", "target chance"
    return "ok", "no target" if aim.target is None else "target met"


def _against_reference(case: Case, place: int, sure: _Sure, thresholds: Thresholds) -> JudgedFigure:
    measure, figure, reference = case.measure, case.figure, case.reference
    assert reference is not None
    low, high = difference_ends(figure, reference, thresholds.performance.confidence.warn)
    levels = thresholds.performance.change_from_reference
    change = round(worsening(measure, figure.value, reference.value, case.scale), CHANGE_DIGITS)
    values = {
        "metric": measure.name,
        **said_of(figure),
        "reference": reference.value,
        "reference_labelled": reference.labelled,
        "detectable": (high - low) / 2,
        "level": round(100 * levels.warn),
    }
    status, said = "ok", "as before"
    describes = measure.better == "none"
    if sure.holds("worse", place) and change > 0:
        # A figure that only describes (a rate, a mean) may move for good reasons; it warns at most.
        alarm = change >= levels.alert and not describes and sure.holds("worse", place, "alert")
        status = "alert" if alarm else "warn" if change >= levels.warn else "ok"
        said = "different" if describes else "worse"
        said = f"little {said}" if status == "ok" else said
        said = "little worse skill" if said == "little worse" and measure.no_skill else said
    elif _size(measure, reference.value, case.scale) * thresholds.performance.detectable < (high - low) / 2:
        verdict = Verdict("unknown", Sentence(AGAINST_REFERENCE["unseen"], values))
        return JudgedFigure(measure.name, figure, verdict, cause="interval")
    elif sure.holds("better", place):
        said = "better"
    elif change >= levels.warn:
        said = "chance"
    verdict = Verdict(status, Sentence(AGAINST_REFERENCE[said], values))  # type: ignore[arg-type]
    strong = status == "alert" and sure.holds("worse", place, "strong")
    return JudgedFigure(measure.name, figure, verdict, max(0.0, change), strong)


def _size(measure: Measure, reference: float, scale: float) -> float:
    """How large a figure of the reference is; of one that is best at zero, the mean actual."""
    if measure.better == "zero" and math.isfinite(scale) and scale:
        return abs(scale)
    return abs(reference)


def worsening(measure: Measure, value: float, reference: float, scale: float) -> float:
    """Relative worsening: 0.1 = ten percent worse than the reference.

    Where guessing has a value of its own (0.5 for the ROC AUC) it is a part of what the reference is better than that.
    """
    base = _size(measure, reference, scale)
    if measure.no_skill and reference > measure.no_skill:
        base = reference - measure.no_skill
    if not base:
        return 0.0
    if measure.better == "zero":
        return (abs(value) - abs(reference)) / base
    change = (value - reference) / base
    return {"higher": -change, "lower": change, "none": abs(change)}[measure.better]


def worst_of(entries: Iterable[JudgedFigure], status: Status) -> list[JudgedFigure]:
    """The entries of one status, the metric that moved most first."""
    return sorted((entry for entry in entries if entry.verdict.status == status), key=lambda entry: -entry.moved)
