"""The registry of suspected causes: rules that say whether the facts speak for a cause, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboard.governance.retraining.decline import Decline, State
from dashboard.governance.retraining.facts import Facts
from dashboard.governance.retraining.movement import Movement, movement_of
from dashboard.registry import Registry
from dashboard.words import Sentence

Cause = Literal[
    "broken_feature", "growth", "label_shift", "season", "event", "real_change", "fairness", "harmless_drift", "none",
    "unknown",
]  # fmt: skip
# Of causes that the facts speak for, the first one is suspected: what no training mends comes first.
ORDER: tuple[Cause, ...] = (
    "broken_feature", "season", "event", "growth", "label_shift", "real_change", "fairness", "harmless_drift", "none",
)  # fmt: skip
DECLINED: tuple[State, ...] = ("declined",)
NOT_DECLINED: tuple[State, ...] = ("held", "recovered")


@dataclass(frozen=True)
class Asked:
    """What a rule may look at: the facts, how the model stands, and what has moved (worked out when asked for)."""

    facts: Facts
    decline: Decline

    @cached_property
    def movement(self) -> Movement | None:
        """How far the latest period has moved from the reference."""
        return movement_of(self.facts)


@dataclass(frozen=True)
class Finding:
    """Whether the facts speak for a cause, and the sentences that say by what."""

    cause: Cause
    holds: bool
    evidence: tuple[Sentence, ...]


Rule = Callable[[Asked], tuple[bool, tuple[Sentence, ...]]]


@dataclass(frozen=True)
class CauseRule:
    """The rule of a cause, and the states of a model in which it is asked about."""

    cause: Cause
    states: tuple[State, ...]
    find: Rule


CAUSE_RULES: Registry[CauseRule] = Registry("suspected cause", "dashboard.governance.retraining.causes")


def cause_rule(cause: Cause, states: tuple[State, ...]) -> Callable[[Rule], Rule]:
    """Register a rule; the function gets what is asked about and returns whether it holds, and its evidence."""

    def decorate(find: Rule) -> Rule:
        CAUSE_RULES.add(cause, CauseRule(cause, states, find))
        return find

    return decorate


def findings(facts: Facts, decline: Decline) -> list[Finding]:
    """What every rule found that applies to how a model stands, in the order in which causes are suspected."""
    return list(_found(Asked(facts, decline)))


def suspected(found: list[Finding]) -> Cause:
    """The first cause that the facts speak for."""
    return next((one.cause for one in found if one.holds), "unknown")


def _found(asked: Asked) -> Iterator[Finding]:
    rules = CAUSE_RULES.all()
    for cause in ORDER:
        rule = rules.get(cause)
        if rule is not None and asked.decline.state in rule.states:
            holds, evidence = rule.find(asked)
            if evidence:
                yield Finding(cause, holds, evidence)
