"""Risks, their classes and the figures of their evidence in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.schema.card.roles import RISK_WORDS
from dashboard.words import mark

RISKS: dict[str, str] = {str(risk): word for risk, word in RISK_WORDS.items()}

RISK_CLASSES: dict[str, str] = {
    "high": mark("high"),
    "medium": mark("medium"),
    "low": mark("low"),
    "unclassified": mark("not known"),
}

FACTORS: dict[str, str] = {
    "affected_persons": mark("Affected persons a year"),
    "exposure": mark("Exposure"),
    "purpose": mark("Who is affected by the purpose"),
    "materiality": mark("Materiality (exposure x purpose)"),
    "automation": mark("How decisions are made"),
    "eu_ai_act": mark("Class under the EU AI Act"),
    "eu_ai_act_reason": mark("Reason for that class"),
    "eu_ai_act_annex": mark("Number in the annex"),
}

FACTOR_VALUES: dict[str, str] = {
    "small": mark("small"),
    "medium": mark("medium"),
    "large": mark("large"),
    "low": mark("low"),
    "high": mark("high"),
    "internal": mark("own processes"),
    "customers": mark("customers"),
    "rights": mark("access to work, credit, health or safety"),
    "minimal": mark("minimal"),
    "limited": mark("limited"),
    "prohibited": mark("prohibited"),
    "stated": mark("stated"),
}

# The figures of the evidence, as config/risk.yaml names them.
FIGURES: dict[str, str] = {
    "outages": mark("Outages"),
    "long_outages": mark("Outages longer than tolerated"),
    "hours": mark("Hours of outage"),
    "tolerances": mark("Outage hours as a multiple of the tolerated hours"),
    "groups_off_target": mark("Groups off the target"),
    "targets_missed": mark("Key metrics that miss the target"),
    "groups_off_limit": mark("Groups worse than the limit"),
    "limits_broken": mark("Key metrics worse than the limit"),
    "bad_periods": mark("Consecutive bad periods"),
    "called_wrong": mark("Share that experts rate as wrong (lower bound)"),
    "drifted": mark("Important features that drifted"),
    "drifted_much": mark("Important features that drifted strongly"),
    "declined": mark("Key metrics that declined"),
    "decline": mark("Largest decline (share of the tolerance)"),
    "unchecked": mark("Strong drift, no outcomes known"),
    "widened": mark("Protected columns whose groups diverged"),
    "widening": mark("Largest divergence between groups (share of the tolerance)"),
    "weaknesses": mark("Weaknesses"),
    "missing_people": mark("People missing who know it"),
    "busiest": mark("Share of the busiest person"),
    "orphaned": mark("Nobody with knowledge of it remains (1 = yes)"),
}
