"""Why a model could be retired or merged, what that would save, and whether somebody decided to keep it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from dashboard.governance.decisions import DECISION_KINDS, RecordedDecision, decisions_of
from dashboard.governance.retirement.overlaps import Twin
from dashboard.governance.situation.rhythm import silence_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.uses import uses_of
from dashboard.governance.value.status import value_of_record
from dashboard.measures.quality.rhythm import usual_distance_of
from dashboard.words import Sentence, mark, rounded_money

Kind = Literal["unused", "low_value", "twin"]
KINDS: tuple[Kind, ...] = ("unused", "low_value", "twin")
# A model counts as unused after so many days without predictions or recorded uses, and so many usual distances of uses.
UNUSED_DAYS, UNUSED_DISTANCES = 90, 2
RUNNING = ("production", None)

NEVER = mark("It is in production, and no prediction of it was ever logged.")
NOBODY = mark("No use of it is recorded since {last}, the last one by {consumer}.")
COSTS_MORE = mark(
    "Running it cost {cost} {currency}, more than it brought: {amount} {currency} (95% interval {low} to {high})."
)
COSTS_MORE_UNSURE = mark(
    "Running it cost {cost} {currency}, more than it brought: {amount} {currency}; how certain that is, is not known."
)
BELOW = mark("In {below} of its last {n} periods with known outcomes it brought less than it cost.")
SAME_TARGET = mark("Both predict {target}; {shared} of {united} features are the same by name.")
SAME_BY_COLUMNS = mark("Both predict {target}; {shared} of {united} columns of their features are the same.")
OTHER_TARGET = mark("{shared} of {united} features are the same by name, the outcomes have other names.")
OTHER_BY_COLUMNS = mark("{shared} of {united} columns of features are the same, the outcomes have other names.")
SCORES_ALIKE = mark(
    "Over {n} cases that both scored, scores rank alike: correlation {value} (95% interval {low} to {high})."
)
NO_SHARED_SCORES = mark("Whether scores agree is not known: both scored {n} common cases, too few.")


@dataclass(frozen=True)
class Retirable:
    """A reason to retire a model, or to merge it with `other`, in sentences, with the decision to keep it in force."""

    kind: Kind
    other: str | None
    evidence: tuple[Sentence, ...]
    kept: RecordedDecision | None

    @property
    def about(self) -> str:
        """What a decision names that answers this."""
        return about(self.kind, self.other)


def about(kind: str, other: str | None = None) -> str:
    """The subject of a decision about a reason to retire a model.

    >>> about("twin", "churn"), about("unused")
    ('twin:churn', 'unused')
    """
    return kind if other is None else f"{kind}:{other}"


def retirable(situation: Situation, model_id: str) -> list[Retirable]:
    """Every reason to retire a model or to merge it, on the day that is asked about; none of a retired one."""
    card, day = situation.cards[model_id], situation.day(model_id)
    if card.status == "retired":
        return []
    taken = decisions_of(situation.statements(model_id, *DECISION_KINDS))
    kept = {one.about: one for one in taken if one.about and one.until is not None and one.until >= day}
    return [
        Retirable(kind, other, tuple(evidence), kept.get(about(kind, other)))
        for kind, other, evidence in _reasons(situation, model_id)
    ]


def _reasons(situation: Situation, model_id: str) -> Iterator[tuple[Kind, str | None, Sequence[Sentence]]]:
    unused = _unused(situation, model_id)
    if unused is not None:
        yield "unused", None, [unused]
    costly = _costs_more(situation, model_id)
    if costly:
        yield "low_value", None, costly
    for content in situation.overlaps.get(model_id, {}).get("twins", ()):
        twin = Twin(**content)
        if twin.is_twin:
            yield "twin", twin.other, _alike(situation, model_id, twin)


def _unused(situation: Situation, model_id: str) -> Sentence | None:
    """Why a running model counts as unused: silent, never in the log, or used before and no longer."""
    card = situation.cards[model_id]
    if card.status not in RUNNING:
        return None
    silence = silence_of(situation, model_id)
    if silence is not None and (situation.day(model_id) - silence.last).days > UNUSED_DAYS:
        return silence.reason
    if card.status == "production" and model_id not in situation.logged and _known_for(situation, model_id):
        return Sentence(NEVER)
    uses = [use for use in uses_of(situation, model_id) if use.kind == "use"]
    latest = max(uses, key=lambda use: use.last, default=None)
    if latest is None or latest.last >= situation.day(model_id) - timedelta(
        days=_days_without_use(situation, model_id)
    ):
        return None
    return Sentence(NOBODY, {"last": latest.last, "consumer": latest.consumer})


def _days_without_use(situation: Situation, model_id: str) -> int:
    """After how many days without a recorded use a model counts as unused: yearly models are used once a year."""
    card = situation.cards[model_id]
    days = sorted({event.days(card)[1] for event in situation.events(model_id, "usage")})
    distances = [(after - before).days for before, after in pairwise(days)]
    return max(UNUSED_DAYS, UNUSED_DISTANCES * usual_distance_of(distances)) if distances else UNUSED_DAYS


def _known_for(situation: Situation, model_id: str) -> bool:
    first: date = situation.histories[model_id][0].recorded_at.date()
    return first <= situation.day(model_id) - timedelta(days=UNUSED_DAYS)


def _costs_more(situation: Situation, model_id: str) -> list[Sentence]:
    """That a model certainly brought less than running it costs, by outcomes; empty where that is not so."""
    found = value_of_record(situation, model_id) if situation.cards[model_id].business.value is not None else None
    if found is None or found.judged["realised"] is None or found.judged["cost"] is None:
        return []
    judged = found.judged
    if judged["source"] != "realised" or not _is_below(judged):
        return []
    known = [one for one in found.latest if one["source"] == "realised" and one["net"] is not None]
    below = sum(float(str(one["net"])) < 0 for one in known)
    values = {
        "cost": rounded_money(_number(judged["cost"])), "currency": judged["currency"] or "",
        "amount": rounded_money(_number(judged["realised"])), "period": judged["period"],
    }  # fmt: skip
    if judged["high"] is None:
        said = Sentence(COSTS_MORE_UNSURE, values)
    else:
        ends = {"low": rounded_money(_number(judged["low"])), "high": rounded_money(_number(judged["high"]))}
        said = Sentence(COSTS_MORE, {**values, **ends})
    return [said, Sentence(BELOW, {"below": below, "n": len(known)})]


def _is_below(judged: Mapping[str, object]) -> bool:
    """Whether a period brought less than it cost, with the upper end of its interval where it has one."""
    most = judged["high"] if judged["high"] is not None else judged["realised"]
    return _number(most) < _number(judged["cost"])


def _number(value: object) -> float:
    return math.nan if value is None else float(str(value))


def _alike(situation: Situation, model_id: str, twin: Twin) -> list[Sentence]:
    values: dict[str, Any] = {"shared": twin.shared, "united": twin.united}
    if twin.same_target:
        message = SAME_BY_COLUMNS if twin.by == "columns" else SAME_TARGET
        values["target"] = situation.cards[model_id].data.actual
    else:
        message = OTHER_BY_COLUMNS if twin.by == "columns" else OTHER_TARGET
    if twin.correlation is None:
        return [Sentence(message, values), Sentence(NO_SHARED_SCORES, {"n": twin.rows})]
    agreement = {"n": twin.rows, "value": twin.correlation, "low": twin.low, "high": twin.high}
    return [Sentence(message, values), Sentence(SCORES_ALIKE, agreement)]


def saving_of(situation: Situation, model_id: str) -> float | None:
    """What retiring a model saves per month in the currency of its card; None where the card states no cost.

    Running it, and those of its features that no other model uses; features count once models were compared.
    """
    card = situation.cards[model_id]
    value, compared = card.business.value, situation.overlaps.get(model_id)
    parts = [value.running_cost_per_month] if value and value.running_cost_per_month is not None else []
    if compared is not None:
        costs = {name: feature.cost_per_month for name, feature in card.data.features.items()}
        parts += [cost for name, cost in costs.items() if cost is not None and name not in compared["also_used"]]
    return math.fsum(parts) if parts else None
