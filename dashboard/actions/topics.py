"""Topics of feedback: bundled by hand, answered by who answers for the model or builds it, read by who gave it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dashboard.actions.feedback import JUDGES
from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.feedback import by_who_can_answer
from dashboard.actions.statements import Note, state
from dashboard.errors import NotFoundError, refused, shorten
from dashboard.governance.feedback.remarks import REMARK, check_subject, remarks_of
from dashboard.governance.feedback.topics import (
    ANSWERED,
    BUNDLED,
    OPENED,
    SEEN,
    TOPIC_KINDS,
    Topic,
    topic_key,
    topics_of,
)
from dashboard.governance.feedback.verdicts import WITHDRAWN, list_verdicts
from dashboard.schema.texts import Label, ModelId, VersionName
from dashboard.store.cards import get_card
from dashboard.store.statements import NewStatement, append_statement, list_statements
from dashboard.words import Sentence, mark

MOST_AT_ONCE = 1_000
Ids = Annotated[tuple[Label, ...], Field(max_length=MOST_AT_ONCE)]


class NewTopic(Payload):
    """A topic and what is bundled in it at once; it may be about a group of cases, a feature, a reason of experts."""

    model: ModelId
    title: Label
    feedbacks: Ids = ()
    segment: Label | None = None
    feature: Label | None = None
    cause: Label | None = None


class Bundle(Payload):
    """Judgements and remarks that go into a topic, or with `remove` out of it."""

    model: ModelId
    topic: Label
    feedbacks: Ids
    remove: bool = False


class AnsweredTopic(Payload):
    """What becomes of a topic; an answer names the version that brings it, a rejection its reason."""

    model: ModelId
    topic: Label
    state: Literal["accepted", "in_work", "answered", "rejected"]
    version: VersionName | None = None
    reason: Note = ""


class ReadAnswer(Payload):
    """A topic whose answer somebody has read."""

    model: ModelId
    topic: Label


@action(
    "open_topic",
    command="open topic MODEL TITLE [--feedback...] [--segment] [--feature] [--cause]",
    rights=Rights(JUDGES, personal=True),
)
def open_topic(call: Call, payload: NewTopic) -> str:
    """Open a topic for what experts said about one thing, and bundle it there; one title is one topic.

    Raises NotFoundError for an unknown model or judgement, InputRefusedError for what the model does not have.
    """
    card = get_card(call.store, payload.model)
    about = check_subject(card, payload.segment, payload.feature, None)
    content = {"title": payload.title, **about, **({"cause": payload.cause} if payload.cause else {})}
    _check_known(call, payload.model, payload.feedbacks)
    topic = topic_key(card.id, payload.title)
    if topic in topics_of(list_statements(call.store, TOPIC_KINDS, card.id)):
        return f"the topic {topic} of this title is there already"
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        append_statement(cursor, NewStatement(OPENED, card.id, call.actor, call.person, topic, content))
        if payload.feedbacks:
            bundled = {"feedback": list(payload.feedbacks), "added": True}
            append_statement(cursor, NewStatement(BUNDLED, card.id, call.actor, call.person, topic, bundled))
        audit_context.after[card.id] = {"topic": topic, **content, "bundled": len(payload.feedbacks)}
    return f"opened the topic {topic} of {card.id}"


@action(
    "bundle_feedback",
    command="bundle feedback MODEL TOPIC FEEDBACK... [--remove]",
    rights=Rights(JUDGES, personal=True),
)
def bundle_feedback(call: Call, payload: Bundle) -> str:
    """Bundle judgements and remarks in a topic, out of any other, or take them out.

    Raises NotFoundError for an unknown model, topic or judgement.
    """
    found_topic(call, payload.model, payload.topic)
    _check_known(call, payload.model, payload.feedbacks)
    content = {"feedback": list(payload.feedbacks), "added": not payload.remove}
    record = {"topic": payload.topic, "removed" if payload.remove else "bundled": list(payload.feedbacks)}
    state(call, NewStatement(BUNDLED, payload.model, call.actor, call.person, payload.topic, content), record)
    done = "took {} out of" if payload.remove else "bundled {} in"
    return f"{done.format(len(payload.feedbacks))} the topic {payload.topic}"


@action(
    "answer_topic",
    command="answer topic MODEL TOPIC --state [--version] [--reason]",
    rights=Rights(JUDGES, personal=True, rules=(by_who_can_answer,)),
)
def answer_topic(call: Call, payload: AnsweredTopic) -> str:
    """Say what becomes of a topic: accepted, in work, answered by a version, or rejected with a reason.

    Raises NotFoundError for an unknown model or topic, InputRefusedError where version or reason is missing.
    """
    card, topic = get_card(call.store, payload.model), found_topic(call, payload.model, payload.topic)
    if payload.state == "rejected" and not payload.reason:
        raise refused(Sentence(mark("Say why it is rejected; who gave the feedback will read it.")), "reason")
    if (payload.state == "answered") != (payload.version is not None):
        raise refused(Sentence(mark("Name the version that answers it, and only for an answer.")), "version")
    versions = [one.version for one in card.versions]
    if payload.version is not None and payload.version not in versions:
        values = {"version": payload.version, "versions": ", ".join(versions)}
        raise refused(Sentence(mark("There is no version {version}; the card has: {versions}."), values), "version")
    if payload.version is not None and _versions_judged(call, topic) == {payload.version}:
        message = mark("Version {version} is the one that was judged; the answer is another version.")
        raise refused(Sentence(message, {"version": payload.version}), "version")
    given = {"state": payload.state, "version": payload.version, "reason": payload.reason or None}
    content = {name: value for name, value in given.items() if value is not None}
    if topic.answer is not None and _said(topic) == content:
        return f"the topic {payload.topic} is {payload.state} already"
    said = NewStatement(ANSWERED, card.id, call.actor, call.person, payload.topic, content)
    state(call, said, {"topic": payload.topic, **content}, {"topic": payload.topic, "state": topic.state})
    return f"the topic {payload.topic} is {payload.state}"


def _versions_judged(call: Call, topic: Topic) -> set[str | None]:
    """The versions that the judgements of a topic are about."""
    return {one.version for one in list_verdicts(call.store, topic.model_id) if one.feedback_id in topic.feedback}


def _said(topic: Topic) -> dict[str, str]:
    assert topic.answer is not None
    given = {"state": topic.answer.state, "version": topic.answer.version, "reason": topic.answer.reason}
    return {name: value for name, value in given.items() if value is not None}


@action("acknowledge_answer", command="acknowledge answer MODEL TOPIC", rights=Rights(JUDGES, personal=True))
def acknowledge_answer(call: Call, payload: ReadAnswer) -> str:
    """Note that a person has read what became of a topic.

    Raises NotFoundError for an unknown model or topic.
    """
    topic = found_topic(call, payload.model, payload.topic)
    if topic.read_by(call.person):
        return f"{call.person} has read of it already"
    said = NewStatement(SEEN, payload.model, call.actor, call.person, payload.topic)
    state(call, said, {"topic": payload.topic, "read_by": call.person})
    return f"{call.person} has read what became of the topic {payload.topic}"


def found_topic(call: Call, model_id: str, topic_id: str) -> Topic:
    """The topic that is meant; raises NotFoundError for an unknown model or topic."""
    get_card(call.store, model_id)
    known = topics_of(list_statements(call.store, TOPIC_KINDS, model_id))
    if topic_id not in known:
        raise NotFoundError(f"topic {shorten(topic_id)} is not known; see show topics {model_id}")
    return known[topic_id]


def _check_known(call: Call, model_id: str, feedback: tuple[str, ...]) -> None:
    """Raise NotFoundError for what is no judgement or remark that counts."""
    verdicts = {one.feedback_id for one in list_verdicts(call.store, model_id) if one.counts}
    said = list_statements(call.store, [REMARK, WITHDRAWN], model_id)
    known = verdicts | {one.remark_id for one in remarks_of(said) if not one.withdrawn}
    for one in feedback:
        if one not in known:
            raise NotFoundError(f"feedback {shorten(one)} is not known; see show feedback {model_id}")
