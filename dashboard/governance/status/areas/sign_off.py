"""The area `sign_off`: whether the steps that are due are signed, and still stand."""

from __future__ import annotations

from dashboard.governance.gaps.checks.sign_offs import why_stale
from dashboard.governance.sign_offs.findings import findings_of
from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.governance.sign_offs.steps import StepState, step_states
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import status_rule
from dashboard.measures.judging.verdict import Verdict
from dashboard.words import Sentence, mark


@status_rule("sign_off")
def sign_off(situation: Situation, model_id: str) -> Verdict:
    """A rejection or an overdue finding alerts; what is missing, stale or conditional warns."""
    due = [state for state in step_states(situation, model_id) if state.due]
    if not due:
        return Verdict("unknown", Sentence(mark("No step is due to be signed yet.")))
    rejected = _first(due, "rejected")
    if rejected is not None:
        return Verdict("alert", Sentence(mark("{step} was rejected."), {"step": STEP_WORDS[rejected.step]}))
    overdue = [finding for finding in findings_of(situation, model_id) if finding.state == "overdue"]
    if overdue:
        values = {"step": STEP_WORDS[overdue[0].raised.step], "due": overdue[0].due}
        return Verdict("alert", Sentence(mark("{step}: a condition is overdue since {due}."), values))
    stale = _first(due, "stale")
    if stale is not None:
        return Verdict("warn", why_stale(situation, stale))
    return _incomplete(due) or Verdict("ok", _complete(due))


def _first(states: list[StepState], wanted: str) -> StepState | None:
    return next((state for state in states if state.state == wanted), None)


def _incomplete(due: list[StepState]) -> Verdict | None:
    open_steps = [state for state in due if state.state in ("missing", "partly")]
    values: dict[str, object] = {"n": len(open_steps), "due": len(due)}
    if open_steps:
        values["step"] = STEP_WORDS[open_steps[0].step]
        return Verdict(
            "warn", Sentence(mark("{n} of {due} due steps are not fully signed, starting with {step}."), values)
        )
    conditional = _first(due, "conditional")
    if conditional is not None:
        message = mark("{step} was approved with conditions that are still open.")
        return Verdict("warn", Sentence(message, {"step": STEP_WORDS[conditional.step]}))
    return None


def _complete(due: list[StepState]) -> Sentence:
    message = mark("All {n} due steps are signed, and nothing they were based on has changed.")
    return Sentence(message, {"n": len(due)})
