"""The status of record: how a model stands, area by area and as a whole, and what everybody asks of it first."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.risk.ratings import highest_score
from dashboard.governance.situation.situation import Situation
from dashboard.governance.status.record import overall_status, statuses_of
from dashboard.governance.value.status import ANSWERS
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.schema.card.card import ModelCard
from dashboard.words import Sentence


@subject("status")
def statuses(situation: Situation, model_id: str) -> Iterator[Row]:
    """Every area of a model; cells as the columns of the view `status`."""
    for position, (area, verdict) in enumerate(statuses_of(situation, model_id).items()):
        content = {
            "model": model_id,
            "area": area,
            "status": verdict.status,
            "reason": verdict.reason,
            "judged_on": situation.day(model_id),
            "period": _period(verdict.reason),
        }
        yield Row(content, status=verdict.status, rank=position)


def _period(reason: Sentence) -> object:
    """The period that a reason speaks about, or the reason inside it; None where it is about no period."""
    inner = (value for value in reason.values.values() if isinstance(value, Sentence))
    return reason.values.get("period") or next(filter(None, map(_period, inner)), None)


@subject("model")
def models(situation: Situation, model_id: str) -> Iterator[Row]:
    """One row: what the view `models` shows, and what every page needs to name a model.

    Further cells: simulated, task, time_zone, day (the judged one).
    """
    card, logged = situation.cards[model_id], situation.logged.get(model_id, {})
    risk, status = highest_score(situation, model_id), overall_status(situation, model_id)
    content = {
        "model": model_id,
        "name": card.name,
        "status": status,
        "stage": card.status,
        "process": card.business.process,
        "accountable_executive": ", ".join(situation.holders(model_id, "accountable_executive")) or None,
        "version": version_in_production(card),
        "risk": risk,
        "value_verdict": ANSWERS.get(statuses_of(situation, model_id)["value"].status, "unknown"),
        "predictions": logged.get("rows", 0),
        "last_prediction_at": logged.get("last_at"),
        "simulated": card.simulated,
        "task": card.task,
        "time_zone": card.time_zone,
        "day": situation.day(model_id),
    }
    yield Row(content, status=status, rank=-100.0 * SEVERITY[status] - (risk or 0))


def version_in_production(card: ModelCard) -> str:
    """The version deployed last, or the newest one where no deployment is on the card."""
    deployed = [(deployment.start, version.version) for version in card.versions for deployment in version.deployments]
    return max(deployed)[1] if deployed else card.versions[-1].version
