"""The four risks of each model, as they are rated on its card."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.schema.roles import RISK_NAMES, Risk
from dashboard.store.cards import get_card, list_cards
from dashboard.store.clock import now
from dashboard.store.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import view

# Likelihood times impact, of 25.
WARN_SCORE, ALERT_SCORE = 8, 15


@view(
    "risk",
    columns=(
        "model", "risk", "likelihood", "impact", "score", "owner", "assessed_on", "next_review", "evidence",
        "evidence_level", "status",
    ),
    model="optional",
)  # fmt: skip
def risk(store: Store, query: Query) -> pd.DataFrame:
    """How is each of the four risks rated, and who owns it?

    Columns: model, risk, likelihood and impact (1 to 5), score (their product), owner, assessed_on, next_review,
    evidence, evidence_level (null: not collected yet), status. A risk that is not rated, or was not yet rated `on` that
    day, is unknown; a rating whose review is overdue warns at least.
    """
    if query.model is not None:
        cards = {query.model: get_card(store, query.model, query.as_of)}
    else:
        cards = {model_id: recorded.card for model_id, recorded in list_cards(store, query.as_of).items()}
    found = []
    for model_id, card in cards.items():
        day = query.on or (query.as_of or now()).astimezone(ZoneInfo(card.time_zone)).date()
        mentioned = dict(card.risks.rated())
        for name in RISK_NAMES:
            rated = mentioned.get(name) or Risk()
            known = rated.assessed_on is None or query.on is None or rated.assessed_on <= query.on
            rated = rated if known else Risk()
            found.append(
                {
                    "model": model_id,
                    "risk": name,
                    "likelihood": rated.likelihood,
                    "impact": rated.impact,
                    "score": rated.score,
                    "owner": rated.owner,
                    "assessed_on": rated.assessed_on.isoformat() if rated.assessed_on else None,
                    "next_review": rated.next_review.isoformat() if rated.next_review else None,
                    "evidence": None,
                    "evidence_level": None,
                    "status": rating_status(rated, day),
                }
            )
    return pd.DataFrame(found, dtype=object)


def rating_status(rated: Risk, day: date) -> str:
    """The status of a rating on a day."""
    if rated.score is None:
        return "unknown"
    if rated.score >= ALERT_SCORE:
        return "alert"
    overdue = rated.next_review is not None and rated.next_review < day
    return "warn" if rated.score >= WARN_SCORE or overdue else "ok"
