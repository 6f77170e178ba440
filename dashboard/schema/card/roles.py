"""Who answers for a model, and the four risks of the matrix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.texts import LocalText, PersonId
from dashboard.schema.times import Day, order_faults
from dashboard.words import mark

RoleName = Literal[
    "accountable_executive",
    "business_stakeholder",
    "domain_expert",
    "data_engineer",
    "data_scientist",
    "software_engineer",
    "ml_engineer",
    "backend_engineer",
    "deputy",
]
RiskName = Literal["outage", "wrong_predictions", "degradation", "knowledge_loss"]
ROLE_NAMES: tuple[RoleName, ...] = get_args(RoleName)
RISK_NAMES: tuple[RiskName, ...] = get_args(RiskName)
# What readers call each role: catalogue keys.
ROLE_WORDS: dict[RoleName, str] = {
    "accountable_executive": mark("Accountable executive"),
    "business_stakeholder": mark("Business stakeholder"),
    "domain_expert": mark("Domain expert"),
    "data_engineer": mark("Data engineer"),
    "data_scientist": mark("Data scientist"),
    "software_engineer": mark("Software engineer"),
    "ml_engineer": mark("ML engineer"),
    "backend_engineer": mark("Backend engineer"),
    "deputy": mark("Deputy of the executive"),
}
# What readers call each risk: catalogue keys.
RISK_WORDS: dict[RiskName, str] = {
    "outage": mark("Outage"),
    "wrong_predictions": mark("Wrong predictions"),
    "degradation": mark("Degradation"),
    "knowledge_loss": mark("Knowledge loss"),
}
Rating = Annotated[int, Field(ge=1, le=5)]


class RoleHolder(StrictModel):
    """A person in a role, from `start` to `end` inclusive; an open end is None."""

    person: PersonId
    start: Day | None = Field(default=None, validation_alias="from", serialization_alias="from")
    end: Day | None = Field(default=None, validation_alias="to", serialization_alias="to")

    @model_validator(mode="before")
    @classmethod
    def _person_alone(cls, value: Any) -> Any:
        return {"person": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        refuse(order_faults(self.start, self.end))
        return self


Holders = Annotated[list[RoleHolder], Field(max_length=100)]


class Roles(StrictModel):
    """The people of each role; every role may have several, or none."""

    accountable_executive: Holders = []
    business_stakeholder: Holders = []
    domain_expert: Holders = []
    data_engineer: Holders = []
    data_scientist: Holders = []
    software_engineer: Holders = []
    ml_engineer: Holders = []
    backend_engineer: Holders = []
    deputy: Holders = []

    def held(self) -> Iterator[tuple[RoleName, RoleHolder]]:
        """Each role with each of its holders, in the order of the card."""
        for name in ROLE_NAMES:
            for holder in getattr(self, name):
                yield name, holder


class Risk(StrictModel):
    """The rating of one risk; without likelihood and impact it is not rated."""

    likelihood: Rating | None = None
    impact: Rating | None = None
    owner: PersonId | None = None
    mitigation: LocalText | None = None
    assessed_on: Day | None = None
    next_review: Day | None = None

    @property
    def score(self) -> int | None:
        """Likelihood times impact, 1 to 25; None unless both are rated."""
        return None if self.likelihood is None or self.impact is None else self.likelihood * self.impact


class Risks(StrictModel):
    """The four risks of the matrix; one that is missing has not been rated."""

    outage: Risk | None = None
    wrong_predictions: Risk | None = None
    degradation: Risk | None = None
    knowledge_loss: Risk | None = None

    def rated(self) -> Iterator[tuple[RiskName, Risk]]:
        """Each risk that the card mentions, by name."""
        for name in RISK_NAMES:
            risk = getattr(self, name)
            if risk is not None:
                yield name, risk
