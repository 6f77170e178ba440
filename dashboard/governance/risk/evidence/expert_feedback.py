"""What experts said about single predictions: right or wrong, as `feedback` events tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.governance.feedback.verdicts import FEEDBACK, WITHDRAWN, verdicts_of
from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.situation import Situation
from dashboard.measures.intervals import wilson


@dataclass(frozen=True)
class ExpertFeedback:
    """How many predictions were judged, how many of them called wrong, and the day of the last judgement.

    `low` and `high` are the 95 % interval of the share that is called wrong; `imported` of them came in files.
    """

    judged: int
    wrong: int
    low: float
    high: float
    last: date
    imported: int

    @property
    def share(self) -> float:
        """The share of the judged predictions that is called wrong."""
        return self.wrong / self.judged


def expert_feedback(situation: Situation, model_id: str, window: tuple[date, date]) -> ExpertFeedback | None:
    """The judgements of some days, both inclusive; None without any. Of several about one prediction the last counts.

    Who is unsure has not judged. Cases that the review queue picked because they are uncertain, costly or contested are
    left out: they say nothing about how often the model is wrong.
    """
    known = verdicts_of(situation.events(model_id, FEEDBACK), situation.statements(model_id, WITHDRAWN))
    last = {
        one.case: (one, day)
        for one in known
        if one.counts
        and one.sample != "queue"
        and window[0] <= (day := local_day(situation, model_id, one.given_at)) <= window[1]
    }
    decided = [(one, day) for one, day in last.values() if one.decided]
    if not decided:
        return None
    wrong = sum(one.verdict == "wrong" for one, _ in decided)
    low, high = wilson(wrong / len(decided), len(decided))
    imported = sum(one.imported for one, _ in decided)
    return ExpertFeedback(len(decided), wrong, low, high, max(day for _, day in decided), imported)
