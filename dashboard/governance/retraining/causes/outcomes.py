"""What outcomes tell of a decline: a target that grows, other outcomes at the same ranking, or another relation."""

from __future__ import annotations

import math

import numpy as np

from dashboard.governance.retraining.causes.registry import DECLINED, Asked, cause_rule
from dashboard.governance.retraining.facts import LATEST, in_words
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.outcomes import Outcomes, outcomes_of
from dashboard.measures.performance import figures_of
from dashboard.profiles.windows import Window
from dashboard.words import Sentence, mark

# What errors at the same predicted level have in common explains a decline by this share of the larger squared error.
MOSTLY = 0.5
# Errors that grow with the level are this many times larger in the upper half of predictions than in the lower half.
WITH_LEVEL = 1.5
RANKING = "roc_auc"
BIAS = mark(
    "Predictions lie off by {now} in the mean (reference {then}); what happened is {actual} in the mean (reference "
    "{actual_then}). What errors at the same level have in common explains a share of {share} of the larger squared "
    "error."
)
GROWS = mark("The error grows with the level: {low} where predictions are low, {high} where they are high.")
UNEVEN = mark("The error differs by level: {low} where predictions are low, {high} where they are high.")
EVEN = mark("The error is about the same at all levels: {low} where predictions are low, {high} where they are high.")
BASE_RATE = mark(
    "The share of cases in which it happens is {now} (reference {then}); predictions lie off by {bias} in the mean "
    "(reference {bias_then})."
)
RANKS = mark("Cases are still ranked as well as in the reference: {metric} is {now} (reference {then}).")
RANKS_WORSE = mark("Cases are ranked worse than in the reference: {metric} is {now} (reference {then}).")
STABLE = mark(
    "The features did not move with it: of {judged} that could be judged, {still} look like the reference; those that "
    "moved hold a share of {share} of the importance."
)
MOVED = mark("{n} features that the model relies on have moved, most of all {feature} ({method} {value}).")
NO_FEATURES = mark("Whether features have moved is not known.")


@cause_rule("growth", DECLINED)
def growth(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """A number whose level changes: predictions lie off to one side, and by more the higher they are."""
    if asked.facts.card.task != "regression":
        return False, ()
    found = _regression(asked)
    if found is None:
        return False, ()
    share, low, high, evidence = found
    return share >= MOSTLY and _with_level(low, high), evidence


@cause_rule("label_shift", DECLINED)
def label_shift(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """Other outcomes at the same ranking: what happens is more or less frequent, or higher or lower, for all cases."""
    if asked.facts.card.task == "regression":
        found = _regression(asked)
        if found is None:
            return False, ()
        share, low, high, evidence = found
        return share >= MOSTLY and _is_even(low, high), evidence
    if asked.facts.card.task != "binary_classification":
        return False, ()
    return _of_rates(asked)


@cause_rule("real_change", DECLINED)
def real_change(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """What is left: performance fell, so that what the model learned is no longer how things are."""
    evidence, movement = [in_words(asked.decline.beside.reason)], asked.movement
    if movement is None or not movement.judged:
        evidence.append(Sentence(NO_FEATURES))
    elif movement.moved:
        first = movement.moved[0]
        values = {"n": len(movement.moved), "feature": first.column, "value": first.value}
        evidence.append(Sentence(MOVED, {**values, "method": asked.facts.thresholds.drift.method}))
    else:
        still = [one for one in movement.judged if not one.moved]
        share = movement.share if math.isfinite(movement.share) else 0.0
        evidence.append(Sentence(STABLE, {"still": len(still), "judged": len(movement.judged), "share": share}))
    return True, tuple(evidence)


def _latest(asked: Asked) -> Window:
    """The latest periods of the decline together."""
    return asked.facts.together([one.window for one in asked.decline.run[-LATEST:]])


def _of_rates(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    facts, reference = asked.facts, asked.facts.reference
    assert reference is not None
    names = ("base_rate", "bias", RANKING)
    layout = facts.profiles.layout
    now, then = figures_of(_latest(asked), layout, names=names), figures_of(reference, layout, names=names)
    shifted, off = (_differs(now[name], then[name]) for name in ("base_rate", "bias"))
    worse = _differs(now[RANKING], then[RANKING]) < 0
    values = {"now": now["base_rate"].value, "then": then["base_rate"].value}
    evidence = (
        Sentence(BASE_RATE, {**values, "bias": now["bias"].value, "bias_then": then["bias"].value}),
        Sentence(
            RANKS_WORSE if worse else RANKS,
            {"metric": RANKING, "now": now[RANKING].value, "then": then[RANKING].value},
        ),
    )
    # More of it happens, and predictions are too low; or the other way round.
    return not worse and shifted * off < 0, evidence


def _differs(now: Figure, then: Figure) -> int:
    """Plus or minus one where a figure lies above or below another by more than chance; else nought."""
    low, high = difference_ends(now, then, LEVEL)
    return 1 if low > 0 else -1 if high < 0 else 0


def _regression(asked: Asked) -> tuple[float, float, float, tuple[Sentence, ...]] | None:
    """How much of the larger squared error is systematic, the errors at low and high predictions, and the evidence."""
    facts, reference = asked.facts, asked.facts.reference
    assert reference is not None
    layout, names = facts.profiles.layout, ("bias", "mse", "mean_actual")
    window = _latest(asked)
    now, then = figures_of(window, layout, names=names), figures_of(reference, layout, names=names)
    bias = now["bias"].value
    grown = now["mse"].value - then["mse"].value
    if not (math.isfinite(bias) and math.isfinite(grown)) or grown <= 0 or not _differs(now["bias"], then["bias"]):
        return None
    outcomes = outcomes_of(window, layout)
    share = min(1.0, _systematic(outcomes) / grown)
    low, high = _by_level(outcomes)
    values = {"now": bias, "then": then["bias"].value, "share": share}
    values |= {"actual": now["mean_actual"].value, "actual_then": then["mean_actual"].value}
    message = GROWS if _with_level(low, high) else EVEN if _is_even(low, high) else UNEVEN
    level = Sentence(message, {"low": low, "high": high})
    return share, low, high, (Sentence(BIAS, values), level)


def _systematic(outcomes: Outcomes) -> float:
    """The mean of the squared mean error of each region of predicted values: what errors there have in common."""
    rows, errors = (outcomes.by_region(name) for name in ("labelled", "error"))
    used = rows > 0
    return float((errors[used] ** 2 / rows[used]).sum() / rows.sum())


def _by_level(outcomes: Outcomes) -> tuple[float, float]:
    """The mean error of the lower and of the upper half of the predictions, by regions of predicted values."""
    rows, errors, scores = (outcomes.by_region(name) for name in ("labelled", "error", "score_labelled"))
    used = rows > 0
    order = np.argsort(scores[used] / rows[used], kind="stable")
    number, error = rows[used][order], errors[used][order]
    lower = np.cumsum(number) - number / 2 < number.sum() / 2
    halves = [float(error[part].sum() / number[part].sum()) if part.any() else math.nan for part in (lower, ~lower)]
    return halves[0], halves[1]


def _with_level(low: float, high: float) -> bool:
    """Whether errors to the same side are larger where predictions are higher."""
    return low * high > 0 and abs(high) >= WITH_LEVEL * abs(low)


def _is_even(low: float, high: float) -> bool:
    """Whether errors to the same side are about as large at all levels."""
    return low * high > 0 and max(abs(low), abs(high)) < WITH_LEVEL * min(abs(low), abs(high))
