"""Which steps are signed by whom, what a signature rests on, and when it goes stale: config/sign_offs.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from dashboard.resources import resource
from dashboard.schema.card.roles import RoleName
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.events import Step
from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.sign_off_evidence import FactName

SIGN_OFFS_FILE = Path("config") / "sign_offs.yaml"
STEPS: tuple[Step, ...] = get_args(Step)
Days = Annotated[int, Field(ge=1, le=36_500)]
Change = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
DueFrom = Literal["design", "development", "validation", "production", "retired"]


class StepRules(StrictModel):
    """One step: from which stage on it is due, who signs it jointly, for how long, and on which facts."""

    due_from: DueFrom
    roles: Annotated[list[RoleName], Field(min_length=1, max_length=9)]
    valid_days: Days | None = None
    rests_on: Annotated[list[FactName], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for field in ("roles", "rests_on"):
            named: list[str] = getattr(self, field)
            twice = sorted({name for name in named if named.count(name) > 1})
            refuse(
                ((field,), f"received {name} more than once; allowed is once; remove the others", name)
                for name in twice
            )
        return self


class Tolerance(StrictModel):
    """When a fact counts as changed.

    Numbers: a change of more than `relative` of the value at signing (0 = any change); `worse` counts only changes for
    the worse. The intervals of a metric must not touch. `unknown: ignored` = a fact that was not known at one of the
    two times is no change.
    """

    relative: Change = 0.0
    direction: Literal["any", "worse"] = "any"
    unknown: Literal["differs", "ignored"] = "differs"


class SignOffRules(StrictModel):
    """Everything that decides about sign-offs, findings and uses."""

    sign_off_steps: Annotated[dict[Step, StepRules], Field(min_length=1)]
    tolerances: dict[FactName, Tolerance] = {}
    finding_days: Days = 30
    use_ends_after_days: Days = 30

    def tolerance(self, fact: FactName) -> Tolerance:
        """The tolerance of a fact; exact unless the file says otherwise."""
        return self.tolerances.get(fact, Tolerance())

    def steps(self) -> list[tuple[Step, StepRules]]:
        """The steps of the file in the order of a model's life."""
        return [(step, self.sign_off_steps[step]) for step in STEPS if step in self.sign_off_steps]


@cache
def load_sign_off_rules(path: Path | None = None) -> SignOffRules:
    """The rules of a YAML file, or of config/sign_offs.yaml; raises InputRefusedError with a Problem for each fault."""
    chosen, name = path or resource(SIGN_OFFS_FILE), str(path or SIGN_OFFS_FILE)
    return read_settings(SignOffRules, chosen, name)
