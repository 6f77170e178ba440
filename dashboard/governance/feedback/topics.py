"""Topics: what experts said, bundled by people, and what became of it; every change is an entry of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast, get_args

from dashboard.governance.situation.answering import ANSWERING_ROLES
from dashboard.schema.card.roles import RoleName
from dashboard.schema.recorded import content_text, text_key
from dashboard.store.statements import Statement

OPENED, BUNDLED, ANSWERED, SEEN = "topic_opened", "topic_bundled", "topic_answered", "topic_seen"
TOPIC_KINDS = (OPENED, BUNDLED, ANSWERED, SEEN)
TopicState = Literal["new", "accepted", "in_work", "answered", "rejected"]
TOPIC_STATES: tuple[TopicState, ...] = get_args(TopicState)
# Who says what becomes of feedback on a model.
MAY_ANSWER: frozenset[RoleName] = ANSWERING_ROLES | {"data_scientist", "ml_engineer"}
# What a topic is about, beside its title: a group of cases, a feature, a reason that experts gave.
SUBJECTS = ("segment", "feature", "cause")


@dataclass(frozen=True)
class Answer:
    """A state that a topic was given: by whom, when (aware, UTC), the version that answers it, and why."""

    state: TopicState
    person: str
    at: datetime
    version: str | None
    reason: str | None


@dataclass(frozen=True)
class Topic:
    """What experts said about one thing: ids of judgements and remarks, oldest first, and the answers until now.

    `seen` tells when each person read of an answer last.
    """

    topic_id: str
    model_id: str
    title: str
    segment: str | None
    feature: str | None
    cause: str | None
    opened_by: str
    opened_at: datetime
    feedback: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    seen: tuple[tuple[str, datetime], ...] = ()

    @property
    def answer(self) -> Answer | None:
        """The last answer; None while nobody has answered."""
        return self.answers[-1] if self.answers else None

    @property
    def state(self) -> TopicState:
        """What has become of it."""
        return "new" if self.answer is None else self.answer.state

    def read_by(self, person: str) -> bool:
        """Return whether a person has read of the last answer."""
        last = max((at for one, at in self.seen if one == person), default=None)
        return self.answer is None or self.answer.person == person or (last is not None and last > self.answer.at)


def topic_key(model_id: str, title: str) -> str:
    """The id of the topic of a title: the same words about a model are one topic."""
    return text_key(content_text({"model": model_id, "title": " ".join(title.casefold().split())}))[:12]


def topics_of(said: Iterable[Statement]) -> dict[str, Topic]:
    """The topics among statements, by id, oldest first; what is bundled in a later topic has left the earlier one.

    Of statements of one instant, a topic is opened first, and answered after it was bundled.
    """
    found: dict[str, Topic] = {}
    kinds = {kind: place for place, kind in enumerate(TOPIC_KINDS)}
    for one in sorted(said, key=lambda one: (one.recorded_at, kinds.get(one.kind, 0))):
        if one.kind == OPENED and one.subject is not None:
            found.setdefault(one.subject, _opened(one))
        elif one.subject not in found:
            continue
        elif one.kind == BUNDLED:
            _bundle(found, one)
        elif one.kind == ANSWERED:
            found[one.subject] = _answered(found[one.subject], one)
        elif one.kind == SEEN:
            topic = found[one.subject]
            found[one.subject] = replace(topic, seen=(*topic.seen, (one.person_id or one.actor, one.recorded_at)))
    return found


def topic_by_feedback(topics: Iterable[Topic]) -> dict[str, Topic]:
    """The topic of each judgement or remark that is bundled, by its id."""
    return {feedback: topic for topic in topics for feedback in topic.feedback}


def _opened(said: Statement) -> Topic:
    segment, feature, cause = (cast("str | None", said.content.get(name)) for name in SUBJECTS)
    return Topic(
        str(said.subject), said.model_id, str(said.content["title"]), segment, feature, cause,
        said.person_id or said.actor, said.recorded_at,
    )  # fmt: skip


def _bundle(found: dict[str, Topic], said: Statement) -> None:
    """Put judgements and remarks into a topic, out of any other, or take them out of it."""
    moved = [str(one) for one in cast("list[object]", said.content["feedback"])]
    for topic_id, topic in found.items():
        if kept := tuple(one for one in topic.feedback if one not in moved):
            found[topic_id] = replace(topic, feedback=kept)
        elif topic.feedback:
            found[topic_id] = replace(topic, feedback=())
    if said.content.get("added", True):
        topic = found[str(said.subject)]
        found[str(said.subject)] = replace(topic, feedback=(*topic.feedback, *moved))


def _answered(topic: Topic, said: Statement) -> Topic:
    version, reason = (cast("str | None", said.content.get(name)) for name in ("version", "reason"))
    state = cast("TopicState", said.content["state"])
    answer = Answer(state, said.person_id or said.actor, said.recorded_at, version, reason)
    return replace(topic, answers=(*topic.answers, answer))
