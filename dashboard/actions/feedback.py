"""What experts say about single predictions, in their own name: a judgement, that it is taken back, a free remark."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.feedback import by_who_gave_it
from dashboard.actions.statements import Note, Words, state
from dashboard.errors import NotFoundError, refused, shorten
from dashboard.governance.feedback.handed_out import HANDED_OUT, Case, handed_out
from dashboard.governance.feedback.remarks import REMARK, check_subject
from dashboard.governance.feedback.verdicts import WITHDRAWN, GivenVerdict, list_verdicts
from dashboard.lineage.logged import find_prediction
from dashboard.schema.access import AccessRole
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.events import FeedbackEvent, Sample, Seconds, Verdict, parse_measured
from dashboard.schema.texts import FORMS, LONGEST_LABEL, Label, ModelId
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.events import append_events
from dashboard.store.statements import NewStatement, list_statements
from dashboard.words import Sentence, mark

# Who judges cases: the business that the model serves, its experts, those who improve it, and who manages it.
JUDGES: tuple[AccessRole, ...] = ("business_stakeholder", "domain_expert", "data_scientist", "manager")
MOST_REASONS = 20

ReasonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LABEL, pattern=FORMS["line"]),
]
Right = Annotated[
    bool | int | float | str | None, PlainValidator(lambda value: value if value is None else parse_measured(value))
]


class JudgedPrediction(Payload):
    """A prediction and what an expert says about it; `corrected` is what the model should have said.

    `sample` tells how it was picked: what the queue handed out is known, anything else counts as chosen.
    """

    model: ModelId
    prediction: Label
    verdict: Verdict
    corrected: Right = None
    reasons: Annotated[tuple[ReasonName, ...], Field(max_length=MOST_REASONS)] = ()
    comment: Note = ""
    sample: Sample | None = None
    seconds: Seconds | None = None


class WithdrawnFeedback(Payload):
    """A judgement that is taken back by who gave it."""

    model: ModelId
    feedback: Label
    reason: Note = ""


class Remark(Payload):
    """A free remark on a model, or on a group of its cases, a feature, or a period."""

    model: ModelId
    text: Words
    segment: Label | None = None
    feature: Label | None = None
    period: Label | None = None


@action(
    "give_feedback",
    command="give feedback MODEL PREDICTION --verdict [--corrected] [--reason...] [--comment] [--sample] [--seconds]",
    rights=Rights(JUDGES, personal=True),
)
def give_feedback(call: Call, payload: JudgedPrediction) -> str:
    """Judge one prediction: right, wrong or unsure; what was said before stays, the last judgement of a person counts.

    The same judgement again writes nothing. Raises NotFoundError for an unknown model or a prediction that is not in
    its log, InputRefusedError for a corrected value or a reason that does not fit the model.
    """
    card = get_card(call.store, payload.model)
    name = canonical(payload.prediction) or payload.prediction
    case = _handed_out(call, card.id, name)
    version = case.version if case is not None else _version_in_log(call, card, name)
    event = _event(call, card, payload, (name, version, case))
    before = _standing(call, card.id, name, version)
    if before is not None and _same(before, event):
        return f"the judgement {before.feedback_id[:12]} says so already"
    said = {"version", "verdict", "corrected", "reason", "comment", "sample"}
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        append_events(cursor, [(event, card.time_zone)], call.actor, None)
        content = event.model_dump(mode="json", include=said, exclude_none=True)
        audit_context.after[card.id] = {"prediction": name, **content}
        if before is not None:
            audit_context.before[card.id] = {"prediction": name, "verdict": before.verdict}
    return f"recorded the judgement of {shorten(name)} as {payload.verdict}"


def _event(
    call: Call, card: ModelCard, payload: JudgedPrediction, about: tuple[str, str, Case | None]
) -> FeedbackEvent:
    """What is recorded of a judgement about a prediction: its id, its version, and the case where it was handed out."""
    prediction, version, case = about
    return FeedbackEvent(
        kind="feedback",
        model=card.id,
        at=now(),
        version=version,
        prediction=prediction,
        verdict=payload.verdict,
        person=call.person,
        corrected=_corrected(card, payload),
        reason=_reasons(card, payload.reasons),
        comment=payload.comment or None,
        sample=_sample(payload.sample, case),
        seconds=payload.seconds,
    )


def _handed_out(call: Call, model_id: str, prediction: str) -> Case | None:
    """The case that the queue gave to who judges now, the last one of this id; None for any other prediction."""
    known = handed_out(list_statements(call.store, [HANDED_OUT], model_id))
    own = [one.case for one in known if one.person == call.person and one.case.prediction == prediction]
    return own[-1] if own else None


def _version_in_log(call: Call, card: ModelCard, prediction: str) -> str:
    """The version that made a prediction last; raises NotFoundError for one that is not in the log."""
    found = find_prediction(call.store, f"{card.id}/{prediction}")
    if found is None:
        raise NotFoundError(
            f"prediction {shorten(prediction)} is not in the log of {card.id}; ids are those of its column "
            f"{card.data.prediction_id}; check the spelling"
        )
    return found.version


def _sample(given: Sample | None, case: Case | None) -> Sample:
    """How a case was picked; what the queue picked for a purpose is not random, whatever is said."""
    if case is None:
        return given or "chosen"
    if given == "random" and case.sample != "random":
        raise refused(Sentence(mark("This case was not drawn at random, so it cannot count as random.")), "sample")
    return given or case.sample


def _corrected(card: ModelCard, payload: JudgedPrediction) -> bool | int | float | str | None:
    """What the model should have said, as the log writes outcomes; raises InputRefusedError where it does not fit."""
    value = payload.corrected
    if value is None:
        return None
    if payload.verdict == "right":
        raise refused(Sentence(mark("What is right needs no corrected value.")), "corrected")
    text = canonical(value) or ""
    if card.task == "multiclass_classification":
        return text
    if card.task == "regression":
        try:
            return float(text)
        except ValueError:
            raise refused(Sentence(mark("The corrected value of this model is a number.")), "corrected") from None
    known = {"1": 1, "true": 1, "0": 0, "false": 0}
    if card.data.positive is not None:
        return int(text == canonical(card.data.positive)) if text not in known else known[text]
    if text not in known:
        raise refused(Sentence(mark("The corrected value of this model is 0 or 1.")), "corrected")
    return known[text]


def _reasons(card: ModelCard, given: tuple[str, ...]) -> list[str] | None:
    """The reasons as they are recorded; raises InputRefusedError for one that the card does not offer."""
    rules = card.feedback_rules
    if not rules.reasons:
        return list(dict.fromkeys(given)) or None
    found = []
    for one in given:
        name = rules.reason_named(one)
        if name is None:
            offered = ", ".join(reason.in_language("en") for reason in rules.reasons)
            message = mark("This model has no reason {reason}; it has: {reasons}.")
            raise refused(Sentence(message, {"reason": one, "reasons": offered}), "reasons")
        found.append(name)
    return list(dict.fromkeys(found)) or None


def _standing(call: Call, model_id: str, prediction: str, version: str) -> GivenVerdict | None:
    """What who acts says about a prediction until now."""
    known = list_verdicts(call.store, model_id)
    own = [one for one in known if one.counts and one.person == call.person and one.case == (prediction, version)]
    return own[-1] if own else None


def _same(before: GivenVerdict, event: FeedbackEvent) -> bool:
    """Return whether a judgement says nothing new."""
    said = (before.verdict, before.corrected, list(before.reasons) or None, before.comment)
    return said == (event.verdict, event.corrected, event.reason, event.comment)


@action(
    "withdraw_feedback",
    command="withdraw feedback MODEL FEEDBACK [--reason]",
    rights=Rights(JUDGES, personal=True, rules=(by_who_gave_it,)),
)
def withdraw_feedback(call: Call, payload: WithdrawnFeedback) -> str:
    """Take a judgement or a remark of one's own back: it stays to be read, and counts no more.

    Raises NotFoundError for an unknown model or judgement, InputRefusedError when it does not count any more.
    """
    get_card(call.store, payload.model)
    content = {"reason": payload.reason} if payload.reason else {}
    said = NewStatement(WITHDRAWN, payload.model, call.actor, call.person, payload.feedback, content)
    state(
        call, said, {"feedback": payload.feedback, "state": "withdrawn", **content}, {"feedback": payload.feedback},
        lambda: _check_counts(call, payload),
    )  # fmt: skip
    return f"took back the judgement {payload.feedback[:12]}"


def _check_counts(call: Call, payload: WithdrawnFeedback) -> None:
    """Raise InputRefusedError when a judgement was taken back, or replaced by another one."""
    gone = any(
        one.feedback_id == payload.feedback and not one.counts for one in list_verdicts(call.store, payload.model)
    )
    taken = any(one.subject == payload.feedback for one in list_statements(call.store, [WITHDRAWN], payload.model))
    if gone or taken:
        raise refused(Sentence(mark("This judgement does not count any more.")), "feedback")


@action(
    "add_remark",
    command="add remark MODEL TEXT [--segment] [--feature] [--period]",
    rights=Rights(JUDGES, personal=True),
)
def add_remark(call: Call, payload: Remark) -> str:
    """Remark on a model as a whole, or on a group of its cases, a feature or a period of it.

    Raises NotFoundError for an unknown model, InputRefusedError for a subject that the model does not have.
    """
    card = get_card(call.store, payload.model)
    about = check_subject(card, payload.segment, payload.feature, payload.period)
    content = {"text": payload.text, **about}
    state(
        call,
        NewStatement(REMARK, payload.model, call.actor, call.person, None, content),
        {"remark": payload.text, **about},
    )
    return f"recorded the remark on {payload.model}"
