"""Results of checks that other tools made: each as its tool says it, by period with its worst result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.measures.judging.verdict import SEVERITY, Status
from dashboard.measures.quality.failing import Failing, failing_runs
from dashboard.measures.quality.severity import feature_matters, severity_of
from dashboard.profiles.periods import Grain, floor, label
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import Dimension
from dashboard.schema.config.thresholds import Thresholds
from dashboard.store.engine.database import Store
from dashboard.store.events import RecordedEvent, list_events
from dashboard.words import Sentence, mark


@dataclass(frozen=True)
class ImportedCheck:
    """What a check saw at an instant (UTC), and what that means for a model.

    `feature` is the feature of the model that the column is or becomes, else the column; None for the whole data set.
    `status` is ok where it passed, else as severe as it is. `traced` tells that the lineage graph reports it; `message`
    is what a failure means, where there are words of its own; `shown` is what readers call the data set.
    """

    at: datetime
    feature: str | None
    column: str | None
    dimension: Dimension
    check: str
    dataset: str
    status: Status
    observed: object
    expected: object
    traced: bool = False
    message: Sentence | None = None
    shown: str | None = None

    @property
    def which(self) -> tuple[str, str | None, str]:
        """What tells one check from another."""
        return self.dataset, self.column, self.check

    @property
    def passed(self) -> bool:
        """Whether it passed."""
        return self.status == "ok"

    @property
    def reason(self) -> Sentence:
        """What failed, with what was seen and what is allowed where the tool says so."""
        if self.message is not None:
            return self.message
        values = {"check": self.check, "dataset": self.shown or self.dataset, "column": self.column or "–"}
        if self.observed is None:
            return Sentence(mark("{dataset}, {column}: {check} failed."), values)
        more = {"observed": self.observed, "expected": "–" if self.expected is None else self.expected}
        return Sentence(
            mark("{dataset}, {column}: {check} failed; seen {observed}, allowed {expected}."), values | more
        )

    def start(self, card: ModelCard, by: Grain) -> datetime:
        """The local start of the period of the card's zone in which it was made."""
        return floor(self.at.astimezone(card.zone).replace(tzinfo=None), by)


def checks_of_events(
    store: Store,
    card: ModelCard,
    importance: Mapping[str, float],
    thresholds: Thresholds,
    as_of: datetime | None = None,
) -> list[ImportedCheck]:
    """The results that came as events of kind quality, in the order of time."""
    called = {name.casefold(): name for name in card.data.features}
    called |= {name.casefold(): feature for name, feature in card.data.columns.items() if feature in card.data.features}

    def read(event: RecordedEvent) -> ImportedCheck:
        content, column = event.content, event.content.get("column")
        feature = called.get(str(column).casefold()) if column is not None else None
        status: Status = "ok"
        if not content["passed"]:
            required = feature is not None and card.data.features[feature].required
            matters = feature_matters(importance.get(feature or ""), thresholds, required=required)
            status = severity_of(content.get("severity"), matters=matters)
        return ImportedCheck(
            event.happened_at, feature or column, column, content["dimension"], str(content["check"]),
            str(content["dataset"]), status, content.get("observed"), content.get("expected"),
        )  # fmt: skip

    return [read(event) for event in list_events(store, card.id, ["quality"], as_of)]


def worst_by_period(
    checks: Iterable[ImportedCheck], card: ModelCard, by: Grain
) -> list[tuple[str, datetime, ImportedCheck]]:
    """Each check by period (label, local start), in the order of time; of several results of one the worst counts."""
    found: dict[tuple[object, ...], tuple[str, datetime, ImportedCheck]] = {}
    for one in checks:
        start = one.start(card, by)
        key = (start, *one.which)
        if key not in found or SEVERITY[one.status] > SEVERITY[found[key][2].status]:
            found[key] = (label(start, by), start, one)
    return sorted(found.values(), key=lambda row: row[1])


def failing_now(checks: Sequence[ImportedCheck]) -> list[Failing[ImportedCheck]]:
    """The checks whose newest result is a failure, the most severe first."""
    found = [one for one in failing_runs(checks) if one.passed_at is None]
    return sorted(found, key=lambda one: (-SEVERITY[one.last.status], one.first.at, one.last.check))
