"""How often the drift verdict is wrong on data that did not move, and how often it tells a shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from benchmarks.honesty.cells import Cell, shares_of
from benchmarks.honesty.memory import (
    Rows,
    Watched,
    card_of,
    drift_verdict,
    instants,
    joined,
    last_day,
    month,
    profiles_of,
)

FEATURES, ROWS, REFERENCES = (5, 20, 50), (20, 100, 300, 1_000, 10_000), (300, 3_000, 30_000)
KINDS = (
    "numeric", "10 categories", "50 categories", "200 categories", "mixed", "ties and missing", "heavy tails",
    "clusters of 10",
)  # fmt: skip
MIXED = ("numeric", "10 categories", "ties and missing", "50 categories", "heavy tails", "200 categories")
CATEGORIES = {"10 categories": 10, "50 categories": 50, "200 categories": 200}
CLUSTER_SIZE, CLUSTER_SHARE = 10, 0.5
# Months of history that a verdict sees; and months that one reference serves (large ones are alike).
HISTORY = 3
MONTHS_OF_REFERENCE = {300: 5, 3_000: 10, 30_000: 25}
SHIFTS = (0.25, 0.5, 1.0)


def cells(quick: bool) -> Iterator[Cell]:
    """False alarms: mixed features in every combination, other kinds with 20 features."""
    verdicts = 100 if quick else 1_000
    for kind in KINDS:
        whole = kind == "mixed"
        for features in FEATURES if whole else FEATURES[1:2]:
            for reference in REFERENCES if whole else REFERENCES[:2]:
                for rows in ROWS:
                    few = rows in (20, 10_000) or features == 20 or reference == 3_000
                    if quick and (few if whole else rows not in (100, 1_000)):
                        continue
                    settings = {"kind": kind, "features": features, "reference": reference, "rows": rows,
                                "verdicts": verdicts}  # fmt: skip
                    yield Cell("drift", settings, false_alarms)


def power_cells(quick: bool) -> Iterator[Cell]:
    """Chance of an alarm: one of 20 features with half of the importance moves, or all of 25 equal ones."""
    for rows in (100, 1_000) if quick else (100, 1_000, 10_000):
        for moved, shifts in (("one important of 20", SHIFTS), ("all of 25 even", SHIFTS[:2])):
            for shift in shifts[1:] if quick else shifts:
                settings = {"moved": moved, "shift": shift, "rows": rows, "verdicts": 40 if quick else 200}
                yield Cell("drift power", settings, power)


def false_alarms(
    rng: np.random.Generator, kind: str, features: int, reference: int, rows: int, verdicts: int
) -> dict[str, Any]:
    """Shares of statuses over months that are like the reference; importance is even."""
    kinds = kinds_of(kind, features)
    importance = dict.fromkeys(kinds, 1 / features)
    months = MONTHS_OF_REFERENCE[reference]
    found: list[str] = []
    while len(found) < verdicts:
        parts = [drawn(rng, kinds, reference, 0), *(drawn(rng, kinds, rows, 1 + number) for number in range(months))]
        found += judged(parts, kinds, importance)
    return shares_of(found)


def power(rng: np.random.Generator, moved: str, shift: float, rows: int, verdicts: int) -> dict[str, Any]:
    """Shares of statuses in the first month in which numbers moved by `shift` deviations; reference of 3,000 rows."""
    number = 20 if moved == "one important of 20" else 25
    kinds = kinds_of("numeric", number)
    importance = dict.fromkeys(kinds, 1 / number)
    moving = list(kinds)
    if moved == "one important of 20":
        moving = moving[:1]
        importance = {name: 0.5 if name in moving else 0.5 / (number - 1) for name in kinds}
    found = []
    for _ in range(verdicts):
        last = drawn(rng, kinds, rows, 2)
        features = {name: values + shift * (name in moving) for name, values in last.features.items()}
        last = Rows(last.at, last.score, last.actual, last.cluster, features)
        parts = [drawn(rng, kinds, 3_000, 0), drawn(rng, kinds, rows, 1), last]
        found.append(judged(parts, kinds, importance)[-1])
    return shares_of(found)


def judged(
    parts: list[Rows], kinds: dict[str, str], importance: dict[str, float], reference_months: int = 1
) -> list[str]:
    """The status of each month behind the reference, which are the first ones, with some months of history."""
    card = card_of(
        "binary",
        {name: "categorical" if kind in CATEGORIES else "numeric" for name, kind in kinds.items()},
        (month(0), last_day(month(reference_months - 1))),
        Watched("month", "clusters of 10" in kinds.values()),
    )
    profiles = profiles_of(card, joined(parts))
    found = []
    for number in range(reference_months, len(parts)):
        first, end = (datetime.combine(month(place), datetime.min.time()) for place in (number - HISTORY, number + 1))
        found.append(drift_verdict(profiles.between(first, end), importance))
    return found


def kinds_of(kind: str, features: int) -> dict[str, str]:
    """Features by name with their kinds; mixed ones take turns."""
    kinds = MIXED if kind == "mixed" else (kind,)
    return {f"f{number:02d}": kinds[number % len(kinds)] for number in range(features)}


def drawn(rng: np.random.Generator, kinds: dict[str, str], rows: int, number: int) -> Rows:
    """Rows of one month; scores and labels do not move either."""
    first = month(number)
    at = instants(rng, rows, first, last_day(first).day)
    clusters = np.arange(rows) // CLUSTER_SIZE
    score = rng.beta(2, 5, rows)
    actual = (rng.random(rows) < score).astype(np.float64)
    order = rng.permutation(rows)
    features = {name: values_of(rng, kind, clusters)[order] for name, kind in kinds.items()}
    return Rows(at, score, actual, (clusters + rng.integers(0, 2**50))[order], features)


def values_of(rng: np.random.Generator, kind: str, clusters: np.ndarray) -> np.ndarray:
    """The values of one feature; those of a cluster are alike where the kind says so."""
    rows = len(clusters)
    if kind in CATEGORIES:
        shares = 1 / (np.arange(CATEGORIES[kind]) + 5)
        return rng.choice(len(shares), rows, p=shares / shares.sum())
    if kind == "ties and missing":
        return np.where(rng.random(rows) < 0.1, np.nan, rng.poisson(1.5, rows).astype(np.float64))
    if kind == "heavy tails":
        return rng.standard_t(2, rows)
    if kind == "clusters of 10":
        mean = rng.normal(size=int(clusters.max()) + 1)[clusters]
        return np.sqrt(CLUSTER_SHARE) * mean + np.sqrt(1 - CLUSTER_SHARE) * rng.normal(size=rows)
    return rng.normal(size=rows)
