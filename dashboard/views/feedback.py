"""What experts said about predictions and models, the topics that it is bundled in, and what became of it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import cached_property, partial

import pandas as pd

from dashboard.governance.feedback.effect import Effect, effect_of
from dashboard.governance.feedback.remarks import REMARK, Remarked, remarks_of
from dashboard.governance.feedback.suggestions import suggestions_of
from dashboard.governance.feedback.topics import MAY_ANSWER, TOPIC_KINDS, Topic, topic_by_feedback, topics_of
from dashboard.governance.feedback.verdicts import WITHDRAWN, GivenVerdict, list_verdicts
from dashboard.governance.situation.situation import Situation
from dashboard.profiles.cases import read_cases
from dashboard.profiles.windows import open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import get_card, list_cards
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.statements import Statement, list_statements
from dashboard.views.columns import declare
from dashboard.views.context import thresholds_of
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

KINDS = (REMARK, WITHDRAWN, *TOPIC_KINDS)
TOPIC = Column("topic", "id", mark("Topic id"))
PREDICTED_AT = Column("predicted_at", "instant", mark("Predicted at"))
EFFECT = Column("effect", "text", mark("What it changed"))
ANSWERED_BY = Column("answered_by", "text", mark("Answered by version"))
ABOUT = (
    Column("segment", "text", mark("Group")),
    Column("feature", "code", mark("Feature")),
)
FEEDBACK = declare(
    Column("feedback", "id", mark("Feedback id")),
    "model",
    Column("prediction", "id", mark("Prediction")),
    Column("verdict", "code", mark("Judged as")),
    Column("corrected", "text", mark("Should be")),
    "reason",
    Column("comment", "text", mark("Remark")),
    "person",
    Column("given_at", "instant", mark("Given on")),
    Column("sample", "code", mark("Picked")),
    TOPIC,
    "state",
    ANSWERED_BY,
    EFFECT,
    Column("title", "text", mark("Topic")),
    Column("because", "text", mark("Answer")),
    "version",
    PREDICTED_AT,
    *ABOUT,
    Column("about_period", "text", mark("Period")),
    Column("seconds", "number", mark("Seconds")),
    Column("imported", "bool", mark("Imported")),
    Column("read", "bool", mark("Answer read")),
)
TOPICS = declare(
    TOPIC,
    "model",
    Column("title", "text", mark("Topic")),
    *ABOUT,
    Column("cause", "text", mark("Reason of experts")),
    "state",
    ANSWERED_BY,
    Column("because", "text", mark("Answer")),
    Column("entries", "count", mark("Judgements and remarks")),
    Column("people", "people", mark("Who said so")),
    Column("opened_by", "person", mark("Opened by")),
    "opened_at",
    Column("answered_person", "person", mark("Answer of")),
    "changed_at metric",
    Column("before", "number", mark("Before")),
    Column("after", "number", mark("After")),
    Column("difference_low", "number", mark("Difference from")),
    Column("difference_high", "number", mark("Difference to")),
    Column("cases_before", "count", mark("Cases before")),
    Column("cases_after", "count", mark("Cases after")),
    EFFECT,
    Column("history", "json", mark("What was answered when")),
    "may_answer",
)
SUGGESTIONS = declare(
    "model",
    Column("kind", "code", mark("In common")),
    Column("value", "text", mark("Which")),
    Column("entries", "count", mark("Judgements and remarks")),
    Column("feedback", "json", mark("Their ids")),
)


@view("feedback", columns=FEEDBACK, model="optional")
def feedback(store: Store, query: Query) -> pd.DataFrame:
    """What did experts say, and what became of it?

    Columns: feedback (id), model, prediction (null: a free remark), verdict (right, wrong, unsure), corrected (what the
    model should have said), reason (of several, with semicolons between them), comment, person, given_at (UTC), sample
    (random, queue, chosen; null: not known), topic (id), state (of its topic: new, accepted, in_work, answered,
    rejected; new without one), answered_by (version), effect (what that changed, in words), title (of the topic),
    because (the answer's reason), version (that predicted), predicted_at (UTC; of models whose ids are scored again and
    again: which of their predictions), segment, feature, about_period (of a remark), seconds,
    imported, read (whether the person has read of the answer). Newest first; what was taken back or replaced is left
    out, and stays in the audit trail. Of one `person` as asked.
    """
    rows: list[dict[str, object]] = []
    for said in _models(store, query):
        effects = {topic_id: said.effect(topic) for topic_id, topic in said.topics.items()}
        rows += said.rows(effects, query)
    rows.sort(key=lambda row: (str(row["given_at"]), str(row["feedback"])), reverse=True)
    return pd.DataFrame(rows, columns=FEEDBACK.names, dtype=object)


@view("topics", columns=TOPICS, model="optional")
def topics(store: Store, query: Query) -> pd.DataFrame:
    """Which topics did experts raise, what became of each, and what did the answer change?

    Columns: topic (id), model, title, segment, feature, cause (a reason that experts gave), state, answered_by
    (version), because (why), entries (judgements and remarks in it), people (who said so), opened_by, opened_at (UTC),
    answered_person, changed_at (UTC, of the last answer), metric with before, after, difference_low, difference_high
    (95 % interval), cases_before, cases_after (in exactly its cases), effect (in words), history (JSON: every answer
    with state, person, at, version, reason), may_answer (person ids). What was changed last comes first.
    """
    rows = [said.topic_row(topic, query) for said in _models(store, query) for topic in said.topics.values()]
    rows.sort(key=lambda row: (str(row["changed_at"] or row["opened_at"]), str(row["topic"])), reverse=True)
    return pd.DataFrame(rows, columns=TOPICS.names, dtype=object)


@view("topic-suggestions", columns=SUGGESTIONS)
def suggestions(store: Store, query: Query) -> pd.DataFrame:
    """What of the feedback that nobody has bundled yet may be one topic?

    Columns: model, kind (segment, feature, cause), value (that its entries have in common), entries, feedback (JSON:
    their ids). Most entries first.
    """
    rows = []
    for said in _models(store, query):
        wrong = [one.prediction for one in said.verdicts if one.counts and one.verdict == "wrong"]
        logged = read_cases(store, said.card, wrong, query.as_of)
        for one in suggestions_of(said.card, said.verdicts, said.remarks, logged, said.topics):
            rows.append((said.card.id, one.kind, one.value, len(one.feedback), json.dumps(one.feedback)))
    return pd.DataFrame(rows, columns=SUGGESTIONS.names, dtype=object)


class _Said:
    """What experts said about one model, with its topics."""

    def __init__(
        self, store: Store, query: Query, card: ModelCard, verdicts: list[GivenVerdict], said: list[Statement]
    ) -> None:
        self.store, self.query, self.card, self.verdicts = store, query, card, verdicts
        self.remarks = remarks_of(said)
        self.topics = topics_of(said)

    @cached_property
    def may_answer(self) -> str | None:
        """Who may answer a topic of the model, with commas between them."""
        situation = Situation(self.store, self.query.on, self.query.as_of, seen=frozenset({self.card.id}))
        people = [one for role in sorted(MAY_ANSWER) for one in situation.holders(self.card.id, role)]
        return ", ".join(dict.fromkeys(people)) or None

    def effect(self, topic: Topic) -> Effect | None:
        """What the answer of a topic changed."""
        read = partial(read_cases, self.store, self.card, as_of=self.query.as_of)
        profiles = open_profiles(self.store, self.card, self.query.as_of) if topic.segment is not None else None
        said = {one.feedback_id: one for one in self.verdicts}
        return effect_of(self.card, topic, said, read, profiles, thresholds_of(self.card).fairness)

    def rows(self, effects: Mapping[str, Effect | None], query: Query) -> Iterator[dict[str, object]]:
        """A row for each judgement and remark that counts."""
        by_feedback = topic_by_feedback(self.topics.values())
        judged = [(one.feedback_id, one.person, self._judged(one, query)) for one in self.verdicts if one.counts]
        remarked = [(one.remark_id, one.person, _remarked(one)) for one in self.remarks if not one.withdrawn]
        for feedback_id, person, row in (*judged, *remarked):
            if query.person not in (None, person):
                continue
            topic = by_feedback.get(feedback_id)
            effect = effects.get(topic.topic_id) if topic is not None else None
            answer = topic.answer if topic is not None else None
            yield {
                "feedback": feedback_id,
                "model": self.card.id,
                "person": person,
                "topic": topic.topic_id if topic is not None else None,
                "title": topic.title if topic is not None else None,
                "state": topic.state if topic is not None else "new",
                "answered_by": answer.version if answer is not None else None,
                "because": answer.reason if answer is not None else None,
                "effect": effect.text.render(query.language) if effect is not None else None,
                "read": topic.read_by(person) if topic is not None else True,
                **row,
            }

    def _judged(self, one: GivenVerdict, query: Query) -> dict[str, object]:
        words = [self.card.feedback_rules.reason_words(reason, query.language) for reason in one.reasons]
        return {
            "prediction": one.prediction,
            "verdict": one.verdict,
            "corrected": None if one.corrected is None else str(one.corrected),
            "reason": "; ".join(words) or None,
            "comment": one.comment,
            "given_at": written(one.given_at),
            "sample": one.sample,
            "version": one.version,
            "predicted_at": written(one.predicted_at),
            "seconds": one.seconds,
            "imported": one.imported,
        }

    def topic_row(self, topic: Topic, query: Query) -> dict[str, object]:
        """The topic as the view `topics` shows it."""
        people = {one.feedback_id: one.person for one in self.verdicts}
        people |= {one.remark_id: one.person for one in self.remarks}
        named = sorted({people[one] for one in topic.feedback if one in people})
        effect, answer = self.effect(topic), topic.answer
        history = [{**vars(one), "at": written(one.at)} for one in topic.answers]
        numbers = ("before", "after", "low", "high")
        found = {name: None if effect is None else getattr(effect, name) for name in numbers}
        found = {name: None if value is None or math.isnan(value) else value for name, value in found.items()}
        return {
            "topic": topic.topic_id,
            "model": self.card.id,
            **{name: getattr(topic, name) for name in ("title", "segment", "feature", "cause", "state", "opened_by")},
            "answered_by": answer.version if answer is not None else None,
            "because": answer.reason if answer is not None else None,
            "entries": len(topic.feedback),
            "people": ", ".join(named) or None,
            "opened_at": written(topic.opened_at),
            "answered_person": answer.person if answer is not None else None,
            "changed_at": written(answer.at) if answer is not None else None,
            "metric": effect.metric if effect is not None else None,
            "before": found["before"],
            "after": found["after"],
            "difference_low": found["low"],
            "difference_high": found["high"],
            "cases_before": effect.cases_before if effect is not None and effect.metric is not None else None,
            "cases_after": effect.cases_after if effect is not None and effect.metric is not None else None,
            "effect": effect.text.render(query.language) if effect is not None else None,
            "history": json.dumps(history, ensure_ascii=False, sort_keys=True) if history else None,
            "may_answer": self.may_answer,
        }


def _remarked(one: Remarked) -> dict[str, object]:
    return {
        "comment": one.text,
        "given_at": written(one.given_at),
        "segment": one.segment,
        "feature": one.feature,
        "about_period": one.period,
        "imported": False,
    }


def _models(store: Store, query: Query) -> list[_Said]:
    """What was said about the models that are asked for, as far as anything was."""
    chosen = models_of(store, query)
    if query.model is not None:
        get_card(store, query.model, query.as_of)
    verdicts: dict[str, list[GivenVerdict]] = {}
    for one in list_verdicts(store, chosen, query.as_of):
        verdicts.setdefault(one.model_id, []).append(one)
    said: dict[str, list[Statement]] = {}
    for entry in list_statements(store, KINDS, chosen, query.as_of):
        said.setdefault(entry.model_id, []).append(entry)
    cards = list_cards(store, query.as_of) if verdicts or said else {}
    return [
        _Said(store, query, cards[model_id].card, verdicts.get(model_id, []), said.get(model_id, []))
        for model_id in sorted(verdicts.keys() | said.keys())
        if model_id in cards
    ]
