"""Cases that were handed out to experts to be judged: who has which case, how it was picked, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from dashboard.governance.feedback.judged_rows import Key, key_of
from dashboard.governance.feedback.verdicts import GivenVerdict
from dashboard.schema.card.card import ModelCard
from dashboard.schema.events import Sample
from dashboard.store.statements import Statement

HANDED_OUT = "cases_handed_out"
# Why a case was picked: drawn at random, score near the threshold, much money at stake, unusual inputs, experts
# disagree about it.
Why = Literal["random", "uncertain", "costly", "drifted", "contested"]
WHYS: tuple[Why, ...] = get_args(Why)


@dataclass(frozen=True)
class Case:
    """A prediction to be judged: its id, the version that made it, when (UTC, aware), its score, why it was picked."""

    prediction: str
    version: str
    made_at: datetime
    score: float | str
    why: Why

    @property
    def sample(self) -> Sample:
        """How a judgement of it counts: at random, or picked because it promises much to learn."""
        return "random" if self.why == "random" else "queue"

    def key(self, card: ModelCard) -> Key:
        """What tells it from all other predictions of the model."""
        return key_of(card, self.prediction, self.version, self.made_at)

    def content(self) -> dict[str, object]:
        """The case as JSON values."""
        return {**vars(self), "made_at": self.made_at.isoformat()}


@dataclass(frozen=True)
class HandedOut:
    """A case in the hands of a person since an instant."""

    model_id: str
    person: str
    handed_out_at: datetime
    case: Case


def handed_out(said: Iterable[Statement]) -> list[HandedOut]:
    """The cases that statements hand out, in the order in which they were; other statements are left out."""
    return [
        HandedOut(one.model_id, one.person_id or one.actor, one.recorded_at, _case(content))
        for one in said
        if one.kind == HANDED_OUT
        for content in cast("list[dict[str, Any]]", one.content["cases"])
    ]


def _case(content: dict[str, Any]) -> Case:
    return Case(
        content["prediction"],
        content["version"],
        datetime.fromisoformat(content["made_at"]),
        content["score"],
        content["why"],
    )


def still_held(known: Iterable[HandedOut], moment: datetime, keep_days: int) -> list[HandedOut]:
    """The cases that were handed out less than so many days before an instant."""
    since = moment - timedelta(days=keep_days)
    return [one for one in known if one.handed_out_at > since]


def latest_of(known: Iterable[HandedOut], person: str) -> list[HandedOut]:
    """The cases that a person was given last, in their order."""
    own = [one for one in known if one.person == person]
    return [one for one in own if one.handed_out_at == own[-1].handed_out_at]


def open_cases(
    card: ModelCard, known: Sequence[HandedOut], person: str, verdicts: Iterable[GivenVerdict]
) -> list[HandedOut]:
    """Of the cases that a person was given last those that they have not judged."""
    judged = {one.case for one in verdicts if one.counts and one.person == person}
    return [one for one in latest_of(known, person) if one.case.key(card) not in judged]
