"""Gaps around the people of a model."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.gaps import Gap, gap_check
from dashboard.governance.situation import Situation
from dashboard.words import Sentence, mark


@gap_check("no_accountable_executive")
def no_accountable_executive(situation: Situation, model_id: str) -> Iterator[Gap]:
    """Nobody answers for the use of the predictions."""
    if situation.cards[model_id].status == "retired" or situation.holders(model_id, "accountable_executive"):
        return
    process = situation.organisation.processes.get(situation.cards[model_id].business.process or "")
    yield Gap(
        model_id,
        "no_accountable_executive",
        "high",
        process.owner if process else None,
        None,
        Sentence(mark("Nobody answers for the use of this model's predictions.")),
    )
