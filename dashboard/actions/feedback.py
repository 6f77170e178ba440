"""What experts say about single predictions, in their own name: a judgement, that it is taken back, a free remark."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.feedback import by_who_gave_it
from dashboard.actions.statements import Note, Words, state
from dashboard.errors import NotFoundError, refused, shorten
from dashboard.governance.feedback.handed_out import HANDED_OUT, Case, handed_out
from dashboard.governance.feedback.judged_rows import Key, key_of
from dashboard.governance.feedback.remarks import REMARK, check_subject
from dashboard.governance.feedback.verdicts import WITHDRAWN, GivenVerdict, list_verdicts
from dashboard.schema.access import AccessRole
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.events import FeedbackEvent, Sample, Seconds, Verdict, parse_measured
from dashboard.schema.texts import FORMS, LONGEST_LABEL, Label, ModelId, VersionName
from dashboard.schema.times import Instant
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now, written
from dashboard.store.events import append_events
from dashboard.store.log.made import find_made
from dashboard.store.statements import NewStatement, list_statements
from dashboard.words import Sentence, mark

# Who judges cases: the business that the model serves, its experts, those who improve it, and who manages it.
JUDGES: tuple[AccessRole, ...] = ("business_stakeholder", "domain_expert", "data_scientist", "manager")
MOST_REASONS = 20
# Predictions of one id that a refusal names.
SHOWN_MADE = 5

ReasonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LABEL, pattern=FORMS["line"]),
]
Right = Annotated[
    bool | int | float | str | None, PlainValidator(lambda value: value if value is None else parse_measured(value))
]


class JudgedPrediction(Payload):
    """A prediction and what an expert says about it; `corrected` is what the model should have said.

    Of several predictions of an id, `version` and `predicted_at` name one. `sample` tells how it was picked: what the
    queue handed out is known, anything else counts as chosen.
    """

    model: ModelId
    prediction: Label
    verdict: Verdict
    corrected: Right = None
    reasons: Annotated[tuple[ReasonName, ...], Field(max_length=MOST_REASONS)] = ()
    comment: Note = ""
    sample: Sample | None = None
    seconds: Seconds | None = None
    version: VersionName | None = None
    predicted_at: Instant | None = None


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
    command=(
        "give feedback MODEL PREDICTION --verdict [--corrected] [--reason...] [--comment] [--sample] [--seconds] "
        "[--version] [--predicted-at]"
    ),
    rights=Rights(JUDGES, personal=True),
)
def give_feedback(call: Call, payload: JudgedPrediction) -> str:
    """Judge one prediction: right, wrong or unsure; what was said before stays, the last judgement of a person counts.

    Of several predictions of an id it is the one that is named, else the one that was handed out, else the last. The
    same judgement again writes nothing. Raises NotFoundError for an unknown model or a prediction that is not in
    its log, InputRefusedError for a corrected value or a reason that does not fit the model.
    """
    card = get_card(call.store, payload.model)
    name = canonical(payload.prediction) or payload.prediction
    case = _handed_out(call, card.id, payload)
    key = case.key(card) if case is not None else _key_in_log(call, card, payload)
    event = _event(call, card, payload, key, case)
    before = _standing(call, card.id, key)
    if before is not None and _same(before, event):
        return f"the judgement {before.feedback_id[:12]} says so already"
    said = {"version", "predicted_at", "verdict", "corrected", "reason", "comment", "sample"}
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        append_events(cursor, [(event, card.time_zone)], call.actor, None)
        content = event.model_dump(mode="json", include=said, exclude_none=True)
        audit_context.after[card.id] = {"prediction": name, **content}
        if before is not None:
            audit_context.before[card.id] = {"prediction": name, "verdict": before.verdict}
    return f"recorded the judgement of {shorten(name)} as {payload.verdict}"


def _event(call: Call, card: ModelCard, payload: JudgedPrediction, key: Key, case: Case | None) -> FeedbackEvent:
    """What is recorded of a judgement about a prediction, with the case where it was handed out."""
    prediction, version, predicted_at = key
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
        predicted_at=predicted_at,
    )


def _handed_out(call: Call, model_id: str, payload: JudgedPrediction) -> Case | None:
    """The case that the queue gave to who judges now, the last one of those that are named; None for any other."""
    known = handed_out(list_statements(call.store, [HANDED_OUT], model_id))
    own = [one.case for one in known if one.person == call.person and _named(payload, one.case)]
    return own[-1] if own else None


def _named(payload: JudgedPrediction, case: Case) -> bool:
    """Return whether a judgement is about a case, as far as it names one."""
    return (
        case.prediction == (canonical(payload.prediction) or payload.prediction)
        and payload.version in (None, case.version)
        and payload.predicted_at in (None, case.made_at)
    )


def _key_in_log(call: Call, card: ModelCard, payload: JudgedPrediction) -> Key:
    """The prediction that is named, of several the last one; raises NotFoundError for one that is not in the log."""
    name = canonical(payload.prediction) or payload.prediction
    made = find_made(call.store, card.id, name)
    if not made:
        raise NotFoundError(
            f"prediction {shorten(name)} is not in the log of {card.id}; ids are those of its column "
            f"{card.data.prediction_id}; check the spelling"
        )
    for version, made_at, _ in made:
        if payload.version in (None, version) and payload.predicted_at in (None, made_at):
            return key_of(card, name, version, made_at)
    known = ", ".join(f"version {version} at {written(made_at)}" for version, made_at, _ in made[:SHOWN_MADE])
    raise NotFoundError(f"prediction {shorten(name)} is not so in the log of {card.id}; it was made by {known}")


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


def _standing(call: Call, model_id: str, key: Key) -> GivenVerdict | None:
    """What who acts says about a prediction until now."""
    known = list_verdicts(call.store, model_id)
    own = [one for one in known if one.counts and one.person == call.person and one.case == key]
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
