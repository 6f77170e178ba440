"""What a fault of the data does: the metric in exactly the affected rows against the others, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dashboard.measures.figure import Figure, finite
from dashboard.measures.judging.comparison import difference_ends
from dashboard.measures.outcomes import outcomes_of
from dashboard.measures.performance import figures_of
from dashboard.measures.value.money import money_of
from dashboard.profiles.layout import Layout
from dashboard.profiles.windows import Window
from dashboard.schema.card.card import ModelCard

USUAL = {"binary_classification": "roc_auc", "multiclass_classification": "accuracy", "regression": "mae"}
# With fewer outcomes on either side nothing is estimated in money.
FEWEST_LABELLED = 30
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Harm:
    """A metric in the affected rows and in the others, its difference with an interval, and the estimated cost.

    NaN where something is not known; `cost` in the currency of the card, above zero where affected rows bring less.
    """

    metric: str
    affected: Figure
    others: Figure
    low: float
    high: float
    cost: float = math.nan

    def to_json(self) -> dict[str, object]:
        """Plain values for the store."""
        sides = {}
        for name, figure in (("affected", self.affected), ("others", self.others)):
            numbers = {"value": figure.value, "low": figure.low, "high": figure.high}
            sides[name] = {key: finite(value) for key, value in numbers.items()} | {"labelled": figure.labelled}
        ends = {"low": finite(self.low), "high": finite(self.high), "cost": finite(self.cost)}
        return {"metric": self.metric, **sides, **ends}


def harm_of(affected: Window, others: Window, layout: Layout, card: ModelCard, rows: int) -> Harm:
    """Hold the rows that a fault affects against others; `rows` is how many predictions it affects."""
    named = [entry.metric for entry in card.business.key_metrics]
    metric = named[0] if named else USUAL[card.task]
    mine, theirs = (figures_of(window, layout, names=[metric])[metric] for window in (affected, others))
    known = math.isfinite(mine.value) and math.isfinite(theirs.value)
    low, high = difference_ends(mine, theirs, CONFIDENCE) if known else (math.nan, math.nan)
    worth = [worth_of(window, layout, card) for window in (affected, others)]
    enough = min(mine.labelled, theirs.labelled) >= FEWEST_LABELLED
    cost = (worth[1] - worth[0]) * rows if enough else math.nan
    return Harm(metric, mine, theirs, low, high, cost)


def worth_of(window: Window, layout: Layout, card: ModelCard) -> float:
    """What a labelled prediction of a window brings in the mean, by the prices of the card; NaN where it has none."""
    money = money_of(card)
    if money is None or not window.labelled or not window.outcomes:
        return math.nan
    return float(money.compute(outcomes_of(window, layout)))
