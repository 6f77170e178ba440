"""Bring profiles, importance and statuses up to date."""

from __future__ import annotations

from dashboard.actions.registry import Call, Payload, Progress, action
from dashboard.explanations.importance import update_importances
from dashboard.measures.judging import Verdict
from dashboard.measures.statuses import NO_LOG, drift_status, performance_status, weighed_drift
from dashboard.profiles.update import update_profiles
from dashboard.profiles.windows import open_profiles
from dashboard.schema.card import ModelCard
from dashboard.schema.thresholds import load_thresholds
from dashboard.store.cards import get_card, list_cards
from dashboard.store.clock import now, stored
from dashboard.store.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.store.statuses import append_status


class Models(Payload):
    """Models to bring up to date; none means all."""

    models: tuple[str, ...] = ()


@action("monitor", command="monitor [MODEL...]", payload=Models)
def monitor(call: Call, payload: Payload) -> str:
    """Bring profiles, metrics and statuses up to date; only what changed is computed again."""
    assert isinstance(payload, Models)
    if payload.models:
        cards = [get_card(call.store, model) for model in payload.models]
    else:
        cards = [recorded.card for recorded in list_cards(call.store).values()]
    periods = 0
    for position, card in enumerate(cards):
        periods += _profile(call, card, position, len(cards))
    notes = update_importances(call.store, cards, call.actor)
    for card in cards:
        record_statuses(call.store, card)
    call.progress(1.0, "")
    return "\n".join([f"brought {len(cards)} models up to date; {periods} periods were computed", *notes])


def _profile(call: Call, card: ModelCard, position: int, number: int) -> int:
    def progress(share: float, doing: str) -> None:
        call.progress((position + share) / number, doing)

    reporter: Progress = progress
    reporter(0.0, card.id)
    return update_profiles(call.store, card, call.actor, reporter).periods


def record_statuses(store: Store, card: ModelCard) -> None:
    """Judge a model's areas and record what changed."""
    thresholds = load_thresholds(None, card.monitoring or None)
    profiles = open_profiles(store, card)
    if profiles is None:
        verdicts = {"performance": Verdict("unknown", NO_LOG), "drift": Verdict("unknown", NO_LOG)}
    else:
        importance = importance_in_force(store, card)
        performance = performance_status(profiles, card, thresholds)
        drift = drift_status(profiles, card, thresholds, importance)
        verdicts = {"performance": performance, "drift": weighed_drift(drift, performance)}
    with store.writing() as cursor:
        recorded_at = stored(now())
        for area, verdict in verdicts.items():
            append_status(cursor, card.id, area, verdict.status, verdict.reason, recorded_at)
