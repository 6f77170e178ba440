"""Results of checks that other tools made: each as its tool says it, by period with its worst result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboard.measures.judging.verdict import SEVERITY, Status
from dashboard.measures.quality.failing import Failing, failing_runs
from dashboard.measures.quality.newest import newest_of_model
from dashboard.measures.quality.severity import feature_matters, severity_of
from dashboard.measures.quality.unchecked import Unchecked, runs_of_results, unchecked_of
from dashboard.profiles.periods import Grain, floor, label
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import Dimension
from dashboard.schema.config.thresholds import Thresholds
from dashboard.store.engine.database import Store
from dashboard.store.events import RecordedEvent, list_events
from dashboard.words import Sentence, mark

# What is said of a check that failed and is checked no longer.
NO_LONGER = {
    "left_out": mark(
        "{dataset}, {column}: {check} failed last on {last} and is checked no longer since {unchecked_since}, when its "
        "tool ran without it; whether it still fails is not known."
    ),
    "overdue": mark(
        "{dataset}, {column}: {check} failed last on {last}; no result has come since, and it is long overdue since "
        "{unchecked_since}; whether it still fails is not known."
    ),
}


@dataclass(frozen=True)
class ImportedCheck:
    """What a check saw at an instant (UTC), and what that means for a model.

    `feature` is the feature of the model that the column is or becomes, else the column; None for the whole data set.
    `status` is ok where it passed, else as severe as it is. `traced` tells that the lineage graph reports it; `message`
    is what a failure means, where there are words of its own; `shown` is what readers call the data set. `unchecked`:
    since when a check that failed last is checked no longer. `versions`: those of the model that the data reach (None:
    all).
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
    unchecked: Unchecked | None = None
    versions: frozenset[str] | None = None

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

    def why_unknown(self, card: ModelCard) -> Sentence:
        """Why nobody knows whether what a check found still holds, by days of the card's zone."""
        assert self.unchecked is not None
        values = {
            "dataset": self.shown or self.dataset, "column": self.column or "–", "check": self.check,
            "last": card.local_day(self.at), "unchecked_since": card.local_day(self.unchecked.since),
        }  # fmt: skip
        return Sentence(NO_LONGER[self.unchecked.because], values)

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

    found = [read(event) for event in list_events(store, card.id, ["quality"], as_of)]
    return _with_unchecked(store, card, found, as_of)


def _with_unchecked(
    store: Store, card: ModelCard, found: Sequence[ImportedCheck], as_of: datetime | None
) -> list[ImportedCheck]:
    """The results, those failures marked that are checked no longer."""
    newest = {one.which: one for one in found}
    failed = {which: one for which, one in newest.items() if not one.passed}
    if not failed:
        return list(found)
    results: dict[str, list[tuple[datetime, Hashable]]] = defaultdict(list)
    for one in found:
        results[one.dataset].append((one.at, one.which))
    runs = {dataset: runs_of_results(results[dataset]) for dataset in {one.dataset for one in failed.values()}}
    heard_at = newest_of_model(store, card.id, as_of)
    marked = {which: unchecked_of(which, runs[one.dataset], heard_at) for which, one in failed.items()}
    return [replace(one, unchecked=marked[one.which]) if one is failed.get(one.which) else one for one in found]


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
    """The checks whose newest result is a failure and that are still checked, the most severe first."""
    found = [one for one in failing_runs(checks) if one.goes_on]
    return sorted(found, key=lambda one: (-SEVERITY[one.last.status], one.first.at, one.last.check))


def unchecked_now(checks: Sequence[ImportedCheck]) -> list[Failing[ImportedCheck]]:
    """The checks that failed last and are checked no longer, the one that was given up last before all."""
    found = [(one.unchecked.since, one) for one in failing_runs(checks) if one.unchecked is not None]
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].last.check), reverse=True)]
