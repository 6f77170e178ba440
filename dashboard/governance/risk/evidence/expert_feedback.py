"""What experts said about single predictions: right or wrong, as `feedback` events tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.governance.situation.lifetimes import local_day
from dashboard.governance.situation.situation import Situation
from dashboard.measures.intervals import wilson

FEEDBACK = "feedback"


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

    Who is unsure has not judged.
    """
    verdicts: dict[str, tuple[str, date, bool]] = {}
    for event in situation.events(model_id, FEEDBACK):
        content, day = event.content, local_day(situation, model_id, event.happened_at)
        if window[0] <= day <= window[1]:
            verdicts[str(content["prediction"])] = str(content["verdict"]), day, event.imported_by is not None
    decided = [one for one in verdicts.values() if one[0] != "unsure"]
    if not decided:
        return None
    wrong = sum(verdict == "wrong" for verdict, _, _ in decided)
    low, high = wilson(wrong / len(decided), len(decided))
    imported = sum(by_file for _, _, by_file in decided)
    return ExpertFeedback(len(decided), wrong, low, high, max(day for _, day, _ in decided), imported)
