"""What is recorded of an event, a card, a person, a team or a process, and the key that tells whether it is new.

A field that has its default is left out: adding a field with a default changes no key of what is recorded already. The
fields of FIRST_FIELDS are the exception, see docs/decisions/0005-stable-keys.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from dashboard.schema.card.business import (
    Approved,
    Budget,
    Business,
    ErrorCosts,
    KeyMetric,
    Outcomes,
    Requirements,
    Value as BusinessValue,
)
from dashboard.schema.card.card import ModelCard, Retraining
from dashboard.schema.card.data import DataColumns, Feature
from dashboard.schema.card.risk_class import EuAiAct, RiskClass
from dashboard.schema.card.roles import Risk, Risks, RoleHolder, Roles
from dashboard.schema.card.versions import Deployment, Version
from dashboard.schema.event_fields import CommonFields
from dashboard.schema.events import (
    DeploymentEvent,
    FeedbackEvent,
    IncidentEvent,
    QualityEvent,
    RiskEvent,
    RoleEvent,
    SignOffEvent,
    WorkEvent,
)
from dashboard.schema.people import Person, Process, Team
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.sign_off_evidence import Aim, Basis, Promise, Seen

# Frozen, never extended: the optional fields that keys held, given or not, before defaults were left out of them.
FIRST_FIELDS: dict[type[StrictModel], str] = {
    CommonFields: "until version known_at",
    DeploymentEvent: "environment",
    IncidentEvent: "cause person",
    WorkEvent: "minutes",
    QualityEvent: "column observed expected",
    RoleEvent: "from to reason",
    RiskEvent: "person mitigation next_review reason owner",
    SignOffEvent: "reason",
    FeedbackEvent: "corrected reason comment",
    Basis: "purposes process automation promise targets accountable_executive risks training_data columns reference "
    "segments version code_revision artifact libraries threshold metrics",
    Promise: "currency",
    Aim: "target limit",
    Seen: "low high period",
    ModelCard: "summary status time_zone period simulated business roles risks risk_class monitoring retraining",
    Business: "process question purposes automation requirements key_metrics value",
    Requirements: "users regulations budget resources",
    Budget: "currency",
    KeyMetric: "target limit",
    BusinessValue: "currency promised_per_month running_cost_per_month outcomes errors",
    Outcomes: "true_positive false_positive false_negative true_negative",
    ErrorCosts: "over_per_unit under_per_unit per_prediction",
    Approved: "values from to",
    Roles: "accountable_executive business_stakeholder domain_expert data_engineer data_scientist software_engineer "
    "ml_engineer backend_engineer deputy",
    RoleHolder: "from to",
    Risks: "outage wrong_predictions degradation knowledge_loss",
    Risk: "likelihood impact owner mitigation assessed_on next_review",
    RiskClass: "affected affected_persons exposure purpose eu_ai_act",
    EuAiAct: "reason annex",
    Version: "trained_at algorithm artifact artifact_sha256 code_revision training_data environment importance "
    "deployments",
    Deployment: "to environment",
    DataColumns: "positive threshold known_at unit cluster segments protected reference",
    Feature: "label unit",
    Retraining: "policy cost max_age_days",
    Person: "team email from to executive",
    Team: "lead",
    Process: "owner tolerable_outage_hours fallback",
}


class _Field(NamedTuple):
    """A field that may be left out or may hold further parts: its name in Python, in JSON, and its default."""

    name: str
    key: str
    left_out_at_default: bool
    default: object


def recorded_content(part: StrictModel) -> dict[str, Any]:
    """Return the JSON content of a part as it is recorded and compared: a field with its default is left out."""
    content: dict[str, Any] = part.model_dump(mode="json", by_alias=True)
    _leave_out_defaults(part, content)
    return content


def content_text(content: Mapping[str, Any]) -> str:
    """Return the text of a content that its key is made of: keys in order."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def text_key(text: str) -> str:
    """Return the key of a content's text: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def _leave_out_defaults(value: object, content: Any) -> None:
    """Take the defaults of a part, and of the parts in it, out of its dumped content."""
    if isinstance(value, StrictModel):
        for field in _fields(type(value)):
            inner = getattr(value, field.name)
            if field.left_out_at_default and _equal(inner, field.default):
                del content[field.key]
            else:
                _leave_out_defaults(inner, content[field.key])
    elif isinstance(value, Mapping):
        for inner, dumped in zip(value.values(), content.values(), strict=True):
            _leave_out_defaults(inner, dumped)
    elif isinstance(value, list | tuple):
        for inner, dumped in zip(value, content, strict=True):
            _leave_out_defaults(inner, dumped)


def _equal(value: object, default: object) -> bool:
    """Return whether a value says the same as a default; Python takes True for 1."""
    return value == default and isinstance(value, bool) == isinstance(default, bool)


@cache
def _fields(kind: type[StrictModel]) -> tuple[_Field, ...]:
    """Return the fields of a part that have to be looked at."""
    first = {name for ancestor in kind.__mro__ for name in FIRST_FIELDS.get(ancestor, "").split()}
    found = []
    for name, field in kind.model_fields.items():
        key = field.serialization_alias or name
        left_out = not field.is_required() and key not in first
        if left_out or any(_parts(field.annotation)):
            default = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
            found.append(_Field(name, key, left_out, default))
    return tuple(found)


def _parts(annotation: object) -> Iterator[bool]:
    """Yield True for each part that values of a type may hold."""
    if isinstance(annotation, type) and issubclass(annotation, StrictModel):
        yield True
    for inner in get_args(annotation):
        yield from _parts(inner)
