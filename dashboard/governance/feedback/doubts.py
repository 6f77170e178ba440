"""How uncertain a model is about single predictions that have no threshold: numbers, and one class of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from dashboard.explanations.cases.explaining import score_rows
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.governance.feedback.judged_rows import Key, key_of
from dashboard.measures.outcomes import Outcomes, outcomes_of
from dashboard.profiles.candidates import Candidate
from dashboard.profiles.windows import Profiles, merged
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store

# With fewer known outcomes nothing is said about a region of predicted values, or about a class.
FEWEST = 10
# Candidates of a version whose probabilities are asked for, those with the smallest marks: an even draw.
MOST_ASKED = 2_000
# The error that is to be expected at a score; None where it is not known.
Expected = Callable[[float | str], float | None]


def doubts_of(
    store: Store, card: ModelCard, candidates: Sequence[Candidate], profiles: Profiles | None
) -> dict[Key, float]:
    """How uncertain the model is about candidates, the larger the more; those of which nothing is known are left out.

    Of several classes: 1 less the margin between the two most probable classes, as the model files give them; where one
    of them cannot be asked, how often the predicted class was wrong. Of a regression: the mean absolute error of known
    outcomes in the same region of predicted values. Binary models have a threshold instead: nothing.
    """
    if card.task == "multiclass_classification":
        try:
            return _by_margin(store, card, candidates)
        except ModelRefusedError:
            pass
    if card.task == "binary_classification" or profiles is None:
        return {}
    found = profiles.read(("outcomes",))
    if not found:
        return {}
    outcomes = outcomes_of(merged(found, profiles.layout), profiles.layout)
    if not outcomes.arrays:
        return {}
    expected = _error_of_region(outcomes) if card.task == "regression" else _error_of_class(outcomes)
    known = ((one, expected(one.score)) for one in candidates)
    return {_key(card, one): error for one, error in known if error is not None}


def _key(card: ModelCard, one: Candidate) -> Key:
    return key_of(card, one.prediction, one.version, one.made_at)


def _by_margin(store: Store, card: ModelCard, candidates: Sequence[Candidate]) -> dict[Key, float]:
    """1 less the margin between the two best classes, where the model file gives the class of the log."""
    found: dict[Key, float] = {}
    ordered = sorted(candidates, key=lambda one: (one.version, one.mark))
    for version, group in groupby(ordered, key=lambda one: one.version):
        chosen = list(group)[:MOST_ASKED]
        answer = score_rows(store, card, version, pd.DataFrame([dict(one.values) for one in chosen], dtype=object))
        if answer.probabilities is None:
            raise ModelRefusedError("the model file gives no probabilities")
        best = np.sort(np.array(answer.probabilities), axis=1)[:, -2:]
        for one, score, (second, first) in zip(chosen, answer.scores, best, strict=True):
            if str(score) == str(one.score):
                found[_key(card, one)] = 1 - float(first - second)
    return found


def _error_of_class(outcomes: Outcomes) -> Expected:
    """How often a predicted class was wrong."""
    matrix = np.asarray(outcomes.arrays["confusion"][:-1], dtype=np.float64)
    predicted = matrix.sum(axis=0)
    known = {
        str(name): 1 - float(matrix[place, place] / predicted[place])
        for place, name in enumerate(outcomes.layout.outcome.classes)
        if place < len(predicted) and predicted[place] >= FEWEST
    }
    return lambda score: known.get(str(score))


def _error_of_region(outcomes: Outcomes) -> Expected:
    """The mean absolute error in the region of a predicted value."""
    labelled, absolute = outcomes.by_region("labelled"), outcomes.by_region("absolute_error")
    known = {
        place: float(absolute[place] / number) for place, number in enumerate(labelled.tolist()) if number >= FEWEST
    }
    edges = outcomes.layout.outcome.edges
    return lambda score: known.get(int(np.searchsorted(edges, float(score), side="left")))
