"""What experts expect of a model: which way its score may move when one feature is changed and nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.texts import ColumnName, Label, LocalText

Direction = Literal["up", "down", "any"]
Effect = Literal["not_down", "not_up", "unchanged"]
Amount = Annotated[float, Field(ge=0, le=1e300, allow_inf_nan=False)]


class Expectation(StrictModel):
    """When the feature goes up (down, to any other value), the score does not go down (not up, stays unchanged).

    `bound` is by how much the score may move otherwise, in its own unit; `segment` the only cases for which it is
    expected, by column and value; `text` what experts call it.
    """

    feature: ColumnName
    direction: Direction
    effect: Effect
    bound: Amount = 0.0
    segment: Annotated[dict[ColumnName, Label | int | float], Field(max_length=10)] = {}
    text: LocalText | None = None

    @property
    def key(self) -> str:
        """What checks of it are kept under; its wording may change."""
        demanded = [self.feature, self.direction, self.effect, self.bound, sorted(map(str, self.segment.items()))]
        return hashlib.sha256(json.dumps(demanded).encode()).hexdigest()[:16]

    @model_validator(mode="after")
    def _any_value_leaves_it_unchanged(self) -> Self:
        if self.direction == "any" and self.effect != "unchanged":
            message = f"received {self.effect} for direction any; allowed is unchanged; choose up or down, or unchanged"
            refuse([(("effect",), message, self.effect)])
        return self
