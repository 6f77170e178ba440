"""What an answer changed: a metric in exactly the cases of a topic, before and after the version that answers it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from dashboard.governance.feedback.group_gap import gap_change
from dashboard.governance.feedback.judged_rows import JudgedRows
from dashboard.governance.feedback.topics import Topic
from dashboard.governance.feedback.verdicts import GivenVerdict
from dashboard.measures.fairness.groups import FAIRNESS
from dashboard.measures.figure import Figure
from dashboard.measures.intervals import student
from dashboard.measures.performance import figures_of
from dashboard.profiles.cases import LoggedCase
from dashboard.profiles.windows import Profiles, merged
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import METRICS
from dashboard.schema.config.thresholds import FairnessThresholds
from dashboard.words import Sentence, mark

# Fewer cases than these show no effect.
FEWEST = 5
ReadCases = Callable[[Sequence[str]], list[LoggedCase]]


@dataclass(frozen=True)
class Effect:
    """A metric before and after an answer, on so many cases each; `low` and `high` are the interval of the difference.

    `paired` tells that both versions scored the very cases that experts judged. Without `metric` nothing can be
    compared yet.
    """

    text: Sentence
    metric: str | None = None
    before: float = math.nan
    after: float = math.nan
    low: float = math.nan
    high: float = math.nan
    cases_before: int = 0
    cases_after: int = 0
    paired: bool = False


def effect_of(
    card: ModelCard,
    topic: Topic,
    verdicts: Mapping[str, GivenVerdict],
    read: ReadCases,
    profiles: Profiles | None,
    limits: FairnessThresholds,
) -> Effect | None:
    """What the version that answers a topic changed; None for a topic that is not answered.

    First on the judged cases themselves, where the version scored them too; else on all cases of the topic's group: of
    a protected one its gap to everybody else, by the limits of fairness.
    """
    answer = topic.answer
    if answer is None or answer.state != "answered" or answer.version is None:
        return None
    judged = [verdicts[one] for one in topic.feedback if one in verdicts]
    found = _on_same_cases(card, judged, answer.version, read([one.prediction for one in judged]))
    if found is None and topic.segment is not None and profiles is not None:
        gap = _gap_of_group(card, topic.segment, answer.version, profiles, limits)
        if gap is not None:
            return gap
        found = _in_group(card, topic.segment, answer.version, profiles)
    if found is None:
        message = mark("No effect yet: version {version} has scored none of these cases with a known outcome.")
        return Effect(Sentence(message, {"version": answer.version}))
    return replace(found, text=_words(card, found, answer.version))


def _words(card: ModelCard, found: Effect, version: str) -> Sentence:
    assert found.metric is not None
    values: dict[str, object] = {
        "metric": METRICS[card.task][found.metric].label, "version": version, "before": found.before,
        "after": found.after, "low": found.low, "high": found.high, "cases_before": found.cases_before,
        "n": found.cases_after,
    }  # fmt: skip
    if not (found.low > 0 or found.high < 0):
        message = mark(
            "No effect yet beyond chance: {metric} {before} before ({cases_before} cases), {after} with version "
            "{version} ({n} cases); 95% interval of the difference {low} to {high}."
        )
    elif _improved(found, METRICS[card.task][found.metric].better):
        message = mark(
            "Better: {metric} {before} before ({cases_before} cases), {after} with version {version} ({n} cases); 95% "
            "interval of the difference {low} to {high}."
        )
    else:
        message = mark(
            "Worse: {metric} {before} before ({cases_before} cases), {after} with version {version} ({n} cases); 95% "
            "interval of the difference {low} to {high}."
        )
    return Sentence(message, values)


def _improved(found: Effect, better: str) -> bool:
    if better == "zero":
        return abs(found.after) < abs(found.before)
    return (found.after > found.before) == (better == "higher")


def _on_same_cases(
    card: ModelCard, judged: Iterable[GivenVerdict], version: str, rows: Iterable[LoggedCase]
) -> Effect | None:
    """The judged cases that both versions scored; None where there are too few with a known outcome."""
    logged = list(rows)
    # What a version scored that answers nothing itself; a judgement without version is about the last of them.
    before, all_rows = JudgedRows(row for row in logged if row.version != version), JudgedRows(logged)
    pairs: dict[tuple[str, datetime | None], tuple[float, float]] = {}
    for one in judged:
        earlier = before.about(one)
        later = None if earlier is None else all_rows.scored_by(card, earlier, version)
        if earlier is None or later is None:
            continue
        key = earlier.prediction, earlier.made_at if card.data.by_instant else None
        if (truth := _truth(card, one, earlier)) is not None:
            pairs[key] = (_quality(card, earlier, truth), _quality(card, later, truth))
    if len(pairs) < FEWEST:
        return None
    old, new = np.array(list(pairs.values())).T
    differences, number = new - old, len(pairs)
    reach = student(number - 1) * float(differences.std(ddof=1)) / math.sqrt(number)
    mean, regression = float(differences.mean()), card.task == "regression"
    metric = "mae" if regression else "accuracy"
    # Two shares differ by one at most.
    most = math.inf if regression else 1.0
    return Effect(
        Sentence(""), metric, float(old.mean()), float(new.mean()), max(mean - reach, -most),
        min(mean + reach, most), number, number, paired=True,
    )  # fmt: skip


def _truth(card: ModelCard, one: GivenVerdict, row: LoggedCase) -> float | str | None:
    """The outcome of a case, else what the expert says that it is; None where neither is known."""
    if row.actual is not None:
        return row.actual
    if one.corrected is not None:
        return str(one.corrected) if card.task == "multiclass_classification" else float(one.corrected)
    if one.verdict == "right":
        decided = float(row.score) >= card.data.threshold if card.task == "binary_classification" else None
        return row.score if decided is None else float(decided)
    if card.task == "binary_classification" and one.verdict == "wrong":
        return float(not float(row.score) >= card.data.threshold)
    return None


def _quality(card: ModelCard, row: LoggedCase, truth: float | str) -> float:
    """1 for a right decision and 0 for a wrong one; of a regression the absolute error."""
    if card.task == "regression":
        return abs(float(row.score) - float(truth))
    if card.task == "multiclass_classification":
        return float(canonical(row.score) == canonical(truth))
    return float((float(row.score) >= card.data.threshold) == (float(truth) >= 0.5))


def _gap_of_group(
    card: ModelCard, segment: str, version: str, profiles: Profiles, limits: FairnessThresholds
) -> Effect | None:
    """How the gap of a protected group to everybody else changed; None for any other group, and where it is unknown."""
    column, _, value = segment.partition("=")
    if column not in card.data.protected:
        return None
    change = gap_change((column, value), (_earlier(card, version), version), profiles, limits)
    if change is None:
        return None
    if not (change.low > 0 or change.high < 0):
        message = mark(
            "No effect yet beyond chance: the gap of {group} to everybody else in {metric} was {before} "
            "({cases_before} cases), with version {version} it is {after} ({n} cases); 95% interval of the difference "
            "{low} to {high}."
        )
    elif change.smaller:
        message = mark(
            "Smaller: the gap of {group} to everybody else in {metric} was {before} ({cases_before} cases), with "
            "version {version} it is {after} ({n} cases); 95% interval of the difference {low} to {high}."
        )
    else:
        message = mark(
            "Larger: the gap of {group} to everybody else in {metric} was {before} ({cases_before} cases), with "
            "version {version} it is {after} ({n} cases); 95% interval of the difference {low} to {high}."
        )
    label = METRICS[card.task][FAIRNESS[card.task][change.metric]].label
    text = Sentence(
        message,
        {
            "group": segment, "metric": label, "version": version, "before": change.before, "after": change.after,
            "low": change.low, "high": change.high, "cases_before": change.cases_before, "n": change.cases_after,
        },
    )  # fmt: skip
    return Effect(
        text, change.metric, change.before, change.after, change.low, change.high, change.cases_before,
        change.cases_after,
    )  # fmt: skip


def _earlier(card: ModelCard, version: str) -> list[str]:
    """The versions before one, by the order of the card."""
    versions = [one.version for one in card.versions]
    return versions[: versions.index(version)] if version in versions else []


def _in_group(card: ModelCard, segment: str, version: str, profiles: Profiles) -> Effect | None:
    """All cases of a group, by the versions before and by the one that answers; None where outcomes are missing."""
    column, _, value = segment.partition("=")
    if column not in card.data.segments:
        return None
    keys = [entry.metric for entry in card.business.key_metrics if METRICS[card.task][entry.metric].better != "none"]
    metric = next(iter(keys), "mae" if card.task == "regression" else "accuracy")
    found = {
        name: [row for one in chosen for row in profiles.read(("outcomes",), None, one, (column, value))]
        for name, chosen in (("before", _earlier(card, version)), ("after", [version]))
    }
    if not found["before"] or not found["after"]:
        return None
    windows = {name: merged(sorted(rows, key=lambda row: row.start), profiles.layout) for name, rows in found.items()}
    before, after = (figures_of(windows[name], profiles.layout, names={metric})[metric] for name in ("before", "after"))
    if not all(math.isfinite(end) for one in (before, after) for end in (one.value, one.low, one.high)):
        return None
    low, high = _difference(before, after)
    numbers = windows["before"].labelled, windows["after"].labelled
    return Effect(Sentence(""), metric, before.value, after.value, low, high, *numbers)


def _difference(before: Figure, after: Figure) -> tuple[float, float]:
    """The interval of a difference of two figures from the intervals of both (Zou and Donner 2008)."""
    difference = after.value - before.value
    low = difference - math.hypot(after.value - after.low, before.high - before.value)
    high = difference + math.hypot(after.high - after.value, before.value - before.low)
    return low, high
