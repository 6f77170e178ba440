"""The registry of gaps: what is missing or wrong around a model, how severe, since when and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dashboard.governance.situation.history import existed
from dashboard.governance.situation.portfolio import Portfolio
from dashboard.governance.situation.situation import Situation
from dashboard.registry import Registry
from dashboard.schema.severities import Severity
from dashboard.words import Sentence


@dataclass(frozen=True)
class Gap:
    """One gap of a model. `person` is whom to ask (None: nobody is known), `since` the first day it was there."""

    model_id: str
    gap: str
    severity: Severity
    person: str | None
    since: date | None
    reason: Sentence


Check = Callable[[Situation, str], Iterable[Gap]]
PortfolioCheck = Callable[[Situation, Portfolio], Iterable[Gap]]


@dataclass(frozen=True)
class GapCheck:
    """Finds the gaps of one kind: of one model, or of all at once where they count over the portfolio."""

    name: str
    meaning: str
    find: Check | None = None
    find_in: PortfolioCheck | None = None


GAP_CHECKS: Registry[GapCheck] = Registry("gap", "dashboard.governance.gaps.checks")


def gap_check(name: str) -> Callable[[Check], Check]:
    """Register a check; the first line of its docstring says what the gap means. It yields gaps called `name`."""

    def decorate(find: Check) -> Check:
        meaning = (find.__doc__ or "").strip().splitlines()[0]
        GAP_CHECKS.add(name, GapCheck(name, meaning, find))
        return find

    return decorate


def portfolio_check(name: str) -> Callable[[PortfolioCheck], PortfolioCheck]:
    """Register a check that counts over the models that a reader sees; otherwise as `gap_check`.

    Of the situation it may use the organisation, the rules and the settings alone.
    """

    def decorate(find: PortfolioCheck) -> PortfolioCheck:
        meaning = (find.__doc__ or "").strip().splitlines()[0]
        GAP_CHECKS.add(name, GapCheck(name, meaning, find_in=find))
        return find

    return decorate


def find_portfolio_gaps(situation: Situation, portfolio: Portfolio) -> Iterator[Gap]:
    """The gaps of all models of a portfolio that count over it."""
    for check in GAP_CHECKS.all().values():
        if check.find_in is not None:
            yield from check.find_in(situation, portfolio)


def gaps_of(situation: Situation, model_id: str, name: str) -> tuple[Gap, ...]:
    """The gaps of one kind of a model, found once for each situation; none on a day before the model was there."""
    return _found(situation, model_id, GAP_CHECKS.get(name))


def find_gaps(situation: Situation, models: Iterable[str]) -> Iterator[Gap]:
    """The gaps of some models that follow from facts about each, model by model."""
    checks = list(GAP_CHECKS.all().values())
    for model_id in models:
        for check in checks:
            yield from _found(situation, model_id, check)


def _found(situation: Situation, model_id: str, check: GapCheck) -> tuple[Gap, ...]:
    def found() -> tuple[Gap, ...]:
        there = existed(situation, model_id, situation.day(model_id))
        return tuple(check.find(situation, model_id)) if check.find is not None and there else ()

    return situation.cached(("gaps", check.name, model_id), found)
