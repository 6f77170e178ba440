"""Whether data still come: the check that the log itself asks for, by how often a model usually predicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.governance.situation.history import RUNNING, stage_on
from dashboard.governance.situation.profiles import observed
from dashboard.governance.situation.rhythm import silence_of
from dashboard.governance.situation.situation import Situation
from dashboard.words import Sentence

FRESHNESS = "freshness"


@dataclass(frozen=True)
class Freshness:
    """The last day with a prediction, and the day from which on that is too long ago, with the reason; else None."""

    last: date
    since: date | None
    reason: Sentence | None


def freshness_of(situation: Situation, model_id: str) -> Freshness | None:
    """Whether the predictions of a model still come on the day that is asked about; None where none are due."""
    if model_id not in situation.cards or stage_on(situation, model_id, situation.day(model_id)) not in RUNNING:
        return None
    silence = silence_of(situation, model_id)
    if silence is not None:
        return Freshness(silence.last, silence.since, silence.reason)
    last = observed(situation, model_id)
    return None if last is None else Freshness(last, None, None)
