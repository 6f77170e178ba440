"""How the four risks of a model stand."""

from __future__ import annotations

from dashboard.governance.risk.assessment import Assessed, assessed
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import status_rule
from dashboard.measures.judging.verdict import SEVERITY, Verdict
from dashboard.schema.card.roles import RISK_WORDS
from dashboard.words import Sentence, mark


@status_rule("risk")
def risk(situation: Situation, model_id: str) -> Verdict:
    """The worst of the four risks, and why."""
    found = assessed(situation, model_id)
    unrated = [one for one in found if one.rating is None]
    if len(unrated) == len(found):
        return Verdict("unknown", Sentence(mark("None of the four risks is rated.")))
    worst = max(found, key=lambda one: (SEVERITY[one.status], one.rating.score if one.rating else 0))
    if worst.rating is None:
        values: dict[str, object] = {"n": len(unrated), "risk": RISK_WORDS[worst.risk]}
        return Verdict("unknown", Sentence(mark("{n} of the four risks are not rated, starting with {risk}."), values))
    return Verdict(worst.status, _reason(worst))


def _reason(worst: Assessed) -> Sentence:
    rating = worst.rating
    assert rating is not None
    values: dict[str, object] = {
        "risk": RISK_WORDS[worst.risk],
        "likelihood": rating.likelihood,
        "impact": rating.impact,
        "score": rating.score,
    }
    if worst.status == "ok":
        return Sentence(
            mark("The highest of the four risks is {risk}: {likelihood} x {impact} = {score} of 25."), values
        )
    if worst.contradicted:
        values["level"] = worst.evidence.level
        return Sentence(mark("{risk} is rated {likelihood}, the evidence says {level}."), values)
    if worst.overdue:
        values["day"] = rating.next_review
        return Sentence(mark("{risk}: the next rating was due by {day}."), values)
    return Sentence(mark("{risk} is rated {likelihood} x {impact} = {score} of 25."), values)
