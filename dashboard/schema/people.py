"""People, teams and business processes."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dashboard.schema.reading.strict_model import Fault, StrictModel, refuse
from dashboard.schema.texts import Email, Label, LocalText, PersonId, ShortLocalText
from dashboard.schema.times import Day, order_faults

Hours = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Side = Literal["business", "technical"]
KINDS = ("people", "teams", "processes")


class Person(StrictModel):
    """Somebody who may answer for a model, in the organisation from `start` to `end` inclusive."""

    id: PersonId
    name: Label
    team: Label | None = None
    email: Email | None = None
    start: Day | None = Field(default=None, validation_alias="from", serialization_alias="from")
    end: Day | None = Field(default=None, validation_alias="to", serialization_alias="to")
    executive: bool = False

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        refuse(order_faults(self.start, self.end))
        return self


class Team(StrictModel):
    """A team, the person who leads it, and of which side it is (None: not stated)."""

    id: Label
    name: ShortLocalText
    lead: PersonId | None = None
    # Left out of what is stored when it is not given: a team registered before it existed has not changed.
    side: Side | None = Field(default=None, exclude_if=lambda side: side is None)


class Process(StrictModel):
    """A business process: who owns it, how long it may stand still (hours) and what happens then."""

    id: Label
    name: ShortLocalText
    owner: PersonId | None = None
    tolerable_outage_hours: Hours | None = None
    fallback: LocalText | None = None


class PeopleFile(StrictModel):
    """One file of people, teams and processes; any of the three keys may be left out."""

    people: Annotated[list[Person], Field(max_length=100_000)] = []
    teams: Annotated[list[Team], Field(max_length=10_000)] = []
    processes: Annotated[list[Process], Field(max_length=10_000)] = []

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        refuse(fault for kind in KINDS for fault in self._repeated(kind))
        return self

    def _repeated(self, kind: str) -> list[Fault]:
        entries: list[Person | Team | Process] = getattr(self, kind)
        counts = Counter(entry.id for entry in entries)
        return [
            (
                (kind, position, "id"),
                f"received id '{entry.id}' more than once; allowed is once; rename or remove the others",
                entry.id,
            )
            for position, entry in enumerate(entries)
            if counts.pop(entry.id, 0) > 1
        ]
