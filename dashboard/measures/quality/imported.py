"""Results of checks that other tools made: by period, each check with its worst result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.profiles.periods import Grain, floor, label
from dashboard.schema.card.card import ModelCard
from dashboard.schema.check_names import dimension_of
from dashboard.store.assertions import ReportedAssertion, list_assertions
from dashboard.store.engine.database import Store
from dashboard.store.events import RecordedEvent, list_events
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


def imported_checks(store: Store, card: ModelCard, by: Grain, as_of: datetime | None = None) -> list[ImportedCheck]:
    """The checks of a model by period, in the order of time; of several results of one the failed one counts.

    They come as events of kind quality, and as assertions of OpenLineage about the training data of its versions.
    """
    datasets = {version.training_data for version in card.versions if version.training_data}
    read = [_of_event(event, card, by) for event in list_events(store, card.id, ["quality"], as_of)]
    read += [_of_assertion(one, card, by) for one in list_assertions(store, datasets, as_of)]
    found: dict[tuple[str, ...], ImportedCheck] = {}
    for one in read:
        key = (one.label, one.feature or "", one.check, one.dataset)
        if key not in found or not one.passed:
            found[key] = one
    return sorted(found.values(), key=lambda one: one.start)


def _of_event(event: RecordedEvent, card: ModelCard, by: Grain) -> ImportedCheck:
    content, start = event.content, _start(event.happened_at, card, by)
    dimension, check, dataset = (str(content[name]) for name in ("dimension", "check", "dataset"))
    observed, expected, passed = content.get("observed"), content.get("expected"), bool(content["passed"])
    column = content.get("column")
    return ImportedCheck(label(start, by), start, column, dimension, check, dataset, passed, observed, expected)


def _of_assertion(one: ReportedAssertion, card: ModelCard, by: Grain) -> ImportedCheck:
    start, dimension = _start(one.happened_at, card, by), dimension_of(one.name)
    return ImportedCheck(label(start, by), start, one.column, dimension, one.name, one.dataset, one.passed, None, None)


def _start(at: datetime, card: ModelCard, by: Grain) -> datetime:
    return floor(at.astimezone(card.zone).replace(tzinfo=None), by)


def failed_in(checks: Sequence[ImportedCheck], period: str) -> list[ImportedCheck]:
    """The checks that failed in a period."""
    return [one for one in checks if one.label == period and not one.passed]
