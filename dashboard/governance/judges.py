"""The registry of judged areas: areas of a model's status that follow from facts, not from figures of the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.governance.situation import Situation
from dashboard.governance.timeline import existed
from dashboard.measures.judging import Verdict
from dashboard.registry import Registry
from dashboard.words import Sentence, mark

NOT_THERE = Verdict("unknown", Sentence(mark("Nothing is known of the model on this day yet.")))
Judge = Callable[[Situation, str], Verdict]


@dataclass(frozen=True)
class AreaJudge:
    """Judges one area of one model."""

    area: str
    judge: Judge


AREA_JUDGES: Registry[AreaJudge] = Registry("area", "dashboard.governance.areas")


def area_judge(area: str) -> Callable[[Judge], Judge]:
    """Register how an area is judged; the function gets a situation and a model id and returns status and reason."""

    def decorate(judge: Judge) -> Judge:
        AREA_JUDGES.add(area, AreaJudge(area, judge))
        return judge

    return decorate


def judged_areas(situation: Situation, model_id: str) -> dict[str, Verdict]:
    """The verdict of every judged area of a model, given once; unknown before the model was there."""
    return situation.once(("judged", model_id), lambda: _judged(situation, model_id))


def _judged(situation: Situation, model_id: str) -> dict[str, Verdict]:
    if not existed(situation, model_id, situation.day(model_id)):
        return dict.fromkeys(AREA_JUDGES.all(), NOT_THERE)
    return {area: judge.judge(situation, model_id) for area, judge in AREA_JUDGES.all().items()}
