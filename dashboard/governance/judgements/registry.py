"""The registry of subjects: what is said about a model, each by one decorated function that gives the rows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from dashboard.governance.judgements.cells import Content, to_text
from dashboard.registry import Registry
from dashboard.store.judgements import Judgement

if TYPE_CHECKING:
    from dashboard.governance.situation.situation import Situation

# Subjects of one lane are judged together. What looks back over years takes longer and has a lane of its own, so that
# what people act on is never behind it.
Lane = Literal["present", "history"]
LANES: tuple[Lane, ...] = ("present", "history")


@dataclass(frozen=True)
class Row:
    """One row of a subject; `content` has the cells, the rest is what portfolios are searched and ordered by."""

    content: Content
    person: str | None = None
    status: str | None = None
    rank: float | None = None
    due: date | None = None


Judge = Callable[["Situation", str], Iterable[Row]]


@dataclass(frozen=True)
class Subject:
    """What is said about a model under one name."""

    name: str
    lane: Lane
    judge: Judge


SUBJECTS: Registry[Subject] = Registry("subject", "dashboard.governance.judgements.subjects")


def subject(name: str, *, lane: Lane = "present") -> Callable[[Judge], Judge]:
    """Register how the rows of a subject are judged; the function gets a situation with the model, and its id."""

    def decorate(judge: Judge) -> Judge:
        SUBJECTS.add(name, Subject(name, lane, judge))
        return judge

    return decorate


def subjects_of(lane: Lane) -> list[Subject]:
    """The subjects of a lane, by name."""
    return [one for one in SUBJECTS.all().values() if one.lane == lane]


def judgements_of(situation: Situation, model_id: str, lane: Lane) -> list[Judgement]:
    """Everything that is said about a model in a lane."""
    return [
        Judgement(
            one.name, to_text(row.content), row.person, row.status, row.rank, row.due.isoformat() if row.due else None
        )
        for one in subjects_of(lane)
        for row in one.judge(situation, model_id)
    ]
