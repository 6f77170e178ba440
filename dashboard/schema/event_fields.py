"""What every kind of event has."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.texts import ModelId, VersionName
from dashboard.schema.times import Moment, ends_before


class CommonFields(StrictModel):
    """What every event has; its times are days (in the model's time zone) or UTC instants.

    `known_at` is when the source system knew of the event.
    """

    kind: str
    model: ModelId
    at: Moment
    until: Moment | None = None
    version: VersionName | None = None
    known_at: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.until is not None and ends_before(self.until, self.at):
            refuse(
                [
                    (
                        ("until",),
                        f"received {self.until}, before at ({self.at}); allowed is at or later; swap them",
                        self.until,
                    )
                ]
            )
        return self
