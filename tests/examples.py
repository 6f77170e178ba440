"""One valid use of every action, on the home that `tests/ledger/conftest.py` fills.

Contract tests and the matrix of roles, actions and faces run over these. An action without one fails one test of
tests/access/test_matrix.py, and the others leave it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dashboard.actions.acceptance import AcceptedStatus, WithdrawnAcceptance
from dashboard.actions.access import EndedLogins, NewGrant
from dashboard.actions.alerts import Acknowledged, Closed
from dashboard.actions.assess_risk import Assessment
from dashboard.actions.comments import Comment, Decided, RatingWish
from dashboard.actions.corrections import Correction, NamedFiles
from dashboard.actions.decisions import ResolvedDecision
from dashboard.actions.experiments import SelectedRun, TriedRun
from dashboard.actions.faults import AcknowledgedFault, AssignedFault, ResolvedFault
from dashboard.actions.feedback import JudgedPrediction, Remark, WithdrawnFeedback
from dashboard.actions.findings import Resolved
from dashboard.actions.ingest import Delivery, ModelFiles
from dashboard.actions.monitor import Models
from dashboard.actions.outside import OutsideNoted
from dashboard.actions.promises import NewPromise
from dashboard.actions.pull import Pulled
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, Payload
from dashboard.actions.retraining_plans import CancelledPlan, PlannedRetraining
from dashboard.actions.retraining_runs import EndedRetraining, StartedRetraining
from dashboard.actions.reviews import StartedReview
from dashboard.actions.roles import Assignment, Ending, HandOver
from dashboard.actions.sign_off import SignOff
from dashboard.actions.sources import NamedSource, PausedSource
from dashboard.actions.tokens import NamedToken, NewToken
from dashboard.actions.topics import AnsweredTopic, Bundle, NewTopic, ReadAnswer
from dashboard.actions.uses import AnswerToUse
from dashboard.actions.visits import LookedAt
from dashboard.governance.feedback.topics import topic_key
from dashboard.measures.quality.faults import fault_id
from dashboard.schema.events import parse_event
from dashboard.schema.recorded import content_text, recorded_content, text_key
from dashboard.store.engine.clock import now
from dashboard.views.registry import View
from tests.acceptance.portfolio import STRICT_CARD, attributed, claims, write_rows

USAGE = {"kind": "usage", "model": "claims", "at": "2024-03-01", "consumer": "desk", "purpose": "triage", "calls": 9}
RUN = {
    "eventType": "COMPLETE",
    "eventTime": "2024-03-01T10:00:00Z",
    "run": {"runId": "0190d5c1-6f4a-7d33-8c11-3f5f0f1f2a3b"},
    "job": {"namespace": "nightly", "name": "score_claims"},
    "producer": "https://example.org/pipelines",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
}


@dataclass(frozen=True)
class Example:
    """A payload, what must have been done before, and whether doing it again is no repetition."""

    payload: Payload
    before: tuple[tuple[str, Payload], ...] = ()
    repeatable: bool = False


# What views about single cases ask for besides the model.
CASES = {
    "explain-pair": {"prediction": "c-1", "against": "c-2"},
    **{name: {"prediction": "c-1"} for name in ("explain", "words", "similar", "what-if", "flips")},
}


def asked_of(view: View) -> dict[str, str]:
    """What a view has to be asked about, as fields of a query."""
    if view.model == "node":
        return {"node": "prediction:claims/c-1" if view.name == "provenance" else "model:claims"}
    return {"model": "claims", **CASES.get(view.name, {})} if view.model == "required" else {}


def with_example() -> list[str]:
    """The actions that have an example."""
    return sorted(ACTIONS.all().keys() & EXAMPLES.keys())


def example_of(name: str, folder: Path) -> Example:
    """The example of an action; its files are written into `folder`."""
    return EXAMPLES[name](folder)


def _register(folder: Path) -> Example:
    (folder / "person.yaml").write_text("people: [{id: ben, name: Ben}]\n", encoding="utf-8")
    return Example(Files(files=(folder / "person.yaml",)))


def _predictions(folder: Path) -> Example:
    rows = claims(number=200).frame
    write_rows(rows.assign(id=[f"more-{number}" for number in range(200)]), folder / "rows.parquet")
    return Example(Delivery(model="claims", files=(folder / "rows.parquet",)))


def _attributions(folder: Path) -> Example:
    path = attributed(claims(number=200).frame.head(9), folder / "why.parquet")
    return Example(Delivery(model="claims", files=(path,)))


def _actuals(folder: Path) -> Example:
    rows = claims(number=200).frame
    unlabelled = rows[rows["fraud"].isna()]
    unlabelled.assign(fraud=1)[["id", "fraud"]].to_csv(folder / "actuals.csv", index=False)
    return Example(Delivery(model="claims", files=(folder / "actuals.csv",)))


def _correction(folder: Path) -> Example:
    rows = claims(number=200).frame
    turned = rows[rows["fraud"].notna()].head(3)
    turned.assign(fraud=1 - turned["fraud"].astype(int))[["id", "fraud"]].to_csv(folder / "turned.csv", index=False)
    return Example(Correction(model="claims", files=(folder / "turned.csv",), reason="The chargeback was withdrawn."))


def _withdrawn_file(folder: Path) -> Example:
    sent = _predictions(folder).payload
    payload = NamedFiles(model="claims", names=("rows.parquet",), reason="It belongs to another model.")
    return Example(payload, (("ingest_predictions", sent),))


def _reinstated_file(folder: Path) -> Example:
    withdrawn = _withdrawn_file(folder)
    payload = NamedFiles(model="claims", names=("rows.parquet",), reason="It belongs here after all.")
    return Example(payload, (*withdrawn.before, ("withdraw_file", withdrawn.payload)))


def _lineage(folder: Path) -> Example:
    (folder / "runs.jsonl").write_text(json.dumps(RUN) + "\n", encoding="utf-8")
    return Example(Files(files=(folder / "runs.jsonl",)))


def _events(folder: Path) -> Example:
    (folder / "more.jsonl").write_text(json.dumps(USAGE) + "\n", encoding="utf-8")
    return Example(Files(files=(folder / "more.jsonl",)))


def _quality(folder: Path) -> Example:
    golden = Path(__file__).parent / "connectors" / "golden" / "quality.json"
    (folder / "validation.json").write_bytes(golden.read_bytes())
    return Example(ModelFiles(model="claims", files=(folder / "validation.json",)))


def _grant(folder: Path) -> Example:
    """Nobody grants to themselves, so the person is not the one in whose name the contract tests act."""
    payload = NewGrant(person="ben", roles=("manager",), teams=("claims",), reason="leads claims")
    return Example(payload, (("register", _register(folder).payload),), repeatable=True)


def _alerting(folder: Path) -> tuple[tuple[str, Payload], ...]:
    """What brings the model's performance on alert: its few labels are enough to judge it."""
    (folder / "strict.yaml").write_text(STRICT_CARD, "utf-8")
    return (("register", Files(files=(folder / "strict.yaml",))), ("monitor", Models(models=("claims",))))


def _faulty(folder: Path) -> tuple[tuple[str, Payload], ...]:
    """What gives the model's data a fault: a rule that every row breaks."""
    rule = '  rules: [{name: impossible, check: "age > 1000"}]\n'
    card = STRICT_CARD.replace("  features:", f"{rule}  features:", 1)
    (folder / "ruled.yaml").write_text(card, "utf-8")
    (folder / "unruled.yaml").write_text(STRICT_CARD, "utf-8")
    # Not the same step as that of other examples, which would be left out once it was done.
    again = Models(models=("claims", "claims"))
    # The card is as before afterwards: other examples hold theirs against it.
    unruled = ("register", Files(files=(folder / "unruled.yaml",)))
    return (("register", Files(files=(folder / "ruled.yaml",))), ("monitor", again), unruled)


def _answering(folder: Path) -> tuple[tuple[str, Payload], ...]:
    """What makes the person who acts in the tests the one who answers for the model."""
    role = {"kind": "role", "model": "claims", "at": "2024-01-01", "role": "accountable_executive"}
    (folder / "role.jsonl").write_text(json.dumps({**role, "person": "anna.keller"}) + "\n", encoding="utf-8")
    return (("ingest_events", Files(files=(folder / "role.jsonl",))),)


def _withdrawal(folder: Path) -> Example:
    payload = WithdrawnAcceptance(model="claims", area="drift", reason="It is repaired.")
    return Example(payload, (*_answering(folder), ("accept_status", ACCEPTED)))


def _hand_over(folder: Path) -> Example:
    payload = HandOver(model="claims", role="deputy", person=ANNA, successor="ben", reason="Anna moves on.")
    return Example(payload, (("register", _register(folder).payload), ("assign_role", DEPUTY)))


def _needs(folder: Path, *events: dict[str, object]) -> tuple[tuple[str, Payload], ...]:
    """What must be known before somebody may act: roles, uses, sign-offs, as events."""
    (folder / "needed.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return (("ingest_events", Files(files=(folder / "needed.jsonl",))),)


def _sign_off(folder: Path) -> Example:
    payload = SignOff(model="claims", step="design", decision="approve", reason="As wanted.")
    return Example(payload, _needs(folder, EXECUTIVE))


def _resolve_finding(folder: Path) -> Example:
    raised = {"kind": "sign_off", "model": "claims", "at": "2024-02-02", "step": "data", "person": "anna.keller"}
    raised |= {"decision": "conditions", "conditions": "Write it down.", "owner": "ben"}
    before = _needs(folder, EXECUTIVE, raised)
    return Example(Resolved(model="claims", finding=finding_id(raised), reason="Done."), before)


def finding_id(raised: dict[str, object]) -> str:
    """The id of the finding that an event of a sign-off raises."""
    return text_key(content_text(recorded_content(parse_event(raised))))[:12]


def _answer_use(folder: Path) -> Example:
    payload = AnswerToUse(model="claims", consumer="desk", purpose="triage", answer="extend", reason="As meant.")
    return Example(payload, _needs(folder, EXECUTIVE, USAGE))


ANNA = "anna.keller"
DEPUTY = Assignment(model="claims", role="deputy", person=ANNA, reason="The executive needs a stand-in.")
FAULT = {"model": "claims", "fault": fault_id("claims", "impossible", "age", "2024-01")}
SEEN = Acknowledged(model="claims", area="performance")
CLOSED = Closed(model="claims", area="performance", cause="expected_change", reason="The season ends.")
ACCEPTED = AcceptedStatus(
    model="claims", area="drift", until=now().date() + timedelta(days=30), reason="The feed is repaired next month."
)
EXECUTIVE = {"kind": "role", "model": "claims", "at": "2024-01-01", "role": "accountable_executive"}
EXECUTIVE |= {"person": "anna.keller"}
FEEDER = NewToken(name="feeder", scopes=("events",))
RATING = Assessment(model="claims", risk="outage", likelihood=3, impact=4, mitigation="Paper forms.")
TRIED = {"kind": "experiment", "model": "claims", "at": "2024-02-01", "run": "wider"}
JUDGED = {"kind": "feedback", "model": "claims", "at": "2024-03-02", "prediction": "c-1", "verdict": "wrong"}


def feedback_id(person: str) -> str:
    """The id of the judgement that a person gave in a file."""
    return text_key(content_text(recorded_content(parse_event({**JUDGED, "person": person}))))


TOPIC = NewTopic(model="claims", title="Storms are missing")
STORMS = {"model": "claims", "topic": topic_key("claims", TOPIC.title)}


def _bundled(folder: Path) -> Example:
    before = (*_needs(folder, {**JUDGED, "person": ANNA}), ("open_topic", TOPIC))
    return Example(Bundle(**STORMS, feedbacks=(feedback_id(ANNA),)), before, repeatable=True)


def _answered(folder: Path) -> Example:
    payload = AnsweredTopic(**STORMS, state="answered", version="2", reason="Trained on storms.")
    return Example(payload, (*_answering(folder), ("open_topic", TOPIC)))


def _acknowledged(folder: Path) -> Example:
    answered = _answered(folder)
    accepted = AnsweredTopic(**STORMS, state="accepted")
    return Example(ReadAnswer(**STORMS), (*answered.before, ("answer_topic", accepted)))


TO_DO = "Train it again."
NEXT_WEEK = now().date() + timedelta(days=7)
PLANNED = {"kind": "retraining_planned", "model": "claims", "at": "2024-03-02", "day": NEXT_WEEK.isoformat()}
TRAINING = {"kind": "retraining_started", "model": "claims", "at": "2024-03-02", "retraining": "first"}


def _resolve_decision(_: Path) -> Example:
    taken = Decided(model="claims", decision=TO_DO, reason="It declines.")
    payload = ResolvedDecision(model="claims", decision=TO_DO, outcome="done", reason="Version 2 is live.")
    return Example(payload, (("record_decision", taken),))


def _withdraw_feedback(folder: Path) -> Example:
    payload = WithdrawnFeedback(model="claims", feedback=feedback_id(ANNA), reason="The wrong case.")
    return Example(payload, _needs(folder, {**JUDGED, "person": ANNA}))


EXAMPLES: dict[str, Callable[[Path], Example]] = {
    "add_remark": lambda _: Example(
        Remark(model="claims", text="Storms are missing.", segment="channel=web"), repeatable=True
    ),
    "note_outside": lambda _: Example(
        OutsideNoted(model="claims", category="weather", title="A week of hail", start=now().date())
    ),
    "record_experiment": lambda _: Example(
        TriedRun(
            model="claims",
            experiment="deeper",
            hypothesis="Deeper trees find more.",
            parameters=("depth=6", "loss=log"),
            metrics=("roc_auc=0.81",),
            code_revision="4f2a",
        ),
        repeatable=True,
    ),
    "select_experiment": lambda folder: Example(
        SelectedRun(model="claims", experiment="wider", reason="Better, and as fair."), _needs(folder, TRIED)
    ),
    "promise": lambda folder: Example(
        NewPromise(model="claims", per_month=4000, start=now().date(), reason="As estimated."), _answering(folder)
    ),
    "give_feedback": lambda _: Example(
        JudgedPrediction(model="claims", prediction="c-2", verdict="wrong", corrected=1, reasons=("Late news",))
    ),
    "start_review": lambda _: Example(StartedReview(model="claims", cases=3)),
    "open_topic": lambda _: Example(NewTopic(model="claims", title="Ids change at night", segment="channel=web")),
    "bundle_feedback": _bundled,
    "answer_topic": _answered,
    "acknowledge_answer": _acknowledged,
    "plan_retraining": lambda _: Example(PlannedRetraining(model="claims", day=NEXT_WEEK, reason="A new branch.")),
    "cancel_retraining": lambda folder: Example(
        CancelledPlan(model="claims", day=NEXT_WEEK, reason="The data are late."), _needs(folder, PLANNED)
    ),
    "start_retraining": lambda _: Example(StartedRetraining(model="claims", reason="It declines.")),
    "end_retraining": lambda folder: Example(
        EndedRetraining(model="claims", outcome="done", reason="Version 2."), _needs(folder, TRAINING)
    ),
    "resolve_decision": _resolve_decision,
    "withdraw_feedback": _withdraw_feedback,
    "accept_status": lambda folder: Example(ACCEPTED, _answering(folder)),
    "acknowledge_alert": lambda folder: Example(SEEN, _alerting(folder)),
    "close_alert": lambda folder: Example(CLOSED, _alerting(folder)),
    "ingest_quality": _quality,
    "ingest_attributions": _attributions,
    "acknowledge_fault": lambda folder: Example(AcknowledgedFault(**FAULT), _faulty(folder)),
    "assign_fault": lambda folder: Example(AssignedFault(**FAULT, person="anna.keller"), _faulty(folder)),
    "resolve_fault": lambda folder: Example(
        ResolvedFault(**FAULT, cause="data_corrected", reason="Sent again."), _faulty(folder)
    ),
    "comment": lambda _: Example(Comment(model="claims", text="The storm explains it."), repeatable=True),
    "assess_risk": lambda _: Example(RATING, repeatable=True),
    "answer_use": _answer_use,
    "correct_actuals": _correction,
    "create_token": lambda _: Example(FEEDER),
    "end_sessions": lambda _: Example(EndedLogins(person="anna.keller", reason="lost device"), repeatable=True),
    "grant_access": _grant,
    "assign_role": lambda _: Example(DEPUTY),
    "end_role": lambda _: Example(
        Ending(model="claims", role="deputy", person=ANNA, reason="A new stand-in is found."),
        (("assign_role", DEPUTY),),
    ),
    "hand_over": _hand_over,
    "ingest_actuals": _actuals,
    "ingest_events": _events,
    "ingest_lineage": _lineage,
    "ingest_predictions": _predictions,
    "monitor": lambda _: Example(Models(models=("claims",))),
    "pull": lambda _: Example(Pulled(sources=("lake",))),
    "pause_source": lambda _: Example(PausedSource(source="lake", reason="It moves.")),
    "resume_source": lambda _: Example(
        NamedSource(source="lake"), (("pause_source", PausedSource(source="lake", reason="It moves.")),)
    ),
    "record_decision": lambda _: Example(
        Decided(model="claims", decision="It stays in use.", reason="People check."), repeatable=True
    ),
    "record_look": lambda _: Example(LookedAt(model="claims")),
    "register": _register,
    "reinstate_file": _reinstated_file,
    "request_rating": lambda _: Example(RatingWish(model="claims", risk="outage", reason="It has a new use.")),
    "revoke_token": lambda _: Example(NamedToken(name="feeder"), (("create_token", FEEDER),)),
    "withdraw_acceptance": _withdrawal,
    "withdraw_file": _withdrawn_file,
    "resolve_finding": _resolve_finding,
    "sign_off": _sign_off,
}
