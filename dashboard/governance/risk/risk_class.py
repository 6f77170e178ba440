"""The risk class of a model: its factors, stated on the card or derived, and the class that the rules make of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.risk_class import Exposure, Materiality, PurposeKind, RiskClass, RiskClassName
from dashboard.schema.config.risk_rules import Classes, ClassRule, PersonBounds

Source = Literal["card", "derived", "missing"]


@dataclass(frozen=True)
class Factor:
    """One factor of a class: its value (None: not known), and whether the card states it or it was derived."""

    name: str
    value: str | None
    source: Source


@dataclass(frozen=True)
class Classified:
    """The class of a model (None: not enough is known), the factors behind it, and the rule that decided.

    `at_least` means that factors are missing that could only raise it.
    """

    name: RiskClassName | None
    at_least: bool
    factors: tuple[Factor, ...]
    rule: ClassRule | None

    def value(self, name: str) -> str | None:
        """The value of one factor."""
        return next((factor.value for factor in self.factors if factor.name == name), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The factors that are not known."""
        return tuple(factor.name for factor in self.factors if factor.value is None)


def risk_class(situation: Situation, model_id: str) -> Classified:
    """The risk class of a model, from its card and the rules of config/risk.yaml."""
    rules = situation.rules.classes
    factors = tuple(_factors(situation.cards[model_id], rules))
    known = {factor.name: factor.value for factor in factors}
    place = next((place for place, rule in enumerate(rules.rules) if _fits(rule, known)), None)
    if place is None:
        decided = known["materiality"] is not None and known["automation"] is not None
        return Classified("low" if decided else None, known["eu_ai_act"] is None, factors, None)
    rule = rules.rules[place]
    open_rules = [other for other in rules.rules[:place] if _may_fit(other, known) and other.name != rule.name]
    return Classified(rule.name, bool(open_rules), factors, rule)


def _fits(rule: ClassRule, known: dict[str, str | None]) -> bool:
    return all(known.get(name) in values for name, values in rule.wanted().items())


def _may_fit(rule: ClassRule, known: dict[str, str | None]) -> bool:
    """Return whether a rule could still fit once the missing factors are known."""
    return all(known.get(name) is None or known.get(name) in values for name, values in rule.wanted().items())


def _factors(card: ModelCard, rules: Classes) -> Iterator[Factor]:
    stated = card.risk_class or RiskClass()
    act = stated.eu_ai_act
    yield _factor("affected_persons", None if stated.affected_persons is None else str(stated.affected_persons))
    exposure = stated.exposure or _exposure(stated.affected_persons, rules.persons)
    yield _factor("exposure", exposure, derived=stated.exposure is None)
    purpose: PurposeKind | None = stated.purpose or ("rights" if act and act.name in ("high", "prohibited") else None)
    yield _factor("purpose", purpose, derived=stated.purpose is None)
    materiality: Materiality | None = rules.materiality.of(exposure, purpose) if exposure and purpose else None
    yield _factor("materiality", materiality, derived=True)
    yield _factor("automation", card.business.automation)
    yield _factor("eu_ai_act", act.name if act else None)
    if act is not None:
        yield _factor("eu_ai_act_reason", "stated" if act.reason is not None else None)
    if act is not None and act.name == "high":
        yield _factor("eu_ai_act_annex", act.annex)


def _factor(name: str, value: str | None, derived: bool = False) -> Factor:
    return Factor(name, value, "missing" if value is None else "derived" if derived else "card")


def _exposure(persons: int | None, bounds: PersonBounds) -> Exposure | None:
    if persons is None:
        return None
    return "large" if persons >= bounds.large else "medium" if persons >= bounds.medium else "small"
