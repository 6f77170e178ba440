"""The four risks of each model: how they are rated, what the facts say, and how right earlier ratings were."""

from __future__ import annotations

import pandas as pd

from dashboard.governance.risk.ratings import rating_history
from dashboard.governance.situation.current import situation_of
from dashboard.schema.card.roles import RISK_NAMES
from dashboard.schema.config.risk_rules import load_risk_rules
from dashboard.store.engine.database import Store
from dashboard.store.judgement_bases import fact_counts
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark


@view(
    "risk",
    columns=declare(
        "model risk likelihood impact score owner assessed_on next_review evidence evidence_level status",
        "contradicted overdue reason mitigation assessed_by triggers imported_by",
    ),
    model="optional",
)
def risk(store: Store, query: Query) -> pd.DataFrame:
    """How is each of the four risks rated, who owns it, and what do the facts say?

    Columns: model, risk, likelihood and impact (1 to 5), score (their product), owner, assessed_on, next_review,
    evidence (what the facts say, in sentences), evidence_level (1 to 5; null = not measured), status, contradicted (the
    evidence is above the rated likelihood), overdue, reason and mitigation (as written), assessed_by, triggers (what
    has happened since and asks for a new rating), imported_by (who imported the rating, as the ledger names them; null
    = it was given here, or stands on the card). A risk that is not rated is unknown; one that is overdue or
    contradicted warns at least. `on` asks about a past day, `as_of` for what was known then.
    """
    return judged_frame(store, query, "risk", VIEWS.get("risk").columns)


@view(
    "risk-evidence",
    columns=declare("model risk figure value evidence_level from to counted number source"),
    model="optional",
)
def risk_evidence(store: Store, query: Query) -> pd.DataFrame:
    """On which figures does the evidence of each risk rest?

    Columns: model, risk, figure (as in config/risk.yaml), value, evidence_level, from and to (the days looked at),
    counted and number (how many of what), source. A risk without any figure has one row with figure null.
    """
    return judged_frame(store, query, "risk_evidence", VIEWS.get("risk-evidence").columns)


@view(
    "risk-history",
    columns=declare(
        "model risk assessed_on likelihood impact score assessed_by owner reason mitigation next_review",
        "source imported_by",
    ),
    model="optional",
)
def risk_history(store: Store, query: Query) -> pd.DataFrame:
    """How was each risk rated, when, by whom and why?

    Columns: model, risk, assessed_on (null = on the first card, without a day), likelihood, impact, score, assessed_by,
    owner, reason, mitigation, next_review, source (card, event), imported_by (who imported the event; null = rated
    here, or on the card). Newest first within a risk.
    """
    models = [query.model] if query.model is not None else list(fact_counts(store, query.seen, query.as_of))
    models_of(store, query)
    situation = situation_of(store, models, query.on, query.as_of)
    found = [
        {
            "model": model_id,
            "risk": risk_name,
            "assessed_on": rating.assessed_on.isoformat() if rating.assessed_on else None,
            "likelihood": rating.likelihood,
            "impact": rating.impact,
            "score": rating.score,
            "assessed_by": rating.assessed_by,
            "owner": rating.owner,
            "reason": rating.reason,
            "mitigation": rating.mitigation.in_language(query.language) if rating.mitigation else None,
            "next_review": rating.next_review.isoformat() if rating.next_review else None,
            "source": rating.source,
            "imported_by": rating.imported_by,
        }
        for model_id in models
        for risk_name in RISK_NAMES
        for rating in reversed(rating_history(situation, model_id, risk_name))
    ]
    return pd.DataFrame(found, dtype=object)


@view(
    "risk-record",
    columns=declare("model risk from to likelihood happened_level happened right imported_by"),
    model="optional",
)
def risk_record(store: Store, query: Query) -> pd.DataFrame:
    """Were we right: what happened while each rating held?

    Columns: model, risk, from and to (the days on which the rating held, at most until the day asked about), likelihood
    (as rated), happened_level (the evidence of that time; null = not measured), happened (in sentences), right (what
    happened was not likelier than rated; null = not measured), imported_by (who imported the rating; null = rated here,
    or on the card). Ratings without a day are left out.
    """
    return judged_frame(store, query, "risk_record", VIEWS.get("risk-record").columns, lane="history")


@view(
    "risk-class",
    columns=declare(
        "model class at_least factor", Column("value", "text", mark("Value")), "source review_months roles"
    ),
    model="optional",
)
def risk_class_of(store: Store, query: Query) -> pd.DataFrame:
    """Which risk class has each model, from which factors, and what does it ask for?

    Columns: model, class (low, medium, high; null = not enough is known), at_least (missing factors could raise it),
    factor, value (null = missing), source (card, derived, missing), review_months, roles (that must be held).
    """
    return judged_frame(store, query, "risk_class", VIEWS.get("risk-class").columns)


@view("risk-steps", columns=declare("risk scale", Column("step", "whole", mark("Step")), "text"), model="none")
def risk_steps(store: Store, query: Query) -> pd.DataFrame:
    """What does each step of likelihood and impact mean?

    Columns: risk, scale (likelihood, impact), step (1 to 5), text. Nothing while there are no models to rate.
    """
    if not fact_counts(store, query.seen, query.as_of):
        return pd.DataFrame()
    steps = load_risk_rules(store.home).steps
    found: list[dict[str, object]] = []
    for name in RISK_NAMES:
        for number, step in enumerate(steps.of(name).likelihood, 1):
            text = step.render(query.language)
            found.append({"risk": name, "scale": "likelihood", "step": number, "text": text})
        for number, impact in enumerate(steps.of(name).impact, 1):
            text = impact.in_language(query.language)
            found.append({"risk": name, "scale": "impact", "step": number, "text": text})
    return pd.DataFrame(found, dtype=object)
