"""Whether each model should be trained again, what speaks for which cause, and what earlier versions brought."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.retraining.recommendation import recommendation_of
from dashboard.governance.retraining.status import STATUSES
from dashboard.governance.retraining.track_record import chance_of, effects_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.figure import finite
from dashboard.schema.card.reasons import with_label


@subject("retraining")
def retraining(situation: Situation, model_id: str) -> Iterator[Row]:
    """One row; cells as the columns of the view `retraining`."""
    found, card = recommendation_of(situation, model_id), situation.cards[model_id]
    loss, value = found.loss, card.business.value
    chance = chance_of(effects_of(situation, model_id))
    content = {
        "model": model_id,
        "recommendation": found.answer,
        "cause": found.cause,
        "expected_loss_per_week": finite(loss.expected),
        "low": finite(loss.ends[0]),
        "high": finite(loss.ends[1]),
        "other_cases": finite(loss.mix),
        "value_then": finite(loss.then),
        "value_now": finite(loss.now),
        "cases_per_week": finite(loss.cases),
        "cost": found.cost,
        "weeks": finite(found.weeks),
        "chance": finite(chance.share),
        "chance_low": finite(chance.ends[0]),
        "chance_high": finite(chance.ends[1]),
        "chance_cases": chance.cases,
        "currency": value.currency if value is not None else None,
        "planned_on": found.planned,
        "reason": found.reason,
        "source": loss.source,
        "span": loss.period,
        "period": found.period,
        "policy": card.retraining.policy if card.retraining is not None else None,
    }
    yield Row(content, status=STATUSES[found.answer], rank=finite(loss.expected))


@subject("retraining_evidence")
def evidence(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each sentence, in the order in which causes are suspected."""
    found, card = recommendation_of(situation, model_id), situation.cards[model_id]
    for one in found.findings:
        for sentence in one.evidence:
            yield Row(
                {
                    "model": model_id,
                    "cause": one.cause,
                    "speaks_for_it": one.holds,
                    "suspected": one.cause == found.cause,
                    "sentence": with_label(sentence, card),
                }
            )


@subject("retraining_history")
def history(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each change of the version in production, oldest first."""
    for one in effects_of(situation, model_id):
        yield Row(
            {
                "model": model_id,
                "version": one.version,
                "replaced": one.before_version,
                "changed_on": one.changed_on,
                "measure": one.measure,
                "before": finite(one.before.value),
                "after": finite(one.after.value),
                "difference": finite(one.difference),
                "low": finite(one.low),
                "high": finite(one.high),
                "labelled_before": one.before.labelled,
                "labelled_after": one.after.labelled,
                "helped": one.helped,
            }
        )
