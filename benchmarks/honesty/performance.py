"""How often the performance verdict is wrong on data that did not move, and how soon it tells a fall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from benchmarks.honesty.cells import Cell, shares_of
from benchmarks.honesty.coverage import CLASSES, drawn
from benchmarks.honesty.memory import (
    MemoryProfiles,
    Watched,
    card_of,
    joined,
    last_day,
    month,
    performance_verdict,
    profiles_of,
)
from benchmarks.honesty.processes import (
    CLUSTERED_DAYS,
    HANGING_DAYS,
    INDEPENDENT,
    MANY_CLUSTERS,
    MONTHLY,
    Dependence,
    Process,
    area,
    process_of,
    slope_of_fall,
    threshold_of,
)
from dashboard.schema.card.card import ModelCard

KINDS = {
    "binary, 2 % positives": ("binary", 0.02),
    "binary, 20 % positives": ("binary", 0.20),
    "regression": ("regression", 0.3),
    "4 classes": ("classes", 0.3),
}
LABELS = (100, 300, 1_000, 3_000, 10_000)
DEPENDENCES = (INDEPENDENT, MONTHLY, CLUSTERED_DAYS, MANY_CLUSTERS, HANGING_DAYS)
REFERENCE_MONTHS, JUDGED_MONTHS = 3, 4
TARGETS = ("none", "key metric", "target and limit")
# How far the target and the limit of the ROC AUC lie below the truth.
TARGET_BELOW, LIMIT_BELOW = 0.02, 0.05
FALLS = (0.02, 0.05, 0.10)


def cells(quick: bool) -> Iterator[Cell]:
    """False alarms: every combination of labels, kind and dependence without targets; targets with independent rows."""
    for labels in LABELS[:3] if quick else LABELS:
        for kind, (task, _) in KINDS.items():
            for dependence in DEPENDENCES if task == "binary" else DEPENDENCES[:2]:
                if labels == 300 and (task != "binary" or (quick and dependence is not INDEPENDENT)):
                    continue
                for targets in TARGETS if task == "binary" and dependence is INDEPENDENT else TARGETS[:1]:
                    settings = {"kind": kind, "labels": labels, "dependence": dependence, "targets": targets}
                    yield Cell("performance", {**settings, "verdicts": 100 if quick else 1_000}, false_alarms)


def power_cells(quick: bool) -> Iterator[Cell]:
    """Chance of an alarm in a month after the ROC AUC fell."""
    for fall in FALLS[1:] if quick else FALLS:
        for number in LABELS[0:3:2] if quick else LABELS[::2]:
            for targets in TARGETS[::2]:
                settings = {"labels": number, "fall": fall, "targets": targets, "verdicts": 60 if quick else 400}
                yield Cell("performance power", settings, power)


def false_alarms(
    rng: np.random.Generator, kind: str, labels: int, dependence: Dependence, targets: str, verdicts: int
) -> dict[str, Any]:
    """Shares of statuses over months that are like the reference; each reference serves a few months."""
    task, rate = KINDS[kind]
    process = process_of(task, labels, dependence, rate)
    found = []
    for _ in range(verdicts // JUDGED_MONTHS):
        found += judged(rng, [process] * JUDGED_MONTHS, dependence, labels, targets)
    return shares_of(found)


def power(rng: np.random.Generator, labels: int, fall: float, targets: str, verdicts: int) -> dict[str, Any]:
    """Shares of statuses in the first month after a fall of the ROC AUC; the month before is like the reference."""
    before = Process("binary", 0.3)
    after = Process("binary", 0.3, slope=slope_of_fall(0.3, fall))
    found = [judged(rng, [before, after], INDEPENDENT, labels, targets)[-1] for _ in range(verdicts)]
    return shares_of(found)


def judged(
    rng: np.random.Generator, later: list[Process], dependence: Dependence, labels: int, targets: str
) -> list[str]:
    """The status of each month behind a reference of the first process, when that month was the latest."""
    processes = [later[0]] * REFERENCE_MONTHS + later
    card = judged_card(later[0], dependence, targets, REFERENCE_MONTHS)
    rows = joined([drawn(rng, process, dependence, labels, number) for number, process in enumerate(processes)])
    profiles = profiles_of(card, rows, classes=CLASSES if card.task == "multiclass_classification" else ())
    return statuses(profiles, REFERENCE_MONTHS, len(processes))


def statuses(profiles: MemoryProfiles, first: int, end: int) -> list[str]:
    """The status at the end of each month from `first` until before `end`."""
    ends = [datetime.combine(month(number + 1), datetime.min.time()) for number in range(first, end)]
    return [performance_verdict(profiles.between(None, moment)) for moment in ends]


def judged_card(process: Process, dependence: Dependence, targets: str, reference_months: int) -> ModelCard:
    """A card whose reference are the first months, with or without what the ROC AUC should be."""
    threshold = threshold_of(process.rate)
    key_metrics: list[dict[str, Any]] = []
    if targets != "none":
        key_metrics = [{"metric": "roc_auc"}]
    if targets == "target and limit":
        truth = area(process)
        key_metrics = [{"metric": "roc_auc", "target": truth - TARGET_BELOW, "limit": truth - LIMIT_BELOW}]
    watched = Watched(dependence.period, dependence.on_card, threshold, key_metrics)
    return card_of(process.task, {"x": "numeric"}, (month(0), last_day(month(reference_months - 1))), watched)
