"""All models at once: what there is, how it stands, what changed, how much is used."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pandas as pd

from dashboard.governance.risk.ratings import ratings_of
from dashboard.governance.situation.current import situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.registry import area_statuses
from dashboard.measures.judging import Verdict, worst
from dashboard.measures.statuses import AREAS, NO_LOG, NOT_MONITORED, UNMEASURED
from dashboard.profiles.periods import floor, label
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.reasons import with_label
from dashboard.store.cards import get_card, list_cards
from dashboard.store.engine.clock import as_utc, now
from dashboard.store.engine.database import Store
from dashboard.store.profiles import monthly_volumes
from dashboard.store.statuses import RecordedStatus, list_statuses, status_history, volumes
from dashboard.views.context import model_context, thresholds_of
from dashboard.views.query import Query
from dashboard.views.registry import view

CHANGES_SHOWN = timedelta(days=7)


@view(
    "models",
    columns=(
        "model", "name", "status", "stage", "process", "accountable_executive", "version", "risk", "value_verdict",
        "predictions", "last_prediction_at",
    ),
    model="none",
)  # fmt: skip
def models(store: Store, query: Query) -> pd.DataFrame:
    """Which models are there, how do they stand and who answers for them?

    Columns: model, name, status (worst of the areas that count), stage, process, accountable_executive (person ids),
    version, risk (highest likelihood x impact, null = not rated), value_verdict, predictions, last_prediction_at (UTC).
    """
    statuses = _by_model(list_statuses(store, as_of=query.as_of))
    situation = situation_on(store, query.on, query.as_of, query.seen)
    counted = volumes(store, query.as_of)
    found = []
    for model_id, card in _chosen_cards(store, query).items():
        volume = counted.get(model_id, {})
        last = volume.get("last_at")
        found.append(
            {
                "model": model_id,
                "name": card.name.in_language(query.language),
                "status": overall_status(card, statuses.get(model_id, {}), area_statuses(situation, model_id)),
                "stage": card.status,
                "process": card.business.process,
                "accountable_executive": ", ".join(situation.holders(model_id, "accountable_executive")) or None,
                "version": version_in_production(card),
                "risk": highest_risk(situation, model_id),
                "value_verdict": "unknown",
                "predictions": volume.get("rows", 0),
                "last_prediction_at": last.isoformat().replace("+00:00", "Z") if isinstance(last, datetime) else None,
            }
        )
    return pd.DataFrame(found, dtype=object)


def _by_model(statuses: list[RecordedStatus]) -> dict[str, dict[str, RecordedStatus]]:
    found: dict[str, dict[str, RecordedStatus]] = {}
    for status in statuses:
        found.setdefault(status.model_id, {})[status.area] = status
    return found


def overall_status(card: ModelCard, statuses: dict[str, RecordedStatus], judged: dict[str, Verdict]) -> str:
    """The worst status of the areas that count; an area that is neither judged nor recorded is unknown."""
    found = {area: status.status for area, status in statuses.items()} | {
        area: verdict.status for area, verdict in judged.items()
    }
    return worst([found.get(area, "unknown") for area in thresholds_of(card).status.areas])  # type: ignore[misc]


def version_in_production(card: ModelCard) -> str:
    """The version deployed last, or the newest one where no deployment is on the card."""
    deployed = [(deployment.start, version.version) for version in card.versions for deployment in version.deployments]
    return max(deployed)[1] if deployed else card.versions[-1].version


def highest_risk(situation: Situation, model_id: str) -> int | None:
    """The highest rating in force, likelihood times impact; None where no risk is rated."""
    scores = [rating.score for rating in ratings_of(situation, model_id).values() if rating is not None]
    return max(scores, default=None)


@view("status", columns=("model", "area", "status", "reason"), model="optional")
def status(store: Store, query: Query) -> pd.DataFrame:
    """How does each model stand, area by area, and why?

    Columns: model, area, status, reason. Every area is listed; what nothing measures is unknown.
    """
    cards = _chosen_cards(store, query)
    statuses = _by_model(list_statuses(store, query.model, query.as_of))
    counted = volumes(store, query.as_of)
    situation = situation_on(store, query.on, query.as_of, query.seen)
    found = []
    for model_id, card in cards.items():
        measured = thresholds_of(card).status.areas
        judged = area_statuses(situation, model_id)
        for area in AREAS:
            recorded = statuses.get(model_id, {}).get(area)
            if area in judged:
                state, reason = str(judged[area].status), judged[area].reason
            elif recorded is not None:
                state, reason = recorded.status, recorded.reason
            elif area in measured and area in ("performance", "drift"):
                state, reason = "unknown", NOT_MONITORED if model_id in counted else NO_LOG
            else:
                state, reason = "unknown", UNMEASURED
            told = with_label(reason, card, query.language).render(query.language)
            found.append({"model": model_id, "area": area, "status": state, "reason": told})
    return pd.DataFrame(found)


def _chosen_cards(store: Store, query: Query) -> dict[str, ModelCard]:
    if query.model is not None:
        return {query.model: get_card(store, query.model, query.as_of)}
    known = list_cards(store, query.as_of)
    return {model_id: recorded.card for model_id, recorded in known.items() if query.sees(model_id)}


@view("changes", columns=("model", "area", "status_before", "status", "changed_at", "reason"), model="optional")
def changes(store: Store, query: Query) -> pd.DataFrame:
    """Which statuses changed, by default in the last seven days?

    Columns: model, area, status_before, status, changed_at (UTC), reason. First records are no change.
    """
    end = query.as_of or now()
    start = as_utc(datetime.combine(query.start, time())) if query.start else end - CHANGES_SHOWN
    cards = _chosen_cards(store, query)
    found = [
        {
            "model": entry.model_id,
            "area": entry.area,
            "status_before": before,
            "status": entry.status,
            "changed_at": entry.recorded_at.isoformat().replace("+00:00", "Z"),
            "reason": with_label(entry.reason, cards[entry.model_id], query.language).render(query.language),
        }
        for entry, before in status_history(store, query.model, query.as_of)
        if entry.model_id in cards
        and before is not None
        and before != entry.status
        and start <= entry.recorded_at <= end
    ]
    return pd.DataFrame(found)


@view("volumes", columns=("model", "period", "period_start", "predictions", "labelled"), model="optional")
def volume(store: Store, query: Query) -> pd.DataFrame:
    """How much is each model used, and how many labels came back?

    Columns: model, period, period_start (in the model's time zone), predictions, labelled. By month for all models; one
    model by its own period or `by`.
    """
    if query.model is None:
        return pd.DataFrame(monthly_volumes(store, query.as_of))
    context = model_context(store, query)
    sums: dict[datetime, list[int]] = {}
    for profile in context.read(()):
        kept = sums.setdefault(floor(profile.start, context.by), [0, 0])
        kept[0] += profile.predictions
        kept[1] += profile.labelled
    return pd.DataFrame(
        [
            {
                "model": query.model,
                "period": label(start, context.by),
                "period_start": start,
                "predictions": sums[start][0],
                "labelled": sums[start][1],
            }
            for start in sorted(sums)
        ]
    )
