"""Which models could be retired or merged, and why."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.retirement.reasons import KINDS, retirable, saving_of
from dashboard.governance.situation.situation import Situation


@subject("retirement")
def retirement(situation: Situation, model_id: str) -> Iterator[Row]:
    """A row for each reason; cells as the columns of the view `retire-or-merge`."""
    value = situation.cards[model_id].business.value
    for one in retirable(situation, model_id):
        kept = one.kept
        content = {
            "model": model_id,
            "other": one.other,
            "kind": one.kind,
            "evidence": list(one.evidence),
            "saving": saving_of(situation, model_id),
            "currency": value.currency if value is not None else None,
            "accountable_executive": ", ".join(situation.holders(model_id, "accountable_executive")) or None,
            "state": "kept" if kept else "open",
            "person": kept.person if kept else None,
            "until": kept.until if kept else None,
            "reason": kept.reason if kept else None,
        }
        yield Row(content, rank=KINDS.index(one.kind))
