"""Whether other cases alone explain figures that are worse: what the reference lets expect of the same scores.

Before labels are known, performance is estimated from scores alone, by how outcomes followed scores in the reference.
Where outcomes are known and as bad as that estimate, the relation between scores and outcomes is that of the reference:
there are only harder cases, and a training finds nothing new to learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

from dashboard.governance.retraining.facts import ComparedPeriod, Facts
from dashboard.measures.estimate import Estimator
from dashboard.measures.estimate_basis import estimate_bases
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.judging.metrics import worsening
from dashboard.measures.performance import figures_of
from dashboard.measures.registry import measures_of
from dashboard.profiles.periods import floor
from dashboard.profiles.windows import Profile, merged
from dashboard.words import Sentence, mark

# Other cases explain a decline if they let expect at least so much of it.
MOST_OF_IT = 0.5
HARDER = mark(
    "The cases are harder, not the model worse: from the scores alone {metric} of {expected} is expected (95% interval "
    "{low} to {high}), and it is {value}; in the reference it was {then}."
)


def explained_by_cases(facts: Facts, run: Sequence[ComparedPeriod]) -> Sentence | None:
    """Say that the leading figure of a decline is what other cases let expect; None where it is worse than that."""
    then = facts.reference_figures.get(run[-1].lead) if run else None
    found = _expected(facts, run) if then is not None else None
    if then is None or found is None:
        return None
    name = run[-1].lead
    window = facts.together([one.window for one in run])
    observed = figures_of(window, facts.profiles.layout, names={name})[name]
    gone, foreseen = observed.value - then.value, found.value - then.value
    # What is left beside the expectation counts like a change from the reference.
    left = worsening(measures_of(facts.card.task)[name], observed.value, found.value, facts.scale)
    limits = facts.thresholds.performance
    wider = _point(limits.confidence.warn) / _point(LEVEL)
    low, high = (found.value + wider * (end - found.value) for end in (found.low, found.high))
    within = low <= observed.value <= high or left < limits.change_from_reference.warn
    if not within or foreseen * gone <= 0 or abs(foreseen) < MOST_OF_IT * abs(gone):
        return None
    values = {"metric": name, "expected": found.value, "low": found.low, "high": found.high}
    return Sentence(HARDER, {**values, "value": observed.value, "then": then.value})


def _point(confidence: float) -> float:
    """The two-sided point of the normal distribution."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _expected(facts: Facts, run: Sequence[ComparedPeriod]) -> Figure | None:
    """The leading figure of the last period as the scores of all let expect it, by the outcomes of the reference.

    None where it cannot be estimated, or where a version has no outcomes in the reference.
    """
    if facts.card.task == "multiclass_classification":
        return None
    bases = estimate_bases(facts.profiles, facts.thresholds.estimate.min_rows)
    references = {version: basis.window for version, basis in bases.items() if basis.until is None}
    starts, by_version = {one.window.start for one in run}, dict[str, list[Profile]]()
    for profile in facts.profiles.read(("features", "outcomes") if facts.card.task == "regression" else ("outcomes",)):
        if floor(profile.start, facts.grain) in starts:
            by_version.setdefault(profile.version, []).append(profile)
    estimator, name = Estimator(references, facts.profiles.layout), run[-1].lead
    if name not in estimator.names or not set(by_version) <= set(references):
        return None
    parts = {version: merged(own, facts.profiles.layout) for version, own in by_version.items()}
    return estimator.estimate(parts, [name]).figures.get(name)
