"""How often the interval of the estimate before labels holds what is measured when the labels arrive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.honesty.cells import Cell
from benchmarks.honesty.coverage import drawn
from benchmarks.honesty.memory import VERSION, Rows, Watched, card_of, instants, joined, last_day, month, profiles_of
from benchmarks.honesty.processes import CLUSTERED_DAYS, INDEPENDENT, Dependence, draw, process_of, threshold_of
from dashboard.measures.estimate import Estimator
from dashboard.measures.estimate_basis import estimate_bases
from dashboard.measures.performance import figures_of
from dashboard.profiles.windows import windows
from dashboard.schema.config.thresholds import load_thresholds

ROWS, REFERENCES, MONTHS = (100, 1_000, 10_000), (300, 3_000, 30_000), 2


def cells(quick: bool) -> Iterator[Cell]:
    """Every combination of rows a month, labelled rows of the reference, task and dependence."""
    for task in ("binary", "regression"):
        for dependence in (INDEPENDENT, CLUSTERED_DAYS):
            for reference in REFERENCES[1:] if quick else REFERENCES:
                for rows in ROWS[:2] if quick else ROWS:
                    settings = {"task": task, "rows": rows, "reference": reference, "dependence": dependence,
                                "verified": 100 if quick else 400}  # fmt: skip
                    yield Cell("estimate", settings, measure)


def measure(
    rng: np.random.Generator, task: str, rows: int, reference: int, dependence: Dependence, verified: int
) -> dict[str, Any]:
    """By metric: windows with an interval, how many hold the later value, and the mean of estimate minus that value."""
    process = process_of(task, rows, dependence)
    days = (month(0), last_day(month(2)))
    card = card_of(task, {"x": "numeric"}, days, Watched("day", dependence.on_card, threshold_of(process.rate)))
    found: dict[str, list[tuple[bool, bool, float]]] = {}
    for _ in range(verified // MONTHS):
        at = instants(rng, reference, days[0], (days[1] - days[0]).days + 1)
        parts = [draw(rng, process, dependence, at)]
        parts += [drawn(rng, process, dependence, rows, 3 + number) for number in range(MONTHS)]
        for name, entry in compared(card, joined(parts)):
            found.setdefault(name, []).append(entry)
    return {
        name: {
            "repetitions": len(entries),
            "intervals": sum(given for given, _, _ in entries),
            "held": sum(held for _, held, _ in entries),
            "error": float(np.mean([error for _, _, error in entries])),
        }
        for name, entries in found.items()
    }


def compared(card: Any, rows: Rows) -> Iterator[tuple[str, tuple[bool, bool, float]]]:
    """Each estimate behind the reference: is there an interval, does it hold the value, by how much off?"""
    profiles = profiles_of(card, rows)
    layout = profiles.layout
    bases = estimate_bases(profiles, load_thresholds().estimate.min_rows)
    estimator = Estimator({version: basis.window for version, basis in bases.items()}, layout)
    parts = ("features", "outcomes") if layout.task == "regression" else ("outcomes",)
    for window in windows(profiles.read(parts, (month(3), last_day(month(2 + MONTHS)))), layout, "month"):
        later = figures_of(window, layout, names=estimator.names)
        for name, figure in estimator.estimate({VERSION: window}).figures.items():
            value = later[name].value
            if np.isfinite(value) and np.isfinite(figure.value):
                given = bool(np.isfinite(figure.low) and np.isfinite(figure.high))
                yield name, (given, given and figure.low <= value <= figure.high, figure.value - value)
