"""Risks: how each is rated beside what the facts say, the class of the model, and whether ratings were right."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.risk.assessment import Assessed, assessed
from dashboard.governance.risk.evidence.registry import EVIDENCE, Evidence
from dashboard.governance.risk.risk_class import risk_class
from dashboard.governance.risk.track_record import validities
from dashboard.governance.situation.situation import Situation
from dashboard.words import Sentence


@subject("risk")
def risks(situation: Situation, model_id: str) -> Iterator[Row]:
    """The four risks; cells as the columns of the view `risk`."""
    yield from (_risk(situation, one) for one in assessed(situation, model_id))


def _risk(situation: Situation, one: Assessed) -> Row:
    rating = one.rating
    content = {
        "model": one.model_id,
        "risk": one.risk,
        "likelihood": rating.likelihood if rating else None,
        "impact": rating.impact if rating else None,
        "score": rating.score if rating else None,
        "owner": one.owner,
        "assessed_on": rating.assessed_on if rating else None,
        "next_review": rating.next_review if rating else None,
        "evidence": _sentences(situation, one.model_id, one.evidence),
        "evidence_level": one.evidence.level,
        "status": one.status,
        "contradicted": one.contradicted,
        "overdue": one.overdue,
        "reason": rating.reason if rating else None,
        "mitigation": rating.mitigation if rating else None,
        "assessed_by": rating.assessed_by if rating else None,
        "triggers": [trigger.sentence for trigger in one.triggers],
        "imported_by": rating.imported_by if rating else None,
    }
    rank = -rating.score if rating else 0.0
    return Row(content, one.owner, one.status, rank, rating.next_review if rating else None)


def _sentences(situation: Situation, model_id: str, evidence: Evidence) -> list[Sentence]:
    return evidence.sentences(situation.cards[model_id])


@subject("risk_evidence")
def risk_evidence(situation: Situation, model_id: str) -> Iterator[Row]:
    """The figures behind the evidence of each risk; cells as the columns of the view `risk-evidence`."""
    for one in assessed(situation, model_id):
        evidence = one.evidence
        common = {
            "model": model_id,
            "risk": one.risk,
            "evidence_level": evidence.level,
            "from": evidence.window[0] if evidence.window else None,
            "to": evidence.window[1] if evidence.window else None,
            "counted": Sentence(evidence.counted) if evidence.counted else None,
            "number": evidence.number,
            "source": Sentence(EVIDENCE.get(one.risk).source),
        }
        figures: list[tuple[str | None, float | None]] = list(evidence.figures.items()) or [(None, None)]
        for name, value in figures:
            yield Row({**common, "figure": name, "value": value})


@subject("risk_class")
def risk_classes(situation: Situation, model_id: str) -> Iterator[Row]:
    """The class of a model and its factors; cells as the columns of the view `risk-class`."""
    classified = risk_class(situation, model_id)
    duties = situation.rules.classes.requirements_of(classified.name)
    for factor in classified.factors:
        content = {
            "model": model_id,
            "class": classified.name,
            "at_least": classified.at_least,
            "factor": factor.name,
            "value": factor.value,
            "source": factor.source,
            "review_months": duties.review_months,
            "roles": ", ".join(duties.roles),
        }
        yield Row(content, status=classified.name)


@subject("risk_record", lane="history")
def risk_record(situation: Situation, model_id: str) -> Iterator[Row]:
    """Judge what happened while each rating was in force; cells as the columns of the view `risk-record`."""
    for one in validities(situation, [model_id]):
        level = one.evidence.level
        yield Row(
            {
                "model": model_id,
                "risk": one.rating.risk,
                "from": one.start,
                "to": one.end,
                "likelihood": one.rating.likelihood,
                "happened_level": level,
                "happened": _sentences(situation, model_id, one.evidence),
                "right": None if level is None else level <= one.rating.likelihood,
                "imported_by": one.rating.imported_by,
            }
        )
