"""What a model is measured against: limits, targets, monitoring settings, references. Who answers for it sets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.schema.card.card import ModelCard
from dashboard.words import mark


@dataclass(frozen=True)
class Goal:
    """A part of the card that decides what counts as good: its words, and the areas that are judged by it.

    Without `areas` every measured area is.
    """

    words: str
    read: Callable[[ModelCard], object]
    areas: frozenset[str] = frozenset()


def _demands(card: ModelCard) -> object:
    """What the card demands of single rows: rules, ranges, and features that no row may lack."""
    features = {name: (one.range, one.required) for name, one in card.data.features.items()}
    return card.data.rules, {name: demand for name, demand in features.items() if demand != (None, False)}


def _importance(card: ModelCard) -> dict[str, Any]:
    return {one.version: one.importance for one in card.versions if one.importance}


GOALS: tuple[Goal, ...] = (
    Goal(mark("Limits and targets"), lambda card: card.business.key_metrics, frozenset({"performance", "fairness"})),
    Goal(mark("Promised value"), lambda card: card.business.value, frozenset({"value"})),
    Goal(mark("Monitoring settings"), lambda card: card.monitoring),
    Goal(mark("Monitoring period"), lambda card: card.period),
    Goal(mark("Reference period"), lambda card: card.data.reference, frozenset({"performance", "drift", "quality"})),
    Goal(mark("Rules and ranges of the data"), _demands, frozenset({"quality"})),
    Goal(mark("Protected columns"), lambda card: card.data.protected, frozenset({"fairness"})),
    Goal(mark("Cases that belong together"), lambda card: card.data.cluster),
    Goal(mark("Rules of retraining"), lambda card: card.retraining, frozenset({"retraining"})),
)


def moved_goals(before: ModelCard, after: ModelCard) -> list[Goal]:
    """Select the goals that differ between two states of a card.

    Stated importances of features count for the versions that both have: a new version brings its own.
    """
    found = [goal for goal in GOALS if goal.read(before) != goal.read(after)]
    old, new = _importance(before), _importance(after)
    known = {one.version for one in after.versions}
    if any(new.get(version) != stated for version, stated in old.items() if version in known):
        found.append(Goal(mark("Importance of features"), _importance, frozenset({"drift"})))
    return found


def goals_moved_for(before: ModelCard, after: ModelCard, area: str) -> list[Goal]:
    """Select the changed goals by which an area is judged."""
    return [goal for goal in moved_goals(before, after) if not goal.areas or area in goal.areas]
