"""Record what was tried for a model, and which run was selected, with the reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.statements import Words
from dashboard.errors import NotFoundError, refused, shorten
from dashboard.governance.experiments import EXPERIMENT, Run, runs_of
from dashboard.schema.access import AccessRole
from dashboard.schema.events import ExperimentEvent
from dashboard.schema.reading.strict_model import rule_broken
from dashboard.schema.texts import FORMS, Label, ModelId, VersionName
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.events import append_events, list_events
from dashboard.words import Sentence, mark

# Who tries things out, and says which of them is taken.
TRIES: tuple[AccessRole, ...] = ("data_scientist",)
LONGEST, MOST = 400, 200


def read_setting(text: str) -> str:
    """Check `NAME=VALUE`; raises ValueError."""
    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise rule_broken(f"received {shorten(text)}; allowed is NAME=VALUE; write it like depth=6")
    return text


def read_result(text: str) -> str:
    """Check `NAME=NUMBER`; raises ValueError."""
    value = read_setting(text).partition("=")[2]
    if not isinstance(_value(value), int | float):
        raise rule_broken(f"received {shorten(text)}; allowed is NAME=NUMBER; write it like roc_auc=0.75")
    return text


Line = Annotated[str, StringConstraints(max_length=LONGEST, pattern=FORMS["line"])]


class TriedRun(Payload):
    """A run: why it was tried, its settings (NAME=VALUE) and results (NAME=NUMBER), its data and code."""

    model: ModelId
    experiment: Label
    hypothesis: Words
    parameters: Annotated[tuple[Annotated[Line, AfterValidator(read_setting)], ...], Field(max_length=MOST)] = ()
    metrics: Annotated[tuple[Annotated[Line, AfterValidator(read_result)], ...], Field(max_length=MOST)] = ()
    dataset: Label | None = None
    code_revision: Label | None = None
    version: VersionName | None = None


class SelectedRun(Payload):
    """The run that is taken (or, with `rejected`, is not), and why."""

    model: ModelId
    experiment: Label
    reason: Words
    version: VersionName | None = None
    rejected: bool = False


@action(
    "record_experiment",
    command="record experiment MODEL EXPERIMENT --hypothesis [--parameter...] [--metric...] [--dataset] "
    "[--code-revision] [--version]",
    rights=Rights(TRIES, personal=True),
)
def record_experiment(call: Call, payload: TriedRun) -> str:
    """Record what was tried for a model: hypothesis, settings, results. More about the same run is added to it.

    Raises NotFoundError for an unknown model, InputRefusedError when exactly this is recorded already.
    """
    card = get_card(call.store, payload.model)
    event = ExperimentEvent(
        kind="experiment",
        model=card.id,
        at=now(),
        version=payload.version,
        run=payload.experiment,
        hypothesis=payload.hypothesis,
        parameters={name: _value(value) for name, value in _pairs(payload.parameters)},
        metrics={name: float(value) for name, value in _pairs(payload.metrics)},
        dataset=payload.dataset,
        code_revision=payload.code_revision,
        person=call.person,
    )
    _append(call, event, card.time_zone, {})
    return f"recorded experiment {shorten(payload.experiment)} of {card.id}"


@action(
    "select_experiment",
    command="select experiment MODEL EXPERIMENT --reason [--version] [--rejected]",
    rights=Rights(TRIES, personal=True),
)
def select_experiment(call: Call, payload: SelectedRun) -> str:
    """Say that a run was selected, or rejected, and why; earlier decisions about it stay on record.

    Raises NotFoundError for an unknown model or run, InputRefusedError when exactly this was decided before.
    """
    card, run = get_card(call.store, payload.model), _found(call, payload)
    if (run.selected, run.reason) == (not payload.rejected, payload.reason):
        raise refused(Sentence(mark("Exactly this is already decided about this run.")), "experiment")
    event = ExperimentEvent(
        kind="experiment",
        model=card.id,
        at=now(),
        version=payload.version,
        run=run.name,
        selected=not payload.rejected,
        reason=payload.reason,
        person=call.person,
    )
    before: dict[str, object] = {} if run.selected is None else {"selected": run.selected, "reason": run.reason}
    _append(call, event, card.time_zone, before)
    return f"{'rejected' if payload.rejected else 'selected'} experiment {shorten(run.name)} of {card.id}"


def _append(call: Call, event: ExperimentEvent, zone: str, before: dict[str, object]) -> None:
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        append_events(cursor, [(event, zone)], call.actor, None)
        said = event.model_dump(mode="json", exclude={"kind", "model", "at"}, exclude_none=True, exclude_defaults=True)
        audit_context.before[event.model] = before
        audit_context.after[event.model] = said


def _found(call: Call, payload: SelectedRun) -> Run:
    runs = {run.name: run for run in runs_of(list_events(call.store, payload.model, (EXPERIMENT,)))}
    if payload.experiment not in runs:
        known = ", ".join(shorten(name) for name in list(runs)[:10]) or "none; record one first"
        raise NotFoundError(
            f"experiment {shorten(payload.experiment)} of {payload.model} is not known; known are {known}"
        )
    return runs[payload.experiment]


def _pairs(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name.strip(), value.strip()) for name, _, value in (line.partition("=") for line in lines)]


def _value(text: str) -> bool | int | float | str:
    """A number or a truth value where the text is one."""
    word = text.strip()
    if word in ("true", "false"):
        return word == "true"
    for kind in (int, float):
        try:
            number = kind(word)
        except ValueError:
            continue
        return number if abs(number) < 1e300 else word
    return word
