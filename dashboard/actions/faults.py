"""What people do about faults of the data: acknowledge, assign, and resolve with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.rules.judging import other_eyes_on_data
from dashboard.actions.statements import Note, Words, state
from dashboard.errors import refused
from dashboard.governance.data_quality.incidents import (
    ACKNOWLEDGED,
    ASSIGNED,
    RESOLVED,
    Incident,
    incident_of,
    incidents,
)
from dashboard.schema.access import ACCESS_ROLES
from dashboard.schema.texts import Label, ModelId, PersonId
from dashboard.store.cards import get_card
from dashboard.store.organisation import get_organisation
from dashboard.store.statements import NewStatement
from dashboard.words import Sentence, mark

FaultCause = Literal["data_corrected", "source_repaired", "expected_change", "false_alarm", "risk_accepted", "other"]


class OpenFault(Payload):
    """A fault of a model's data, by its id (`show quality-faults`)."""

    model: ModelId
    fault: Label


class AcknowledgedFault(OpenFault):
    """A fault that somebody has seen."""

    note: Note = ""


class AssignedFault(OpenFault):
    """A fault and the person who takes care of it from now on."""

    person: PersonId
    note: Note = ""


class ResolvedFault(OpenFault):
    """A fault, what its cause was, and why it is done with."""

    cause: FaultCause
    reason: Words


@action(
    "acknowledge_fault",
    command="acknowledge fault MODEL FAULT [--note]",
    rights=Rights(ACCESS_ROLES, personal=True),
)
def acknowledge_fault(call: Call, payload: AcknowledgedFault) -> str:
    """Acknowledge a fault of the data: somebody has seen it.

    Raises NotFoundError for an unknown model, InputRefusedError when there is no such open fault or it is acknowledged.
    """
    known = _open(call, payload)
    if known.acknowledged is not None:
        raise refused(Sentence(mark("This fault is already acknowledged.")), "fault")
    _state(call, payload, known, ACKNOWLEDGED, {"note": payload.note} if payload.note else {})
    return f"acknowledged the fault {payload.fault} of {payload.model}"


@action(
    "assign_fault",
    command="assign fault MODEL FAULT PERSON [--note]",
    rights=Rights(ACCESS_ROLES, personal=True),
)
def assign_fault(call: Call, payload: AssignedFault) -> str:
    """Give a fault of the data into the care of a person.

    Raises NotFoundError for an unknown model, InputRefusedError for an unknown person or when there is no such fault.
    """
    known = _open(call, payload)
    if payload.person not in get_organisation(call.store).people:
        raise refused(Sentence(mark("No such person is registered.")), "person")
    if known.assigned is not None and known.assigned.content["person"] == payload.person:
        raise refused(Sentence(mark("This person takes care of it already.")), "person")
    content = {"person": payload.person, **({"note": payload.note} if payload.note else {})}
    _state(call, payload, known, ASSIGNED, content)
    return f"assigned the fault {payload.fault} of {payload.model} to {payload.person}"


@action(
    "resolve_fault",
    command="resolve fault MODEL FAULT --cause --reason",
    rights=Rights(ACCESS_ROLES, personal=True, rules=(other_eyes_on_data,)),
)
def resolve_fault(call: Call, payload: ResolvedFault) -> str:
    """Resolve a fault of the data, with its cause and a reason; not by who builds the model while it goes on.

    Raises NotFoundError for an unknown model, InputRefusedError when there is no such open fault or no reason.
    """
    known = _open(call, payload)
    _state(call, payload, known, RESOLVED, {"cause": payload.cause, "reason": payload.reason})
    return f"resolved the fault {payload.fault} of {payload.model}"


def _open(call: Call, payload: OpenFault) -> Incident:
    get_card(call.store, payload.model)
    known = incident_of(incidents(call.store, payload.model), payload.fault)
    if known is None or known.state == "resolved":
        raise refused(Sentence(mark("No such fault is open.")), "fault")
    return known


def _state(call: Call, payload: OpenFault, known: Incident, kind: str, content: Mapping[str, object]) -> None:
    said = NewStatement(kind, payload.model, call.actor, call.person, payload.fault, content)
    what = {"fault": payload.fault, "check": known.fault.content["check"], "feature": known.fault.content["feature"]}
    record = {**what, "state": kind.removeprefix("fault_"), **content}
    state(call, said, record, {**what, "state": known.state}, lambda: _open(call, payload))
