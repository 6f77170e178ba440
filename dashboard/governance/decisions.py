"""Decisions about a model: who does what until when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboard.store.statements import DECISION, Statement

RESOLVED = "decision_resolved"
DECISION_KINDS = (DECISION, RESOLVED)
# What may become of a decision.
Outcome = Literal["done", "dropped"]
State = Literal["open", "overdue", "done", "dropped", "stated"]


@dataclass(frozen=True)
class Resolution:
    """What became of a decision, by whose word, when (UTC) and why."""

    outcome: Outcome
    person: str | None
    at: datetime
    reason: str


@dataclass(frozen=True)
class RecordedDecision:
    """A decision: its id, words and reason, who took it when (UTC), who carries it out (`owner`) until the day `due`.

    Without an owner it is a rule that holds, at most until the day `until`, and nothing that anybody has to do. `about`
    names the proposal that it answers.
    """

    decision_id: str
    model_id: str
    text: str
    reason: str
    person: str | None
    at: datetime
    owner: str | None
    due: date | None
    until: date | None
    resolution: Resolution | None = None
    about: str | None = None

    def state(self, day: date) -> State:
        """What is the case with it on a day; `stated` where nobody has to do anything."""
        if self.resolution is not None:
            return self.resolution.outcome
        if self.owner is None:
            return "stated"
        return "overdue" if self.due is not None and self.due < day else "open"


def decisions_of(said: Iterable[Statement]) -> list[RecordedDecision]:
    """The decisions among statements in order of time, oldest first; of several resolutions the first one counts."""
    known = list(said)
    resolved: dict[str, Resolution] = {}
    for one in known:
        if one.kind == RESOLVED:
            outcome: Outcome = "done" if one.content["outcome"] == "done" else "dropped"
            found = Resolution(outcome, one.person_id, one.recorded_at, str(one.content["reason"]))
            resolved.setdefault(str(one.subject), found)
    return [
        RecordedDecision(
            one.fact_id, one.model_id, str(one.content["decision"]), str(one.content["reason"]), one.person_id,
            one.recorded_at, _text(one.content.get("owner")), _day(one.content.get("due")),
            _day(one.content.get("until")), resolved.get(one.fact_id), one.subject,
        )
        for one in known if one.kind == DECISION
    ]  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))
