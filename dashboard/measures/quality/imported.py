"""Results of checks that other tools made, as events of kind quality: by period, each check with its worst result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.profiles.periods import Grain, floor, label
from dashboard.store.events import RecordedEvent
from dashboard.words import Sentence, mark


@dataclass(frozen=True)
class ImportedCheck:
    """What a check saw in a period (name and local start); `feature` is the column, None for the whole data set."""

    label: str
    start: datetime
    feature: str | None
    dimension: str
    check: str
    dataset: str
    passed: bool
    observed: object
    expected: object

    @property
    def reason(self) -> Sentence:
        """What failed, with what was seen and what is allowed where the tool says so."""
        values = {"check": self.check, "dataset": self.dataset, "column": self.feature or "–"}
        if self.observed is None:
            return Sentence(mark("{dataset}, {column}: {check} failed."), values)
        more = {"observed": self.observed, "expected": "–" if self.expected is None else self.expected}
        return Sentence(
            mark("{dataset}, {column}: {check} failed; seen {observed}, allowed {expected}."), values | more
        )


def imported_checks(events: Iterable[RecordedEvent], zone: ZoneInfo, by: Grain) -> list[ImportedCheck]:
    """The checks of events by period, in the order of time; of several results of one the failed one counts."""
    found: dict[tuple[str, ...], ImportedCheck] = {}
    for event in sorted(events, key=lambda one: one.happened_at):
        content = event.content
        start = floor(event.happened_at.astimezone(zone).replace(tzinfo=None), by)
        one = ImportedCheck(
            label(start, by),
            start,
            content.get("column"),
            str(content["dimension"]),
            str(content["check"]),
            str(content["dataset"]),
            bool(content["passed"]),
            content.get("observed"),
            content.get("expected"),
        )
        key = (one.label, one.feature or "", one.check, one.dataset)
        if key not in found or not one.passed:
            found[key] = one
    return sorted(found.values(), key=lambda one: one.start)


def failed_in(checks: Sequence[ImportedCheck], period: str) -> list[ImportedCheck]:
    """The checks that failed in a period."""
    return [one for one in checks if one.label == period and not one.passed]
