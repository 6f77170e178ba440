"""Accepted statuses: "known, until ...": who accepted the status of an area, until when and why. None becomes green."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dashboard.store.statements import Statement

ACCEPTED, WITHDRAWN = "status_accepted", "acceptance_withdrawn"
KINDS = (ACCEPTED, WITHDRAWN)
State = Literal["in_force", "over", "withdrawn", "replaced"]


@dataclass(frozen=True)
class Acceptance:
    """A status that a person accepted until the end of a day; `ended` says how it ended before that day."""

    acceptance_id: str
    model_id: str
    area: str
    status: str
    until: date
    person: str
    reason: str
    accepted_at: datetime
    ended: Literal["withdrawn", "replaced"] | None = None

    def state(self, day: date) -> State:
        """Return whether the acceptance is in force on a day."""
        if self.ended is not None:
            return self.ended
        return "in_force" if day <= self.until else "over"


def acceptances(said: list[Statement]) -> list[Acceptance]:
    """Every acceptance, oldest first, from statements in their order; a later one of the same area replaces it."""
    found: list[Acceptance] = []
    for statement in said:
        same = [
            position
            for position, one in enumerate(found)
            if (one.model_id, one.area, one.ended) == (statement.model_id, statement.subject, None)
        ]
        ended: Literal["withdrawn", "replaced"] = "withdrawn" if statement.kind == WITHDRAWN else "replaced"
        for position in same:
            found[position] = replace(found[position], ended=ended)
        if statement.kind == ACCEPTED:
            found.append(_read(statement))
    return found


def _read(statement: Statement) -> Acceptance:
    content = statement.content
    return Acceptance(
        statement.fact_id,
        statement.model_id,
        str(statement.subject),
        str(content["status"]),
        date.fromisoformat(str(content["until"])),
        statement.person_id or statement.actor,
        str(content["reason"]),
        statement.recorded_at,
    )
