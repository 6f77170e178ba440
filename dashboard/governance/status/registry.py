"""The registry of judged areas: areas of a model's status that follow from facts, not from figures of the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging import Verdict
from dashboard.registry import Registry

Judge = Callable[[Situation, str], Verdict]


@dataclass(frozen=True)
class StatusRule:
    """Judges one area of one model."""

    area: str
    judge: Judge


STATUS_RULES: Registry[StatusRule] = Registry("area", "dashboard.governance.status.areas")


def status_rule(area: str) -> Callable[[Judge], Judge]:
    """Register how an area is judged; the function gets a situation and a model id and returns status and reason."""

    def decorate(judge: Judge) -> Judge:
        STATUS_RULES.add(area, StatusRule(area, judge))
        return judge

    return decorate


def area_statuses(situation: Situation, model_id: str) -> dict[str, Verdict]:
    """The verdict of every judged area of a model, given once for each situation."""
    return situation.cached(("judged", model_id), lambda: _judged(situation, model_id))


def _judged(situation: Situation, model_id: str) -> dict[str, Verdict]:
    return {area: judge.judge(situation, model_id) for area, judge in STATUS_RULES.all().items()}
