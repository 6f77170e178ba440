"""What happened to a model: one class for each kind of event."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Field, PlainValidator, TypeAdapter, model_validator

from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.business_events import KpiEvent, OutsideEvent, PromiseEvent, SpendingEvent
from dashboard.schema.card.business import Number
from dashboard.schema.card.data import Dimension
from dashboard.schema.card.roles import Rating, RiskName, RoleName
from dashboard.schema.card.versions import Packages
from dashboard.schema.event_fields import CommonFields
from dashboard.schema.reading.error_messages import validated
from dashboard.schema.reading.strict_model import refuse, rule_broken
from dashboard.schema.reading.suggestions import listed, nearest, shown
from dashboard.schema.retraining_events import RetrainingEndedEvent, RetrainingPlannedEvent, RetrainingStartedEvent
from dashboard.schema.sign_off_evidence import Basis
from dashboard.schema.texts import LONGEST_TEXT, Label, PersonId, Text, VersionName
from dashboard.schema.times import Day, Instant, order_faults

LARGEST_MEASURED = 1e300
_TEXT: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(max_length=LONGEST_TEXT)])
_LABEL: TypeAdapter[str] = TypeAdapter(Label)


def parse_measured(value: Any) -> bool | int | float | str:
    """Read what a check saw or expected: a finite number, true, false or text of at most 5,000 characters."""
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < LARGEST_MEASURED):
        return value
    if isinstance(value, str):
        return _TEXT.validate_python(value, strict=True)
    raise rule_broken(f"received {shown(value)}; allowed is a finite number, true, false or text; write one of them")


Count = Annotated[int, Field(ge=0, le=10**15)]
Minutes = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
Measured = Annotated[bool | int | float | str, PlainValidator(parse_measured)]
Activity = Literal["trained", "deployed", "repaired", "reviewed", "answered", "reproduced"]
Step = Literal["design", "data", "evaluation", "deployment", "review", "retirement"]
Decision = Literal["approve", "conditions", "reject"]
CheckSeverity = Literal["error", "warn"]
Verdict = Literal["right", "wrong", "unsure"]
# How a judged prediction was picked: drawn at random, because it promised much to learn, or by the expert.
Sample = Literal["random", "queue", "chosen"]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
MOST_REASONS = 20


def parse_reasons(value: Any) -> str | list[str]:
    """Read why an expert judged so: one text, or a list of 1 to 20 short texts."""
    if isinstance(value, str):
        return _TEXT.validate_python(value, strict=True)
    if (
        isinstance(value, list | tuple)
        and 0 < len(value) <= MOST_REASONS
        and all(isinstance(one, str) for one in value)
    ):
        return [_LABEL.validate_python(one, strict=True) for one in value]
    raise rule_broken(f"received {shown(value)}; allowed is a text or a list of 1 to {MOST_REASONS} texts; write one")


Reasons = Annotated[str | list[str], PlainValidator(parse_reasons)]


class DeploymentEvent(CommonFields):
    """A version went live; `environment` = package -> version there."""

    kind: Literal["deployment"]
    version: VersionName
    environment_name: Label
    environment: Packages = {}


class IncidentEvent(CommonFields):
    """The model did not do its work from `at` to `until`; severity 1 (slight) to 5 (severe)."""

    kind: Literal["incident"]
    severity: Rating
    cause: Text | None = None
    person: PersonId | None = None


class UsageEvent(CommonFields):
    """A consumer called the model `calls` times for a purpose."""

    kind: Literal["usage"]
    consumer: Label
    purpose: Label
    calls: Count


class WorkEvent(CommonFields):
    """A person worked on the model for some minutes."""

    kind: Literal["work"]
    person: PersonId
    activity: Activity
    minutes: Minutes | None = None


class TestRunEvent(CommonFields):
    """A test suite ran; counts of tests."""

    __test__: ClassVar[bool] = False

    kind: Literal["test_run"]
    suite: Label
    passed: Count
    failed: Count


class QualityEvent(CommonFields):
    """A check of a data set, or of one of its columns, and what it saw; `severity` is what its tool calls a failure."""

    kind: Literal["quality"]
    dataset: Label
    column: Label | None = None
    check: Label
    dimension: Dimension
    passed: bool
    observed: Measured | None = None
    expected: Measured | None = None
    severity: CheckSeverity | None = None


class RoleEvent(CommonFields):
    """A person takes a role from `start` (default: `at`) to `end` inclusive (default: open)."""

    kind: Literal["role"]
    role: RoleName
    person: PersonId
    start: Day | None = Field(default=None, validation_alias="from", serialization_alias="from")
    end: Day | None = Field(default=None, validation_alias="to", serialization_alias="to")
    reason: Text | None = None

    @model_validator(mode="after")
    def _holds_after_start(self) -> Self:
        refuse(order_faults(self.start, self.end))
        return self


class RiskEvent(CommonFields):
    """A risk was rated again, by `person`; `owner` answers for it from now on."""

    kind: Literal["risk"]
    risk: RiskName
    likelihood: Rating
    impact: Rating
    person: PersonId | None = None
    mitigation: Text | None = None
    next_review: Day | None = None
    reason: Text | None = None
    owner: PersonId | None = None


class SignOffEvent(CommonFields):
    """A person decided on a step of the model's life.

    `conditions` are to be met by `owner` until `due`; `basis` holds the facts that the decision rested on.
    """

    kind: Literal["sign_off"]
    step: Step
    person: PersonId
    decision: Decision
    reason: Text | None = None
    conditions: Text | None = None
    due: Day | None = None
    owner: PersonId | None = None
    basis: Basis | None = None


class FeedbackEvent(CommonFields):
    """An expert judged one prediction; `corrected` is what the model should have said.

    `reason` is one text or a list of them, `sample` tells how the prediction was picked (left out: not known),
    `seconds` how long the judgement took. `predicted_at` tells which prediction of an id and version it is, where the
    card's key is `id+instant`.
    """

    kind: Literal["feedback"]
    prediction: Label
    verdict: Verdict
    person: PersonId
    corrected: Measured | None = None
    reason: Reasons | None = None
    comment: Text | None = None
    sample: Sample | None = None
    seconds: Seconds | None = None
    predicted_at: Instant | None = None


class ExperimentEvent(CommonFields):
    """A configuration was tried from `at` on: why, with which settings, on which data, and what came out.

    A later event of the same `run` adds to it, and says whether it was `selected` (left out: open) and for what
    `reason`, by `person`. `version` is the version that it became; `source` is where it was recorded first.
    """

    kind: Literal["experiment"]
    run: Label
    hypothesis: Text | None = None
    parameters: dict[Label, Measured] = {}
    metrics: dict[Label, Number] = {}
    dataset: Label | None = None
    code_revision: Label | None = None
    selected: bool | None = None
    reason: Text | None = None
    person: PersonId | None = None
    source: Label | None = None


Event = Annotated[
    DeploymentEvent
    | IncidentEvent
    | UsageEvent
    | WorkEvent
    | TestRunEvent
    | QualityEvent
    | RoleEvent
    | RiskEvent
    | SignOffEvent
    | FeedbackEvent
    | PromiseEvent
    | KpiEvent
    | OutsideEvent
    | SpendingEvent
    | ExperimentEvent
    | RetrainingPlannedEvent
    | RetrainingStartedEvent
    | RetrainingEndedEvent,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
EVENT_KINDS: dict[str, type[CommonFields]] = {
    get_args(event.model_fields["kind"].annotation)[0]: event for event in get_args(get_args(Event)[0])
}


def parse_event(value: Any) -> Event:
    """An event from its JSON object; raises InputRefusedError with a Problem for each faulty field."""
    if not isinstance(value, dict):
        raise InputRefusedError([Problem(f"received {shown(value)}; allowed is an object; write it like {{...}}")])
    kind = value.get("kind")
    known = EVENT_KINDS.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise InputRefusedError([Problem(unknown_kind(kind), field="kind")])
    event: Event = validated(known, value)  # type: ignore[assignment]
    return event


def unknown_kind(kind: object) -> str:
    """The message for a `kind` that no class stands for."""
    received = "no kind" if kind is None else shown(kind)
    hint = nearest(kind, EVENT_KINDS) or "; name the kind of event"
    return f"received {received}; allowed are {listed(EVENT_KINDS)}{hint}"
