"""Example states of the risk views for the gallery: rated, contradicted, overdue, not rated, unknown."""

from __future__ import annotations

from typing import Any

from dashboard.schema.card.roles import RISK_NAMES
from dashboard.schema.config.risk_rules import load_risk_rules
from dashboard.views.query import Query

Row = tuple[Any, ...]
MODELS = ("flight-delay", "calm")
BAD = "Brier score is 0.215, worse than the limit 0.200."


def _of(query: Query) -> list[str]:
    return [model for model in MODELS if query.model in (None, model)]


def risk(state: str, query: Query) -> list[Row]:
    return [_one(state, model, risk) for model in _of(query) for risk in RISK_NAMES]


def _one(state: str, model: str, risk: str) -> Row:
    days = ("2013-01-10", "2013-07-10")
    if state == "unknown":
        return (model, risk, None, None, None, None, None, None, "Nothing is logged.", None, "unknown",
                False, False, None, None, None, None, None)  # fmt: skip
    if state == "alarming" and risk == "wrong_predictions":
        return (model, risk, 2, 4, 8, "anna.keller", *days, BAD, 4, "warn", True, True,
                "Every case is <b>read twice</b>.", "Read twice.", "anna.keller", "Version 2 is here.",
                "cli:root")  # fmt: skip
    if state == "alarming" and risk == "degradation":
        return (model, risk, 4, 5, 20, "gone", *days, "As in the reference.", 1, "alert", False, True,
                None, None, None, None, None)  # fmt: skip
    return (model, risk, 1, 2, 2, "anna.keller", *days, "As in the reference.", 1, "ok", False, False,
            None, "Fallback.", None, None, None)  # fmt: skip


def risk_evidence(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return [(model, risk, None, None, None, None, None, None, None, "The log.") for model in _of(query)
                for risk in RISK_NAMES]  # fmt: skip
    figures = {"outage": "outages", "wrong_predictions": "limits_broken", "degradation": "drifted",
               "knowledge_loss": "weaknesses"}  # fmt: skip
    return [
        (model, risk, figure, 1.0, 1, "2013-01-01", "2013-12-31", "incidents", 12, "The log.")
        for model in _of(query)
        for risk, figure in figures.items()
    ]


def risk_history(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    return [
        (
            model,
            risk,
            "2013-01-10",
            2,
            4,
            8,
            "anna.keller",
            "anna.keller",
            "As before.",
            None,
            "2013-07-10",
            "event",
            "demo",
        )
        for model in _of(query)
        for risk in RISK_NAMES
    ]


def risk_record(state: str, query: Query) -> list[Row]:
    if state == "unknown":
        return []
    level = 4 if state == "alarming" else 1
    return [
        (model, "outage", "2013-01-10", "2013-07-10", 2, level, "Incidents in the window: 4.", level <= 2, "demo")
        for model in _of(query)
    ]


def risk_class(state: str, query: Query) -> list[Row]:
    roles = "accountable_executive, domain_expert"
    name = None if state == "unknown" else "high"
    return [
        (model, name, True, factor, value, source, 6, roles)
        for model in _of(query)
        for factor, value, source in (
            ("automation", "decision_support", "card"), ("materiality", "high", "derived"),
            ("purpose", None, "missing"),
        )
    ]  # fmt: skip


def risk_steps(state: str, query: Query) -> list[Row]:
    steps = load_risk_rules().steps
    found: list[Row] = []
    for risk in RISK_NAMES:
        texts = [step.render(query.language) for step in steps.of(risk).likelihood]
        impacts = [text.in_language(query.language) for text in steps.of(risk).impact]
        found += [(risk, "likelihood", number, text) for number, text in enumerate(texts, 1)]
        found += [(risk, "impact", number, text) for number, text in enumerate(impacts, 1)]
    return found
