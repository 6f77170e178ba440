"""What each model is worth: the judged period, and the latest ones as a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import promise_in_force
from dashboard.governance.value.reported import reported_values
from dashboard.governance.value.status import STATUSES, value_of_record, value_verdict

LINE = ("period", "promised", "realised", "estimated", "source")


@subject("value")
def values(situation: Situation, model_id: str) -> Iterator[Row]:
    """One row; cells as the columns of the view `values`, and those of the latest periods in `latest`."""
    value = situation.cards[model_id].business.value
    line = promise_in_force(situation, model_id)
    known = value is not None or reported_values(situation, model_id)
    found = value_of_record(situation, model_id) if known else None
    answer = value_verdict(situation, model_id)
    content: dict[str, object] = {
        "model": model_id,
        "per_month": line.per_month if line else None,
        "currency": value.currency if value is not None else None,
        "verdict": "unknown",
        "reason": answer.reason,
        "latest": "[]",
    }
    if found is not None:
        content |= {**found.judged, "reason": answer.reason}
        content["latest"] = json.dumps([{name: one[name] for name in LINE} for one in found.latest])
    yield Row(content, status=STATUSES[content["verdict"]])  # type: ignore[index]
