"""Figures of fairness: of each group of a protected column, and of everybody else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dashboard.measures.binary import scores_of
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import LEVEL
from dashboard.measures.outcomes import Outcomes, outcomes_of
from dashboard.measures.performance import figures_of
from dashboard.measures.spreads import ShareSpread
from dashboard.profiles.layout import MISSING, OTHER, Layout
from dashboard.profiles.windows import Profile, Window, merged
from dashboard.schema.card.metric_names import BINARY, MULTICLASS, REGRESSION, Task

# Figures of fairness by task: their names, in the field's words, and the metric behind each.
FAIRNESS: Mapping[Task, Mapping[str, str]] = {
    BINARY: {
        "selection_rate": "selection_rate",
        "true_positive_rate": "recall",
        "false_positive_rate": "false_positive_rate",
        "precision": "precision",
        "base_rate": "base_rate",
        "mean_prediction": "mean_prediction",
        "calibration_gap": "bias",
    },
    MULTICLASS: {"accuracy": "accuracy"},
    REGRESSION: {"bias": "bias", "mae": "mae", "bias_relative": "bias_relative", "mae_relative": "wape"},
}
# Figures that describe a group and are no doing of the model; they are shown, and not judged.
DESCRIBING = frozenset({"base_rate", "mean_prediction"})
# Values of a column that are no group of people: not known, and rare ones together.
NO_GROUPS = (MISSING, OTHER)
WHOLE = "selection_rate"
UNKNOWN = Figure(math.nan, math.nan, math.nan, 0)


@dataclass(frozen=True)
class GroupFigures:
    """The figures of one group of a column and of everybody else, by name; counts of the group and of the others."""

    column: str
    group: str
    own: Mapping[str, Figure]
    others: Mapping[str, Figure]
    predictions: int
    labelled: int
    other_predictions: int
    other_labelled: int


def group_figures(
    profiles: Sequence[Profile], column: str, layout: Layout, fewest: int = 0, only: str | None = None
) -> Iterator[GroupFigures]:
    """The figures of each group of a column over some profiles (of that column), by the name of the group.

    Everybody else are the rows of all other values, those without a value too. A column of one group has nothing to be
    compared with and gives none. With fewer than `fewest` predictions a group is not compared: what everybody else has
    is left unknown. With `only` that group alone.
    """
    for group, mine, rest in parted(profiles):
        if only is not None and group != only:
            continue
        own = merged(mine, layout)
        figures = fairness_figures(own, layout)
        others, beside = None, dict.fromkeys(figures, UNKNOWN)
        if own.predictions >= fewest:
            others = merged(rest, layout)
            beside = fairness_figures(others, layout)
        yield GroupFigures(
            column, group, figures, beside, own.predictions, own.labelled,
            others.predictions if others else sum(one.predictions for one in rest),
            others.labelled if others else sum(one.labelled for one in rest),
        )  # fmt: skip


def parted(profiles: Sequence[Profile]) -> Iterator[tuple[str, list[Profile], list[Profile]]]:
    """Each group of a column with its profiles and those of everybody else; none where there is one group only."""
    by_value: dict[str, list[Profile]] = defaultdict(list)
    for profile in profiles:
        by_value[str(profile.segment_value)].append(profile)
    for group in sorted(set(by_value) - set(NO_GROUPS)):
        rest = [one for value, found in by_value.items() if value != group for one in found]
        if rest:
            yield group, by_value[group], rest


def fairness_figures(window: Window, layout: Layout) -> dict[str, Figure]:
    """The figures of fairness of one window by name; the selection rate is that of all predictions."""
    names = FAIRNESS[layout.task]  # type: ignore[index]
    known = figures_of(window, layout, names=set(names.values()))
    found = {name: known[metric] for name, metric in names.items()}
    if WHOLE in found:
        found[WHOLE] = _of_all_predictions(outcomes_of(window, layout), found[WHOLE])
    return found


def _of_all_predictions(whole: Outcomes, labelled: Figure) -> Figure:
    """The share of all predictions that is selected.

    Units of resampling are known of labelled rows only; by how much these hang together holds for all rows.
    """
    if not whole.arrays:
        return labelled
    counts = np.asarray(whole.arrays["scores"], dtype=np.float64).sum(axis=0)
    first = int(np.searchsorted(scores_of(whole), whole.threshold, side="left"))
    rows, selected = float(counts.sum()), float(counts[first:].sum())
    if not rows:
        return labelled
    known = labelled.spread
    if not isinstance(known, ShareSpread):
        return Figure(selected / rows, math.nan, math.nan, labelled.labelled, basis=labelled.basis)
    spread = replace(known, part=selected, whole=rows)
    low, high = spread.ends(LEVEL)
    return Figure(selected / rows, low, high, labelled.labelled, spread, labelled.basis)
