"""What the risk class of a model rests on: who is affected, how much depends on it, how the law sees it."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.texts import Label, LocalText

Exposure = Literal["small", "medium", "large"]
PurposeKind = Literal["internal", "customers", "rights"]
Materiality = Literal["low", "medium", "high"]
EuClass = Literal["minimal", "limited", "high", "prohibited"]
RiskClassName = Literal["low", "medium", "high"]
RISK_CLASSES: tuple[RiskClassName, ...] = get_args(RiskClassName)


class EuAiAct(StrictModel):
    """The class under the EU AI Act, why, and the number in its annex."""

    name: EuClass = Field(validation_alias="class", serialization_alias="class")
    reason: LocalText | None = None
    annex: Label | None = None


class RiskClass(StrictModel):
    """The factors of the risk class; what is left out is derived where it can be, and missing otherwise."""

    affected: LocalText | None = None
    affected_persons: Annotated[int, Field(ge=0, le=10**10)] | None = None
    exposure: Exposure | None = None
    purpose: PurposeKind | None = None
    eu_ai_act: EuAiAct | None = None
