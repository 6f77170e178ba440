"""What was tried for a model: every run with its hypothesis, settings and results, and whether it was selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard.store.events import RecordedEvent

EXPERIMENT = "experiment"


@dataclass(frozen=True)
class Run:
    """A run as all that was recorded of it says; instants are aware and in UTC.

    `selected` is None while nobody decided; `reason`, `person` (who decided) and `decided_at` belong to that decision.
    """

    name: str
    started_at: datetime
    recorded_at: datetime
    hypothesis: str | None = None
    parameters: Mapping[str, Any] | None = None
    metrics: Mapping[str, float] | None = None
    dataset: str | None = None
    code_revision: str | None = None
    version: str | None = None
    source: str | None = None
    recorded_by: str | None = None
    selected: bool | None = None
    reason: str | None = None
    person: str | None = None
    decided_at: datetime | None = None


def runs_of(events: Iterable[RecordedEvent]) -> list[Run]:
    """The runs that the events of one model tell of, the last started first; later events add to earlier ones."""
    found: dict[str, Run] = {}
    for event in sorted(events, key=lambda event: (event.recorded_at, event.happened_at)):
        name = str(event.content["run"])
        before = found.get(name) or Run(name, event.happened_at, event.recorded_at, recorded_by=_recorder(event))
        found[name] = _added(before, event)
    return sorted(found.values(), key=lambda run: (run.started_at, run.name), reverse=True)


def _added(run: Run, event: RecordedEvent) -> Run:
    content = event.content
    single: dict[str, Any] = {
        field: content[field]
        for field in ("hypothesis", "dataset", "code_revision", "version", "source")
        if content.get(field) is not None
    }
    many = {
        field: {**(getattr(run, field) or {}), **content[field]} for field in ("parameters", "metrics")
        if content.get(field)
    }  # fmt: skip
    changed = replace(run, started_at=min(run.started_at, event.happened_at), **(single | many))
    if content.get("selected") is None:
        return changed
    return replace(
        changed, selected=bool(content["selected"]), reason=content.get("reason"), person=_recorder(event),
        decided_at=event.happened_at,
    )  # fmt: skip


def _recorder(event: RecordedEvent) -> str | None:
    person = event.content.get("person")
    return None if person is None else str(person)
