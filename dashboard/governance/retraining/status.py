"""What a recommendation means for the status of a model."""

from __future__ import annotations

from dashboard.governance.retraining.reasons import Answer
from dashboard.governance.retraining.recommendation import Recommendation
from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.words import Sentence

STATUSES: dict[Answer, Status] = {
    "now": "alert", "fix_data": "alert", "later": "warn", "no": "ok", "unknown": "unknown",
}  # fmt: skip


def retraining_verdict(found: Recommendation) -> Verdict:
    """The status of the area `retraining`, with the judged period in its reason."""
    values = dict(found.reason.values)
    if found.period is not None:
        values["period"] = found.period
    return Verdict(STATUSES[found.answer], Sentence(found.reason.message, values))
