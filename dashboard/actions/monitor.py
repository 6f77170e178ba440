"""Bring profiles, importance and statuses up to date."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial

from dashboard.actions.registry import Call, Payload, Progress, Rights, action
from dashboard.explanations.cases.ahead import explain_ahead
from dashboard.explanations.expectations.updating import update_expectations
from dashboard.explanations.importance.importance import update_importances
from dashboard.explanations.whatif.asking import scores_of
from dashboard.governance.alerts import follow_alerts
from dashboard.governance.data_quality.freshness import freshness_of
from dashboard.governance.data_quality.recording import Content, Found, changed_faults
from dashboard.governance.retirement.overlaps import update_overlaps
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.record import MEASURED
from dashboard.governance.value.status import value_verdict
from dashboard.lineage.imported import imported_checks
from dashboard.measures.judging.areas import NO_LOG
from dashboard.measures.judging.drift.status import drift_status, weighed_drift
from dashboard.measures.judging.fairness import fairness_status
from dashboard.measures.judging.performance import performance_status
from dashboard.measures.judging.quality import judge_data, with_imported
from dashboard.measures.judging.verdict import Verdict
from dashboard.profiles.count import count
from dashboard.profiles.subprocess_counter import count_apart
from dashboard.profiles.update import update_profiles
from dashboard.profiles.windows import open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.schema.texts import ModelId
from dashboard.store.audit.adoption import adopt_figures
from dashboard.store.cards import get_card, list_cards
from dashboard.store.engine.clock import now, replayed_now, stored
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.store.quality_faults import append_fault
from dashboard.store.statuses import append_status, list_statuses
from dashboard.words import mark

WAITING, JUDGING = mark("waiting for another run"), mark("assessing the figures")
# The share of the time that counting takes, and how many models are judged in one transaction.
PROFILED, TOGETHER = 0.9, 50
_one_at_a_time = threading.Lock()


class Models(Payload):
    """Models to bring up to date; none means all."""

    models: tuple[ModelId, ...] = ()


@action(
    "monitor",
    command="monitor [MODEL...]",
    rights=Rights(("data_scientist", "manager", "admin")),
    long=True,
)
def monitor(call: Call, payload: Models) -> str:
    """Bring profiles, metrics and statuses up to date; only what changed is computed again."""
    call.progress(0.0, WAITING)
    with _one_at_a_time:
        adopt_figures(call.store)
        return _monitor(call, payload)


def _monitor(call: Call, payload: Models) -> str:
    known = {} if payload.models else list_cards(call.store)
    if payload.models:
        cards = [get_card(call.store, model) for model in dict.fromkeys(payload.models)]
    else:
        cards = [recorded.card for model, recorded in known.items() if call.principal.sees(model)]
    periods = {card.id: _profile(call, card, position, len(cards)) for position, card in enumerate(cards)}
    notes = update_importances(call.store, cards, call.actor)
    # Nobody asks the demo's replay for the reasons of a past day; it checks expectations once, at its end.
    if replayed_now() is None:
        explain_ahead(call.store, cards, call.actor)
        notes += update_expectations(call.store, cards, call.actor, partial(scores_of, call.store))
    for begin in range(0, len(cards), TOGETHER):
        call.progress(PROFILED + (1 - PROFILED) * begin / len(cards), JUDGING)
        record_statuses(call, cards[begin : begin + TOGETHER], periods)
    # Twins are looked for among all models, by whoever sees all; the demo's replay does so at its end.
    if not payload.models and len(cards) == len(known) and replayed_now() is None:
        update_overlaps(call.store, cards, call.actor)
    call.progress(1.0, "")
    done = f"brought {len(cards)} models up to date; {sum(periods.values())} periods were computed"
    return "\n".join([done, *notes])


def _profile(call: Call, card: ModelCard, position: int, number: int) -> int:
    def progress(share: float, doing: str) -> None:
        call.progress(PROFILED * (position + share) / number, doing)

    reporter: Progress = progress
    reporter(0.0, card.id)
    counter = count_apart if call.store.writer.serves else count
    return update_profiles(call.store, card, call.actor, reporter, counter).periods


def record_statuses(call: Call, cards: Sequence[ModelCard], periods: Mapping[str, int]) -> None:
    """Judge the areas of models and record what changed, with the number of periods computed for each model."""
    situation = Situation(call.store, seen=frozenset(card.id for card in cards))
    judged = {card.id: _judged(call.store, card, situation) for card in cards}
    verdicts = {model: found for model, (found, _) in judged.items()}
    known = {(entry.model_id, entry.area): entry.status for entry in list_statuses(call.store)}
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        recorded_at = stored(now())
        for model, areas in verdicts.items():
            changed = [
                area
                for area, verdict in areas.items()
                if append_status(cursor, model, area, verdict.status, verdict.reason, recorded_at)
            ]
            for fault, content in judged[model][1].items():
                append_fault(cursor, model, fault, content, recorded_at)
            if changed or periods[model]:
                audit_context.before[model] = {area: known.get((model, area)) for area in changed}
                audit_context.after[model] = {
                    "periods": periods[model],
                    **{area: areas[area].status for area in changed},
                }
        follow_alerts(cursor, call.store, verdicts, audit_context)


def _judged(store: Store, card: ModelCard, situation: Situation) -> tuple[dict[str, Verdict], dict[str, Content]]:
    """The verdicts on the measured areas, and the faults of the data that are new or have changed."""
    thresholds = load_thresholds(None, card.monitoring or None)
    importance = importance_in_force(store, card)
    imported = imported_checks(store, card, importance)
    profiles = open_profiles(store, card)
    if profiles is None:
        nothing = Verdict("unknown", NO_LOG)
        found = Found(None, None, imported, None, importance, thresholds)
        verdicts = {**dict.fromkeys(MEASURED, nothing), "quality": with_imported(nothing, imported, card)}
        return verdicts, changed_faults(store, card, found)
    performance = performance_status(profiles, card, thresholds)
    drift = drift_status(profiles, card, thresholds, importance)
    data = judge_data(profiles, card, thresholds, importance, imported)
    verdicts = {
        "performance": performance,
        "drift": weighed_drift(drift, performance),
        "fairness": fairness_status(profiles, card, thresholds),
        "quality": data.verdict,
        "value": value_verdict(situation, card.id),
    }
    found = Found(profiles, data, imported, freshness_of(situation, card.id), importance, thresholds)
    return verdicts, changed_faults(store, card, found)
