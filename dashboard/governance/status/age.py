"""What was measured says how old it is, and nothing at all once the model is silent."""

from __future__ import annotations

from dashboard.governance.situation.history import RUNNING, stage_on
from dashboard.governance.situation.profiles import DAYS_OF
from dashboard.governance.situation.rhythm import silence_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.verdict import Status, Verdict, worst
from dashboard.periods import period_end
from dashboard.words import Sentence, mark

# A period just over and one whose labels are still arriving are as new as figures can be.
NEW_PERIODS = 2


def with_age(situation: Situation, model_id: str, area: str, measured: Verdict) -> Verdict:
    """What was measured of an area of a model, as it stands on the day that is asked about.

    What was ok of a running model that is silent is `unknown`, but its data are at fault at least as a warning: they
    did not come. Trouble stays, since nothing shows that it is over. All say the silence first. A verdict about a
    period that is not among the newest says how many days ago that ended.
    """
    silence = (
        silence_of(situation, model_id) if stage_on(situation, model_id, situation.day(model_id)) in RUNNING else None
    )
    if silence is not None:
        message = mark("{silence} The last assessment was: {reason}")
        status: Status = "unknown" if measured.status == "ok" else measured.status
        if area == "quality":
            status = worst([measured.status, "warn"])
        return Verdict(status, Sentence(message, {"silence": silence.reason, "reason": measured.reason}))
    days = _days_since_period(situation, model_id, measured)
    if days <= NEW_PERIODS * DAYS_OF[judging_grain(situation.cards[model_id])]:
        return measured
    message = mark("{reason} That period ended {n} days ago; nothing newer could be assessed.")
    return Verdict(measured.status, Sentence(message, {"reason": measured.reason, "n": days}))


def _days_since_period(situation: Situation, model_id: str, measured: Verdict) -> int:
    """Return the days since the end of the period that a verdict is about; 0 where it names none."""
    period = measured.reason.values.get("period")
    if not isinstance(period, str):
        return 0
    return max(0, (situation.day(model_id) - period_end(period)).days)
