"""The area of value: whether the model delivers what was promised."""

from __future__ import annotations

from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import status_rule
from dashboard.governance.value.status import value_verdict
from dashboard.measures.judging.verdict import Verdict


@status_rule("value")
def value(situation: Situation, model_id: str) -> Verdict:
    """The verdict on the latest settled period, by the promise that is in force now."""
    return value_verdict(situation, model_id)
