"""Cases of the review queue that an expert of the demo judges, by what the pipelines say that they would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dashboard.demo.people import Act
from dashboard.governance.feedback.handed_out import HANDED_OUT, handed_out, open_cases
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.statements import list_statements
from dashboard.views.records import records


def judgements(store: Store, review: Act, opinions: Path) -> Iterator[Act]:
    """What who started a review says of the first cases that are open now.

    `opinions` has the columns prediction, version, person, verdict, corrected, reason and comment.
    """
    import pandas as pd

    model_id = str(review.values["model"])
    held = handed_out(list_statements(store, [HANDED_OUT], model_id))
    card = get_card(store, model_id)
    cases = open_cases(card, held, review.person, list_verdicts(store, model_id))[: review.judges]
    said = pd.read_parquet(opinions)
    rows = records(said[said["person"] == review.person])
    own = {(str(row["prediction"]), str(row["version"])): row for row in rows}
    for one in cases:
        yield Act(
            review.at, review.person, "give_feedback", _values(model_id, own[one.case.prediction, one.case.version])
        )


def _values(model_id: str, opinion: Mapping[Any, Any]) -> dict[str, Any]:
    """The values of a judgement; what is not said is not there."""
    said = {name: opinion[name] for name in ("prediction", "verdict", "corrected", "comment")}
    known = {name: value for name, value in said.items() if value is not None}
    return {"model": model_id, **known, "reasons": [opinion["reason"]] if opinion["reason"] else []}
