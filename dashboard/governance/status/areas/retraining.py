"""The area of retraining: whether the model should be trained again, or its data be mended first."""

from __future__ import annotations

from dashboard.governance.retraining.recommendation import recommendation_of
from dashboard.governance.retraining.status import retraining_verdict
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.age import with_age
from dashboard.governance.status.registry import status_rule
from dashboard.measures.judging.verdict import Verdict


@status_rule("retraining", alerts=False)
def retraining(situation: Situation, model_id: str) -> Verdict:
    """By the recommendation on the latest judged period; what was fine of a silent model is not known any more."""
    return with_age(situation, model_id, "retraining", retraining_verdict(recommendation_of(situation, model_id)))
