"""What failed checks cost in single periods, or why that is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboard.measures.quality.check import Checked
from dashboard.measures.quality.failing import failing_runs
from dashboard.measures.quality.harm import FEWEST_LABELLED
from dashboard.measures.quality.imported import ImportedCheck
from dashboard.measures.quality.meanwhile import FEW_OUTCOMES, NO_AMOUNTS, Meanwhile, Touched, made_by
from dashboard.periods import period_end, period_start
from dashboard.profiles.periods import Grain, following
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.store.quality_faults import list_faults
from dashboard.views.context import ModelContext
from dashboard.words import Sentence, mark

NOT_KEPT = Sentence(mark("“monitor” has not counted yet what this fault does."))
ONE_VERSION = Sentence(mark("What a fault does is counted for all versions together."))
NO_SINGLE_ROWS = Sentence(mark("No single row shows this fault, or no outcome is known: there is nothing to compare."))


class KeptCosts:
    """The costs of faults that checks of the log found, as `monitor` counted them, shared among their periods."""

    def __init__(self, store: Store, context: ModelContext) -> None:
        """Read the faults that are kept, once one is asked for."""
        self._store, self._context = store, context
        self._known: dict[tuple[str, str | None], list[Mapping[str, Any]]] | None = None

    def of(self, one: Checked) -> dict[str, object]:
        """The columns cost, currency and cost_unknown of what a check found in a period."""
        if not one.fails:
            return dict.fromkeys(("cost", "currency", "cost_unknown"))
        cost, why = self._cost(one)
        language = self._context.query.language
        return {
            "cost": cost,
            "currency": currency_of(self._context.card, cost),
            "cost_unknown": None if why is None else why.render(language),
        }

    def _cost(self, one: Checked) -> tuple[float | None, Sentence | None]:
        if self._context.card.business.value is None:
            return None, NO_AMOUNTS
        if self._context.query.version is not None:
            return None, ONE_VERSION
        kept = next((content for content in self._faults(one) if _covers(content, one)), None)
        if kept is None or kept.get("harm") is None:
            return None, NOT_KEPT if kept is None else NO_SINGLE_ROWS
        if kept["harm"]["cost"] is not None and kept["affected"]:
            return kept["harm"]["cost"] / kept["affected"] * one.affected, None
        return None, _why_nothing(kept["harm"])

    def _faults(self, one: Checked) -> list[Mapping[str, Any]]:
        if self._known is None:
            self._known = defaultdict(list)
            for fault in list_faults(self._store, self._context.card.id, self._context.query.as_of):
                if not fault.content.get("gone") and "source" not in fault.content:
                    self._known[fault.content["check"], fault.content["feature"]].append(fault.content)
        return self._known.get((one.check.name, one.check.feature), [])


def _why_nothing(harm: Mapping[str, Any]) -> Sentence:
    """Why a comparison has no cost."""
    sides = [harm[name]["labelled"] for name in ("affected", "others")]
    if min(sides) >= FEWEST_LABELLED:
        return NO_AMOUNTS
    return Sentence(FEW_OUTCOMES, {"affected": sides[0], "others": sides[1], "fewest": FEWEST_LABELLED})


def _covers(content: Mapping[str, Any], one: Checked) -> bool:
    """Whether a kept fault lasted in the period of what was found."""
    begins, ends = period_start(str(content["since"])).date(), period_end(str(content["until"]))
    return begins <= period_end(one.label) and period_start(one.label).date() <= ends


def made_while_failing(context: ModelContext, found: Sequence[ImportedCheck]) -> dict[Hashable, list[Meanwhile]]:
    """The predictions made while checks of other tools failed, by check."""
    known: dict[Hashable, list[Meanwhile]] = defaultdict(list)
    runs = failing_runs(found)
    made = made_by(context.profiles) if runs else []
    for one in runs:
        known[one.last.which].append(Meanwhile(context.profiles, context.card, one, context.query.version, made))
    return known


def touched_in(harms: Sequence[Meanwhile], start: datetime, by: Grain) -> Touched:
    """What a check affects in one period (its local start), in which it may have failed several times."""
    period = start, following(start, by)
    inside = [one for one in harms if one.span[0] < period[1] and (one.span[1] is None or one.span[1] > period[0])]
    found = [one.touched(period) for one in inside]
    valued = [one for one in found if one.predictions]
    costs = [one.cost for one in valued if one.cost is not None]
    known = bool(costs) and len(costs) == len(valued)
    why = next((one.why for one in valued or found if one.why is not None), None)
    numbers = [one.predictions for one in found if one.predictions is not None]
    number = sum(numbers) if len(numbers) == len(found) else None
    return Touched(number, cost=sum(costs) if known else None, why=None if known else why)


def currency_of(card: ModelCard, cost: object) -> str | None:
    """The currency of a cost that is known."""
    return None if cost is None or card.business.value is None else card.business.value.currency
