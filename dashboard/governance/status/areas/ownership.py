"""Ownership: whether every role that a model needs is held by somebody who is there and looks."""

from __future__ import annotations

from dashboard.governance.gaps.registry import gaps_of
from dashboard.governance.situation.history import stage_on
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import status_rule
from dashboard.measures.judging.verdict import Verdict
from dashboard.schema.severities import SEVERITIES, status_of
from dashboard.words import Sentence, mark

OWNERSHIP_GAPS = (
    "no_accountable_executive",
    "person_left",
    "unknown_person",
    "role_missing",
    "executive_not_business",
    "no_deputy",
    "single_keeper",
    "executive_not_looked",
)


@status_rule("ownership")
def judge_ownership(situation: Situation, model_id: str) -> Verdict:
    """Give alert for a severe gap, warning for any other."""
    if stage_on(situation, model_id, situation.day(model_id)) == "retired":
        return Verdict("ok", Sentence(mark("The model is retired; nobody needs to be accountable for it any more.")))
    gaps = [gap for name in OWNERSHIP_GAPS for gap in gaps_of(situation, model_id, name)]
    if not gaps:
        return Verdict("ok", Sentence(mark("Every required role is filled by a current employee.")))
    worst = min(gaps, key=lambda gap: (SEVERITIES.index(gap.severity), OWNERSHIP_GAPS.index(gap.gap)))
    return Verdict(status_of(worst.severity), worst.reason)
