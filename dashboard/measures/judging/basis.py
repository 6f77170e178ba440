"""What a verdict rests on: enough cases, on both sides of a comparison, and an interval; without them there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Literal

from dashboard.measures.figure import Figure
from dashboard.measures.registry import Measure
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

# Why there is no verdict: `few` cases, a figure that is `undefined`, no `interval`, or nothing to compare with.
Cause = Literal["few", "undefined", "interval", "alone"]
NO_LABEL = Sentence(mark("No label is known yet."))


def lacking(measure: Measure, figure: Figure, thresholds: Thresholds) -> tuple[Cause, Sentence] | None:
    """What a figure lacks for a verdict of its own, and the reason in words; None where it has all."""
    limits, values = thresholds.performance, {"metric": measure.name}
    if figure.labelled == 0:
        return "few", NO_LABEL
    if figure.labelled < limits.min_labelled:
        return "few", too_few(figure.labelled, limits.min_labelled)
    if figure.basis.kind and figure.basis.counted < limits.min_positives:
        message = mark("Too few cases to judge {metric}: {counted} of at least {fewest} {kind}.")
        counted = {"counted": figure.basis.counted, "fewest": limits.min_positives, "kind": figure.basis.kind}
        return "few", Sentence(message, {**values, **counted})
    if not math.isfinite(figure.value):
        return "undefined", Sentence(mark("{metric} is not defined on these cases."), values)
    if not (math.isfinite(figure.low) and math.isfinite(figure.high)):
        message = mark("{metric} is {value}, but its uncertainty is not known from these {labelled} outcomes.")
        return "interval", Sentence(message, {**values, "value": figure.value, "labelled": figure.labelled})
    return None


def too_few(labelled: int, fewest: int) -> Sentence:
    """Say that fewer labels are known than a verdict needs."""
    message = mark("Too few labels to judge: {labelled} of at least {fewest}.")
    return Sentence(message, {"labelled": labelled, "fewest": fewest})


def hardly_begun(cases: Sequence[int]) -> bool:
    """Whether the last of these periods has fewer than half of the cases that those before it have.

    As long as such a period cannot be judged, the one before it says how the model stands.

    >>> hardly_begun([100, 90, 40]), hardly_begun([100, 90, 60]), hardly_begun([40])
    (True, False, False)
    """
    return len(cases) > 1 and 2 * cases[-1] < median(cases[:-1])


def reference_lacking(
    measure: Measure, reference: Figure | None, thresholds: Thresholds
) -> tuple[Cause, Sentence] | None:
    """What the reference's figure lacks to be compared with, and the reason in words; None where it has all."""
    if reference is None or reference.labelled == 0:
        values = {"metric": measure.name}
        return "alone", Sentence(mark("{metric} has no target and no reference to compare with."), values)
    found, limits = lacking(measure, reference, thresholds), thresholds.performance
    if found is None:
        return None
    if reference.labelled < limits.min_labelled:
        message = mark("The reference has too few labels to compare with: {labelled} of at least {fewest}.")
        return found[0], Sentence(message, {"labelled": reference.labelled, "fewest": limits.min_labelled})
    if found[0] == "few":
        message = mark("The reference has too few cases to compare {metric}: {counted} of at least {fewest} {kind}.")
        return found[0], Sentence(message, found[1].values)
    message = mark("{metric} has no certain value in the reference to compare with.")
    return found[0], Sentence(message, {"metric": measure.name})
