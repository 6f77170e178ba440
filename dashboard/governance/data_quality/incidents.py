"""A fault of the data as an incident: who has seen it, who takes care of it, and how it was resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.quality_faults import RecordedFault, list_faults
from dashboard.store.statements import Statement, list_statements

State = Literal["new", "acknowledged", "assigned", "resolved", "over"]
ACKNOWLEDGED, ASSIGNED, RESOLVED = "fault_acknowledged", "fault_assigned", "fault_resolved"
KINDS = (ACKNOWLEDGED, ASSIGNED, RESOLVED)


@dataclass(frozen=True)
class Incident:
    """A fault with what people did about it."""

    fault: RecordedFault
    acknowledged: Statement | None = None
    assigned: Statement | None = None
    resolved: Statement | None = None

    @property
    def state(self) -> State:
        """Resolved by a person, over by itself, in somebody's care, seen by somebody, or new."""
        if self.resolved is not None:
            return "resolved"
        if not self.fault.content["ongoing"] and self.assigned is None and self.acknowledged is None:
            return "over"
        if self.assigned is not None:
            return "assigned"
        return "new" if self.acknowledged is None else "acknowledged"

    @property
    def goes_on(self) -> bool:
        """Whether it is known to go on, and nobody has resolved it."""
        content = self.fault.content
        return bool(content["ongoing"]) and content.get("unchecked_since") is None and self.state != "resolved"

    def after(self, said: Statement) -> Incident:
        """The incident once something more was stated about it."""
        if said.kind == ACKNOWLEDGED:
            return replace(self, acknowledged=said)
        return replace(self, assigned=said) if said.kind == ASSIGNED else replace(self, resolved=said)


def incidents(store: Store, models: Models = None, as_of: datetime | None = None) -> list[Incident]:
    """The faults of models with what was done about them, oldest first; those that were found no more are left out."""
    found = {one.fault: Incident(one) for one in list_faults(store, models, as_of) if not one.content.get("gone")}
    for said in list_statements(store, KINDS, models, as_of):
        if said.subject in found:
            found[said.subject] = found[said.subject].after(said)
    return list(found.values())


def incident_of(known: Sequence[Incident], fault: str) -> Incident | None:
    """The incident of a fault, by its id; None where there is none."""
    return next((one for one in known if one.fault.fault == fault), None)
