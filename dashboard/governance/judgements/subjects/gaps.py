"""Gaps: what is missing or wrong around a model."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.gaps.registry import Gap, find_gaps
from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.situation.situation import Situation
from dashboard.schema.severities import SEVERITIES


@subject("gap")
def gaps(situation: Situation, model_id: str) -> Iterator[Row]:
    """Every gap of a model that follows from facts about it; cells as the columns of the view `gaps`."""
    yield from (row_of(gap) for gap in find_gaps(situation, [model_id]))


def row_of(gap: Gap) -> Row:
    """A gap as a row, the most severe first."""
    content = {
        "model": gap.model_id,
        "gap": gap.gap,
        "severity": gap.severity,
        "person": gap.person,
        "since": gap.since,
        "reason": gap.reason,
    }
    return Row(content, gap.person, gap.severity, SEVERITIES.index(gap.severity))
