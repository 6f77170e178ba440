"""How a model stands, area by area: what was measured, what follows from facts, and what nobody measures."""

from __future__ import annotations

from dashboard.governance.situation.profiles import thresholds_of
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.age import with_age
from dashboard.governance.status.registry import area_statuses
from dashboard.measures.judging.alarms import with_since
from dashboard.measures.judging.areas import AREAS, NO_LOG, NOT_MONITORED, UNMEASURED
from dashboard.measures.judging.verdict import Status, Verdict, worst
from dashboard.schema.card.reasons import with_label
from dashboard.words import Sentence

MEASURED = ("performance", "drift", "fairness", "quality", "value")


def statuses_of(situation: Situation, model_id: str) -> dict[str, Verdict]:
    """The verdict of every area of a model, in the order of AREAS; what nothing measures is unknown."""
    return situation.cached(("statuses", model_id), lambda: _statuses(situation, model_id))


def _statuses(situation: Situation, model_id: str) -> dict[str, Verdict]:
    card, judged = situation.cards[model_id], area_statuses(situation, model_id)
    recorded, measured = situation.recorded_statuses.get(model_id, {}), thresholds_of(card).status.areas
    found: dict[str, Verdict] = {}
    for area in AREAS:
        if area in judged:
            found[area] = judged[area]
        elif area in recorded:
            then = Verdict(recorded[area].status, recorded[area].reason)  # type: ignore[arg-type]
            found[area] = _on_the_day(situation, model_id, area, then) if area in MEASURED else then
        elif area in measured and area in MEASURED:
            found[area] = Verdict("unknown", NOT_MONITORED if model_id in situation.logged else NO_LOG)
        else:
            found[area] = Verdict("unknown", UNMEASURED)
    return {area: Verdict(verdict.status, with_label(verdict.reason, card)) for area, verdict in found.items()}


def _on_the_day(situation: Situation, model_id: str, area: str, measured: Verdict) -> Verdict:
    """What was measured, with since when it has been so, as it stands on the day that is asked about."""
    aged, with_run = with_age(situation, model_id, area, measured), with_since(measured)
    if aged is measured:
        return with_run
    return Verdict(aged.status, Sentence(aged.reason.message, {**aged.reason.values, "reason": with_run.reason}))


def overall_status(situation: Situation, model_id: str) -> Status:
    """The worst status of the areas that count for a model."""
    found = statuses_of(situation, model_id)
    counted = thresholds_of(situation.cards[model_id]).status.areas
    return worst([found[area].status if area in found else "unknown" for area in counted])
