"""The facts that a sign-off rested on, as an event of kind `sign_off` may carry them in `basis`."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from dashboard.schema.card.business import Automation, Number
from dashboard.schema.card.roles import Rating, RiskName
from dashboard.schema.card.versions import Packages, Share
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.texts import ColumnName, Currency, Label, PersonId, Sha256, VersionName

FactName = Literal[
    "purposes",
    "process",
    "automation",
    "promise",
    "targets",
    "accountable_executive",
    "risks",
    "training_data",
    "columns",
    "reference",
    "segments",
    "version",
    "code_revision",
    "artifact",
    "libraries",
    "threshold",
    "metrics",
]
FACT_NAMES: tuple[FactName, ...] = get_args(FactName)
Labels = Annotated[list[Label], Field(max_length=5_000)]


class Promise(StrictModel):
    """What the model shall be worth per month."""

    amount: Number
    currency: Currency | None = None


class Aim(StrictModel):
    """Target of a key metric, and the worst acceptable value."""

    target: Number | None = None
    limit: Number | None = None


class Rated(StrictModel):
    """How a risk was rated."""

    likelihood: Rating
    impact: Rating


class Seen(StrictModel):
    """A metric of one period with its 95 % interval."""

    value: Number
    low: Number | None = None
    high: Number | None = None
    period: Label | None = None


class Basis(StrictModel):
    """Facts by name; one that is left out is worked out for the instant of the sign-off.

    `columns` = column -> what it is (numeric, categorical, score, actual); `libraries` = package -> version where the
    model runs; `reference` = FROM:TO.
    """

    purposes: Labels | None = None
    process: Label | None = None
    automation: Automation | None = None
    promise: Promise | None = None
    targets: dict[Label, Aim] | None = None
    accountable_executive: Annotated[list[PersonId], Field(max_length=100)] | None = None
    risks: dict[RiskName, Rated] | None = None
    training_data: Label | None = None
    columns: Annotated[dict[ColumnName, Label], Field(max_length=5_100)] | None = None
    reference: Label | None = None
    segments: Labels | None = None
    version: VersionName | None = None
    code_revision: Label | None = None
    artifact: Sha256 | None = None
    libraries: Packages | None = None
    threshold: Share | None = None
    metrics: dict[Label, Seen] | None = None
