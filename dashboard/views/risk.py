"""The four risks of each model: how they are rated, what the facts say, and how right earlier ratings were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from dashboard.governance.risk.assessment import Assessed, assessed
from dashboard.governance.risk.evidence.registry import EVIDENCE
from dashboard.governance.risk.ratings import rating_history
from dashboard.governance.risk.risk_class import risk_class
from dashboard.governance.risk.track_record import Validity, validities
from dashboard.governance.situation.current import situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RISK_NAMES
from dashboard.store.engine.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.views.situations import situation_of
from dashboard.words import translate


@view(
    "risk",
    columns=(
        "model", "risk", "likelihood", "impact", "score", "owner", "assessed_on", "next_review", "evidence",
        "evidence_level", "status", "contradicted", "overdue", "reason", "mitigation", "assessed_by", "triggers",
    ),
    model="optional",
)  # fmt: skip
def risk(store: Store, query: Query) -> pd.DataFrame:
    """How is each of the four risks rated, who owns it, and what do the facts say?

    Columns: model, risk, likelihood and impact (1 to 5), score (their product), owner, assessed_on, next_review,
    evidence (what the facts say, in sentences), evidence_level (1 to 5; null = not measured), status, contradicted (the
    evidence is above the rated likelihood), overdue, reason and mitigation (as written), assessed_by, triggers (what
    has happened since and asks for a new rating). A risk that is not rated is unknown; one that is overdue or
    contradicted warns at least. `on` asks about a past day, `as_of` for what was known then.
    """
    situation, models = situation_of(store, query)
    found = [_row(one, query.language) for model_id in models for one in assessed(situation, model_id)]
    return pd.DataFrame(found, dtype=object)


def _row(one: Assessed, language: str) -> dict[str, object]:
    rating = one.rating
    return {
        "model": one.model_id,
        "risk": one.risk,
        "likelihood": rating.likelihood if rating else None,
        "impact": rating.impact if rating else None,
        "score": rating.score if rating else None,
        "owner": one.owner,
        "assessed_on": _day(rating.assessed_on) if rating else None,
        "next_review": _day(rating.next_review) if rating else None,
        "evidence": one.evidence.render(language, one.situation.cards[one.model_id]),
        "evidence_level": one.evidence.level,
        "status": one.status,
        "contradicted": one.contradicted,
        "overdue": one.overdue,
        "reason": rating.reason if rating else None,
        "mitigation": rating.mitigation.in_language(language) if rating and rating.mitigation else None,
        "assessed_by": rating.assessed_by if rating else None,
        "triggers": " ".join(trigger.sentence.render(language) for trigger in one.triggers) or None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@view(
    "risk-evidence",
    columns=("model", "risk", "figure", "value", "evidence_level", "from", "to", "counted", "number", "source"),
    model="optional",
)
def risk_evidence(store: Store, query: Query) -> pd.DataFrame:
    """On which figures does the evidence of each risk rest?

    Columns: model, risk, figure (as in config/risk.yaml), value, evidence_level, from and to (the days looked at),
    counted and number (how many of what), source. A risk without any figure has one row with figure null.
    """
    situation, models = situation_of(store, query)
    found: list[dict[str, object]] = []
    for model_id in models:
        for one in assessed(situation, model_id):
            evidence = one.evidence
            common = {
                "model": model_id,
                "risk": one.risk,
                "evidence_level": evidence.level,
                "from": _day(evidence.window[0]) if evidence.window else None,
                "to": _day(evidence.window[1]) if evidence.window else None,
                "counted": translate(evidence.counted, query.language) or None,
                "number": evidence.number,
                "source": translate(EVIDENCE.get(one.risk).source, query.language),
            }
            figures: list[tuple[str | None, float | None]] = list(evidence.figures.items()) or [(None, None)]
            found += [{**common, "figure": name, "value": value} for name, value in figures]
    return pd.DataFrame(found, dtype=object)


@view(
    "risk-history",
    columns=(
        "model", "risk", "assessed_on", "likelihood", "impact", "score", "assessed_by", "owner", "reason", "mitigation",
        "next_review", "source",
    ),
    model="optional",
)  # fmt: skip
def risk_history(store: Store, query: Query) -> pd.DataFrame:
    """How was each risk rated, when, by whom and why?

    Columns: model, risk, assessed_on (null = on the first card, without a day), likelihood, impact, score, assessed_by,
    owner, reason, mitigation, next_review, source (card, event). Newest first within a risk.
    """
    situation, models = situation_of(store, query)
    found = [
        {
            "model": model_id,
            "risk": risk_name,
            "assessed_on": _day(rating.assessed_on),
            "likelihood": rating.likelihood,
            "impact": rating.impact,
            "score": rating.score,
            "assessed_by": rating.assessed_by,
            "owner": rating.owner,
            "reason": rating.reason,
            "mitigation": rating.mitigation.in_language(query.language) if rating.mitigation else None,
            "next_review": _day(rating.next_review),
            "source": rating.source,
        }
        for model_id in models
        for risk_name in RISK_NAMES
        for rating in reversed(rating_history(situation, model_id, risk_name))
    ]
    return pd.DataFrame(found, dtype=object)


@view(
    "risk-record",
    columns=("model", "risk", "from", "to", "likelihood", "happened_level", "happened", "right"),
    model="optional",
)
def risk_record(store: Store, query: Query) -> pd.DataFrame:
    """Were we right: what happened while each rating held?

    Columns: model, risk, from and to (the days on which the rating held, at most until the day asked about), likelihood
    (as rated), happened_level (the evidence of that time; null = not measured), happened (in sentences), right (what
    happened was not likelier than rated; null = not measured). Ratings without a day are left out.
    """
    situation, models = situation_of(store, query)
    return pd.DataFrame(list(_records(situation, models, query.language)), dtype=object)


def _records(situation: Situation, models: list[str], language: str) -> Iterator[dict[str, object]]:
    for one in validities(situation, models):
        yield _record(one, situation, language)


def _record(one: Validity, situation: Situation, language: str) -> dict[str, object]:
    level = one.evidence.level
    return {
        "model": one.rating.model_id,
        "risk": one.rating.risk,
        "from": _day(one.start),
        "to": _day(one.end),
        "likelihood": one.rating.likelihood,
        "happened_level": level,
        "happened": one.evidence.render(language, situation.cards[one.rating.model_id]),
        "right": None if level is None else level <= one.rating.likelihood,
    }


@view(
    "risk-class",
    columns=("model", "class", "at_least", "factor", "value", "source", "review_months", "roles"),
    model="optional",
)
def risk_class_of(store: Store, query: Query) -> pd.DataFrame:
    """Which risk class has each model, from which factors, and what does it ask for?

    Columns: model, class (low, medium, high; null = not enough is known), at_least (missing factors could raise it),
    factor, value (null = missing), source (card, derived, missing), review_months, roles (that must be held).
    """
    situation, models = situation_of(store, query)
    found = []
    for model_id in models:
        classified = risk_class(situation, model_id)
        duties = situation.rules.classes.requirements_of(classified.name)
        found += [
            {
                "model": model_id,
                "class": classified.name,
                "at_least": classified.at_least,
                "factor": factor.name,
                "value": factor.value,
                "source": factor.source,
                "review_months": duties.review_months,
                "roles": ", ".join(duties.roles),
            }
            for factor in classified.factors
        ]
    return pd.DataFrame(found, dtype=object)


@view("risk-steps", columns=("risk", "scale", "step", "text"), model="none")
def risk_steps(store: Store, query: Query) -> pd.DataFrame:
    """What does each step of likelihood and impact mean?

    Columns: risk, scale (likelihood, impact), step (1 to 5), text. Nothing while there are no models to rate.
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    if not situation.cards:
        return pd.DataFrame()
    steps = situation.rules.steps
    found: list[dict[str, object]] = []
    for name in RISK_NAMES:
        for number, step in enumerate(steps.of(name).likelihood, 1):
            text = step.render(query.language)
            found.append({"risk": name, "scale": "likelihood", "step": number, "text": text})
        for number, impact in enumerate(steps.of(name).impact, 1):
            text = impact.in_language(query.language)
            found.append({"risk": name, "scale": "impact", "step": number, "text": text})
    return pd.DataFrame(found, dtype=object)
