"""Feedback as things to do: cases to judge, topics to answer, answers to read."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.desk.tasks import Task, task_source
from dashboard.governance.feedback.remarks import REMARK, remarks_of
from dashboard.governance.feedback.topics import TOPIC_KINDS, Topic, topics_of
from dashboard.governance.feedback.verdicts import FEEDBACK, WITHDRAWN, GivenVerdict, verdicts_of
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName
from dashboard.words import Sentence, mark

# Who says what becomes of a topic, in this order; the first one who is there.
ANSWERS: tuple[RoleName, ...] = ("data_scientist", "ml_engineer", "accountable_executive", "deputy")
JUDGE = mark("Judge ten predictions of this model")
ANSWER = mark("Say what becomes of what experts noticed")
READ = mark("Read what became of your feedback")
STATES = {
    "accepted": mark("“{title}” is accepted."),
    "in_work": mark("“{title}” is being worked on."),
    "answered": mark("“{title}” is answered by version {version}."),
    "rejected": mark("“{title}” is rejected: {reason}"),
}


@task_source("feedback")
def from_feedback(situation: Situation, model_id: str) -> Iterator[Task]:
    """Cases to judge, where the card asks for it; topics without answer; answers that their people have not read."""
    verdicts = verdicts_of(situation.events(model_id, FEEDBACK), situation.statements(model_id, WITHDRAWN))
    said = situation.statements(model_id, *TOPIC_KINDS, REMARK)
    people = {one.feedback_id: one.person for one in verdicts} | {one.remark_id: one.person for one in remarks_of(said)}
    yield from _to_judge(situation, model_id, verdicts)
    for topic in topics_of(said).values():
        if topic.state == "new":
            yield _to_answer(situation, topic)
        else:
            yield from _to_read(situation, topic, people)


def _to_judge(situation: Situation, model_id: str, verdicts: list[GivenVerdict]) -> Iterator[Task]:
    """Every expert of a model judges cases until agreement is known."""
    card, day = situation.cards[model_id], situation.day(model_id)
    if card.feedback is None or card.status == "retired" or model_id not in situation.logged:
        return
    random = {one.case for one in verdicts if one.counts and one.decided and one.sample == "random"}
    missing = card.feedback.minimum_cases - len(random)
    if missing <= 0:
        return
    message = mark("Whether experts agree with the model is not known: {n} more random cases are needed.")
    for person in situation.holders(model_id, "domain_expert"):
        if situation.present(person, day) is not None:
            yield Task(
                person, model_id, "judge_cases", JUDGE, Sentence(message, {"n": missing}), "low", None, 5, "review"
            )


def _to_answer(situation: Situation, topic: Topic) -> Task:
    model_id = topic.model_id
    day, since = situation.day(model_id), situation.cards[model_id].local_day(topic.opened_at)
    held = (person for role in ANSWERS for person in situation.holders(model_id, role))
    person = next((one for one in held if situation.present(one, day) is not None), None)
    message = mark("Experts noticed: “{title}” ({n} entries).")
    why = Sentence(message, {"title": topic.title, "n": len(topic.feedback)})
    return Task(person, model_id, "topic_new", ANSWER, why, "medium", since, 15, "feedback")


def _to_read(situation: Situation, topic: Topic, people: dict[str, str]) -> Iterator[Task]:
    """An answer is a task of everybody who gave what it is about, until they have read it."""
    answer = topic.answer
    assert answer is not None
    since = situation.cards[topic.model_id].local_day(answer.at)
    values = {"title": topic.title, "version": answer.version, "reason": answer.reason}
    for person in sorted({people[one] for one in topic.feedback if one in people}):
        if not topic.read_by(person):
            why = Sentence(STATES[answer.state], values)
            yield Task(person, topic.model_id, "topic_changed", READ, why, "low", since, 2, "feedback")
