"""Limits that follow from the record: which value would have kept the right alerts and spared the wrong ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.governance.alert_record.record import judged_alerts
from dashboard.governance.situation.profiles import thresholds_of
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import ALL_METRICS

# Of fewer right or fewer wrong alerts nothing is proposed.
FEWEST_OF_EACH = 3
BETTER = {metric.name: metric.better for metric in ALL_METRICS}


@dataclass(frozen=True)
class Split:
    """A value below which alerts would not have been: `spared` of the `wrong` ones, `lost` of the `right` ones."""

    value: float
    right: int
    wrong: int
    spared: int
    lost: int


@dataclass(frozen=True)
class ProposedLimit:
    """A proposed limit of a metric or a drift method in an area, the one in force, and where it is changed."""

    area: str
    name: str
    current: float | None
    limit: float
    split: Split
    place: str


def best_split(right: Sequence[float], wrong: Sequence[float]) -> Split | None:
    """The value between those of alerts (larger = worse) that puts most on their side; None where none is better.

    A right alert below it counts as much as a wrong one above. Of values that are as good the lowest counts, which
    loses the fewest right alerts. None of too few.

    >>> best_split([0.5, 0.6, 0.7], [0.26, 0.3, 0.4])
    Split(value=0.45, right=3, wrong=3, spared=3, lost=0)
    """
    if min(len(right), len(wrong)) < FEWEST_OF_EACH:
        return None
    values = sorted({*right, *wrong})
    splits = [_split((low + high) / 2, right, wrong) for low, high in zip(values, values[1:], strict=False)]
    best = max(splits, key=lambda split: (split.spared - split.lost, -split.value), default=None)
    return best if best is not None and best.spared > best.lost else None


def _split(value: float, right: Sequence[float], wrong: Sequence[float]) -> Split:
    spared, lost = (sum(one < value for one in values) for values in (wrong, right))
    return Split(value, len(right), len(wrong), spared, lost)


def proposed_limits(situation: Situation, model_id: str) -> Iterator[ProposedLimit]:
    """The limits of a model that would have split its right from its wrong alerts better than those in force.

    Alerts that came too late were right about the harm.
    """
    card = situation.cards[model_id]
    found: dict[tuple[str, str], dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    for one in judged_alerts(situation, model_id):
        alarm = one.known.alert.alarm
        name, value = (
            alarm.reason.values.get("metric", alarm.reason.values.get("method")),
            alarm.reason.values.get("value"),
        )
        if one.judged.verdict == "unknown" or not isinstance(value, int | float) or not isinstance(name, str):
            continue
        found[alarm.area, name][one.judged.verdict != "wrong"].append(_size(name, float(value)))
    for (area, name), sizes in sorted(found.items()):
        split = best_split(sizes[True], sizes[False])
        if split is not None:
            limit, place = _size(name, split.value), _place(area, name)
            yield ProposedLimit(area, name, _in_force(card, area, name), limit, split, place)


def _size(name: str, value: float) -> float:
    """How bad a value is, the larger the worse; applied to what it gave it gives the value back."""
    better = BETTER.get(name)
    return -value if better == "higher" else abs(value) if better == "zero" else value


def _in_force(card: ModelCard, area: str, name: str) -> float | None:
    if area == "drift":
        return thresholds_of(card).drift.levels(name).alert
    return next((entry.limit for entry in card.business.key_metrics if entry.metric == name), None)


def _place(area: str, name: str) -> str:
    """The key on the card that changes the limit."""
    return f"monitoring.drift.{name}.alert" if area == "drift" else "business.key_metrics"
