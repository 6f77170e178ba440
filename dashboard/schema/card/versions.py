"""The versions of a model and where they run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from dashboard.schema.reading.strict_model import Fault, StrictModel, refuse, rule_broken
from dashboard.schema.texts import LONGEST_LABEL, ColumnName, Label, Sha256, VersionName
from dashboard.schema.times import Day, Instant, order_faults

Deployed = TypeVar("Deployed")
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
# In YAML `python: 3.10` is kept as written (see yaml_reader); editors, which see a number there, must not object.
PackageVersion = Annotated[Label, WithJsonSchema({"type": ["string", "number"], "maxLength": LONGEST_LABEL})]
Packages = Annotated[dict[Label, PackageVersion], Field(max_length=2_000)]
SHARES_SUM_WITHIN = 0.01


def _relative(path: str) -> str:
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts or "\\" in path or ":" in path:
        raise rule_broken(
            f"received '{path[:80]}'; allowed is a path relative to the card, with / and without ..; "
            "put the file beside the card"
        )
    return path


class Deployment(StrictModel):
    """A version running somewhere, from `start` to `end` inclusive; `environment` = package -> version there."""

    environment_name: Label
    start: Day = Field(validation_alias="from", serialization_alias="from")
    end: Day | None = Field(default=None, validation_alias="to", serialization_alias="to")
    environment: Packages = {}

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        refuse(order_faults(self.start, self.end))
        return self


class Version(StrictModel):
    """One trained model; `importance` = feature -> share of all features' importance (sums to 1).

    `feedback` names what experts said that it was trained on: the chain head that `export feedback` writes.
    """

    version: VersionName
    trained_at: Instant | None = None
    algorithm: Label | None = None
    artifact: Annotated[Label, AfterValidator(_relative)] | None = None
    artifact_sha256: Sha256 | None = None
    code_revision: Label | None = None
    training_data: Label | None = None
    environment: Packages = {}
    importance: Annotated[dict[ColumnName, Share], Field(min_length=1, max_length=5_000)] | None = None
    deployments: Annotated[list[Deployment], Field(max_length=1_000)] = []
    feedback: Sha256 | None = None

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        faults: list[Fault] = []
        if self.importance is not None and abs((total := sum(self.importance.values())) - 1) > SHARES_SUM_WITHIN:
            message = f"received shares that sum to {total:.4g}; allowed is a sum of 1; divide each by their sum"
            faults.append((("importance",), message, total))
        refuse(faults)
        return self


def in_production(named: Sequence[tuple[str, Deployed]]) -> list[Deployed]:
    """Of what was deployed (name of the environment, what), that in production.

    Where no environment has a name like `production`, all of them count.
    """
    productive = [one for name, one in named if name.casefold().startswith("prod")]
    return productive or [one for _, one in named]
