"""Whether it is settled when a model is trained again, where its risk class asks for that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dashboard.governance.gaps.registry import Gap, gap_check
from dashboard.governance.risk.class_requirements import requirements_of
from dashboard.governance.situation.history import RUNNING, card_days, card_on, since_when, stage_on
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.words import Sentence, mark


@gap_check("no_retraining_policy")
def no_retraining_policy(situation: Situation, model_id: str) -> Iterator[Gap]:
    """The card does not say when the model is trained again, and its risk class asks for that."""
    if not requirements_of(situation, model_id).retraining_policy or not _missing(
        situation, model_id, situation.day(model_id)
    ):
        return
    changes = card_days(situation, model_id)
    since = since_when(situation, model_id, lambda day: _missing(situation, model_id, day), changes)
    reason = Sentence(
        mark("The risk class of this model asks for a retraining policy, and its card names none that is a rule.")
    )
    yield Gap(
        model_id, "no_retraining_policy", "low", whom_to_ask(situation, model_id, "data_scientist"), since, reason
    )  # fmt: skip


def _missing(situation: Situation, model_id: str, day: date) -> bool:
    card = card_on(situation, model_id, day)
    settled = card.retraining is not None and card.retraining.rule is not None
    return stage_on(situation, model_id, day) in RUNNING and not settled
