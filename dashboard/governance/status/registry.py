"""The registry of judged areas: areas of a model's status that follow from facts, not from figures of the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.governance.situation.history import existed
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.verdict import Verdict
from dashboard.registry import Registry
from dashboard.words import Sentence, mark

NOT_THERE = Verdict("unknown", Sentence(mark("Nothing is known of the model on this day yet.")))
Judge = Callable[[Situation, str], Verdict]


@dataclass(frozen=True)
class StatusRule:
    """The rule of one area of one model.

    An area with `alerts` opens one when it is on alert; a recommendation has none of its own, as what it rests on has.
    """

    area: str
    judge: Judge
    alerts: bool = True


STATUS_RULES: Registry[StatusRule] = Registry("area", "dashboard.governance.status.areas")


def status_rule(area: str, *, alerts: bool = True) -> Callable[[Judge], Judge]:
    """Register how an area is judged; the function gets a situation and a model id and returns status and reason."""

    def decorate(judge: Judge) -> Judge:
        STATUS_RULES.add(area, StatusRule(area, judge, alerts))
        return judge

    return decorate


def area_statuses(situation: Situation, model_id: str) -> dict[str, Verdict]:
    """The verdict of every judged area of a model, given once; unknown before the model was there."""
    return situation.cached(("judged", model_id), lambda: _judged(situation, model_id))


def _judged(situation: Situation, model_id: str) -> dict[str, Verdict]:
    if not existed(situation, model_id, situation.day(model_id)):
        return dict.fromkeys(STATUS_RULES.all(), NOT_THERE)
    return {area: judge.judge(situation, model_id) for area, judge in STATUS_RULES.all().items()}
