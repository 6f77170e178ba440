"""What differs between the facts that a signature rested on and those of a later instant, and since when."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dashboard.governance.sign_offs.facts import Facts, facts_at
from dashboard.governance.sign_offs.metrics import periods_of
from dashboard.governance.situation.lifetimes import lives
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.purposes import answers_about_uses
from dashboard.governance.value.promises import promises
from dashboard.measures.registry import measures_of
from dashboard.schema.card.metric_names import Better
from dashboard.schema.config.sign_offs import SignOffRules, Tolerance
from dashboard.schema.sign_off_evidence import FactName
from dashboard.schema.times import instant

ALIKE = 1e-9


@dataclass(frozen=True)
class Difference:
    """A fact that changed: `part` names the metric, risk, package or column of it; `since` is the first instant."""

    fact: FactName
    part: str | None
    then: object
    now: object
    since: datetime


@dataclass(frozen=True)
class Scale:
    """How far apart figures of the model are: which way is better by metric, and the worst acceptable values."""

    better: Mapping[str, Better]
    limits: Mapping[str, float]


def differences(
    situation: Situation, model_id: str, signed_at: datetime, then: Facts, rules: SignOffRules
) -> list[Difference]:
    """List the facts of `then` that differ at the asked moment by more than their tolerance."""
    moment = situation.moment(model_id)
    now = facts_at(situation, model_id, moment, then)
    scale = _scale(situation, model_id)
    found = [replace(one, since=moment) for one in _changed(then, now, rules, scale, moment)]
    return [replace(one, since=_since(situation, model_id, one, signed_at, (then, rules, scale))) for one in found]


def _scale(situation: Situation, model_id: str) -> Scale:
    return situation.cached(("scale", model_id), lambda: _made_scale(situation, model_id), any_day=True)


def _made_scale(situation: Situation, model_id: str) -> Scale:
    card = situation.cards[model_id]
    limits = {entry.metric: entry.limit for entry in card.business.key_metrics if entry.limit is not None}
    return Scale({name: entry.better for name, entry in measures_of(card.task).items()}, limits)


def _since(
    situation: Situation,
    model_id: str,
    found: Difference,
    signed_at: datetime,
    against: tuple[Facts, SignOffRules, Scale],
) -> datetime:
    """The begin of the time, up to the asked moment, through which a fact has differed."""
    then, rules, scale = against
    only: Facts = {found.fact: then[found.fact]}
    since = found.since
    for moment in reversed([signed_at, *_turns(situation, model_id, found.fact, signed_at)]):
        facts = situation.cached(
            ("facts", model_id, moment, found.fact),
            lambda moment=moment: facts_at(situation, model_id, moment, [found.fact]),  # type: ignore[misc]
        )
        if not any(one.part == found.part for one in _changed(only, facts, rules, scale, moment)):
            break
        since = moment
    return since


def _turns(situation: Situation, model_id: str, fact: FactName, after: datetime) -> list[datetime]:
    """The instants after a signature, up to the asked one, at which a fact may have changed; in order."""
    if fact == "metrics":
        found = [period.end for period in periods_of(situation, model_id)]
    else:
        key = ("turns", model_id)
        found = situation.cached(key, lambda: [turn for turns in TURNS for turn in turns(situation, model_id)])
    return sorted({turn for turn in found if after < turn <= situation.moment(model_id)})


def _cards(situation: Situation, model_id: str) -> Iterator[datetime]:
    for recorded in situation.histories[model_id]:
        yield recorded.recorded_at
        for _, risk in recorded.card.risks.rated():
            yield from _begins(situation, model_id, risk.assessed_on)


def _deployments(situation: Situation, model_id: str) -> Iterator[datetime]:
    for live in lives(situation, model_id):
        yield live.start
        if live.end is not None:
            yield live.end


def _roles(situation: Situation, model_id: str) -> Iterator[datetime]:
    for held in situation.roles.get(model_id, []):
        after = held.end + timedelta(days=1) if held.end and held.end < date.max else None
        yield from _begins(situation, model_id, held.start, after)


def _ratings_and_answers(situation: Situation, model_id: str) -> Iterator[datetime]:
    for event in situation.events(model_id, "risk"):
        yield event.happened_at
    for answer in answers_about_uses(situation, model_id):
        yield answer.at


def _trainings(situation: Situation, model_id: str) -> Iterator[datetime]:
    for version in situation.cards[model_id].versions:
        if version.trained_at is not None:
            yield version.trained_at


def _promises(situation: Situation, model_id: str) -> Iterator[datetime]:
    for line in promises(situation, model_id):
        yield line.stated_at
        yield from _begins(situation, model_id, line.start)


def _begins(situation: Situation, model_id: str, *days: date | None) -> Iterator[datetime]:
    zone = situation.cards[model_id].time_zone
    yield from (instant(day, zone) for day in days if day is not None)


TURNS: Sequence[Callable[[Situation, str], Iterator[datetime]]] = (
    _cards,
    _deployments,
    _roles,
    _ratings_and_answers,
    _trainings,
    _promises,
)


def _changed(then: Facts, now: Facts, rules: SignOffRules, scale: Scale, moment: datetime) -> Iterator[Difference]:
    for name in then:
        before, after, tolerance = then[name], now.get(name), rules.tolerance(name)
        if name == "promise":
            if _amount_differs(before, after, tolerance):
                yield Difference(name, None, before, after, moment)
        elif isinstance(before, Mapping) or isinstance(after, Mapping):
            yield from _changed_parts(name, (_mapping(before), _mapping(after)), tolerance, scale, moment)
        elif _value_differs(before, after, tolerance):
            yield Difference(name, None, before, after, moment)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _changed_parts(
    name: FactName,
    sides: tuple[Mapping[str, object], Mapping[str, object]],
    tolerance: Tolerance,
    scale: Scale,
    moment: datetime,
) -> Iterator[Difference]:
    before, after = sides
    for part in dict.fromkeys([*before, *after]):
        one, other = before.get(part), after.get(part)
        if name in ("metrics", "risks") and one is not None and other is not None:
            if name == "metrics":
                differs = metric_differs(part, _mapping(one), _mapping(other), tolerance, scale)
            else:
                differs = _risk_differs(_mapping(one), _mapping(other), tolerance)
        else:
            differs = _value_differs(one, other, tolerance)
        if differs:
            yield Difference(name, part, one, other, moment)


def _value_differs(before: object, after: object, tolerance: Tolerance) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return sorted(map(str, before)) != sorted(map(str, after))
    if tolerance.unknown == "ignored" and (not before or not after):
        return False
    if isinstance(before, int | float) and isinstance(after, int | float):
        return abs(after - before) > max(tolerance.relative * abs(before), ALIKE)
    return (before or None) != (after or None)


def _amount_differs(before: object, after: object, tolerance: Tolerance) -> bool:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return _value_differs(before, after, tolerance)
    same_money = before.get("currency") == after.get("currency")
    return not same_money or _value_differs(before.get("amount"), after.get("amount"), tolerance)


def _risk_differs(before: Mapping[str, object], after: Mapping[str, object], tolerance: Tolerance) -> bool:
    if tolerance.direction == "any":
        return dict(before) != dict(after)
    return _score(after) > _score(before)


def _score(rating: Mapping[str, object]) -> int:
    return int(str(rating["likelihood"])) * int(str(rating["impact"]))


def metric_differs(
    metric: str, before: Mapping[str, object], after: Mapping[str, object], tolerance: Tolerance, scale: Scale
) -> bool:
    """Return whether a metric moved by more than the tolerance, and beyond what chance explains.

    A change is relative to the value at signing; of a metric that should be zero, to its limit if that is larger.
    """
    value, later = _number(before, "value"), _number(after, "value")
    if not (math.isfinite(value) and math.isfinite(later)):
        return False
    better = scale.better.get(metric, "none")
    base = abs(value)
    change = abs(later - value)
    if better == "zero":
        base, change = max(base, abs(scale.limits.get(metric, 0.0))), abs(later) - abs(value)
        worse = change > 0
    else:
        worse = later < value if better == "higher" else later > value if better == "lower" else True
    if tolerance.direction == "worse" and not worse:
        return False
    return abs(change) > max(tolerance.relative * base, ALIKE) and _apart(before, after)


def _apart(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Return whether two intervals do not touch; without an interval the value stands for it."""
    low, high = _bounds(before)
    later_low, later_high = _bounds(after)
    return later_low > high or later_high < low


def _bounds(seen: Mapping[str, object]) -> tuple[float, float]:
    value, low, high = (_number(seen, name) for name in ("value", "low", "high"))
    return low if math.isfinite(low) else value, high if math.isfinite(high) else value


def _number(seen: Mapping[str, object], name: str) -> float:
    value = seen.get(name)
    return float(value) if isinstance(value, int | float) else math.nan
