"""How many months pass until a fall of the ROC AUC is told, and false alarms before it, beside other tools.

All see the same rows: a year of reference, months that are like it, and months after the fall. The other tools are
asked with their defaults; Evidently, which takes long, about the first runs only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.honesty import drift
from benchmarks.honesty.cells import Cell
from benchmarks.honesty.coverage import drawn
from benchmarks.honesty.memory import joined, profiles_of
from benchmarks.honesty.peers import Run, alarms, share
from benchmarks.honesty.performance import judged_card, statuses
from benchmarks.honesty.processes import INDEPENDENT, Process, slope_of_fall, threshold_of

REFERENCE_MONTHS, UNMOVED_MONTHS, FALLEN_MONTHS = 12, 6, 12
RATE = 0.3
TOOLS = ("nannyml", "evidently")


def cells(quick: bool) -> Iterator[Cell]:
    """Falls by labels a month."""
    for fall in (0.05, 0.10):
        for labels in (1_000,) if quick else (300, 1_000, 3_000):
            settings = {"labels": labels, "fall": fall, "runs": 12 if quick else 150, "of_evidently": 1 if quick else 4}
            yield Cell("delay", settings, delay)


def drift_cells(quick: bool) -> Iterator[Cell]:
    """Unmoved mixed features, beside other tools."""
    for features in (5, 20):
        for rows in (1_000,) if quick else (100, 1_000):
            settings = {
                "features": features,
                "rows": rows,
                "runs": 3 if quick else 40,
                "of_evidently": 1 if quick else 4,
            }
            yield Cell("drift peers", settings, drift_beside)


def delay(rng: np.random.Generator, labels: int, fall: float, runs: int, of_evidently: int) -> dict[str, Any]:
    """By tool: months until the first alarm after the fall (a list), and shares of false and of later alarms."""
    like, fallen = Process("binary", RATE), Process("binary", RATE, slope=slope_of_fall(RATE, fall))
    processes = [like] * (REFERENCE_MONTHS + UNMOVED_MONTHS) + [fallen] * FALLEN_MONTHS
    card = judged_card(like, INDEPENDENT, "key metric", REFERENCE_MONTHS)
    made, told = [], []
    for _ in range(runs):
        months = [drawn(rng, process, INDEPENDENT, labels, number) for number, process in enumerate(processes)]
        made.append(Run(months[:REFERENCE_MONTHS], months[REFERENCE_MONTHS:]))
        told.append(statuses(profiles_of(card, joined(months)), REFERENCE_MONTHS, len(months)))
    found: dict[str, Any] = {
        "alert": _delays([[status == "alert" for status in run] for run in told]),
        "warn or alert": _delays([[status in ("warn", "alert") for status in run] for run in told]),
    }
    for tool, number in zip(TOOLS, (runs, of_evidently), strict=True):
        answers = alarms(tool, "performance", made[:number], threshold_of(RATE))
        found[tool] = answers if isinstance(answers, str) else _delays(answers)
    return found


def _delays(runs: Sequence[Sequence[bool]]) -> dict[str, Any]:
    """Median month of the first alarm after the fall (1 = at once; None = later than all), and shares of alarms."""
    before = [alarm for run in runs for alarm in run[:UNMOVED_MONTHS]]
    after = [list(run[UNMOVED_MONTHS:]) for run in runs]
    first = sorted(run.index(True) + 1 if True in run else FALLEN_MONTHS + 1 for run in after)
    median = float(np.median(first))
    return {
        "runs": len(runs),
        "median": median if median <= FALLEN_MONTHS else None,
        "within_2": sum(place <= 2 for place in first) / len(first),
        "false": share(before),
        "each_month": share([alarm for run in after for alarm in run]),
    }


def drift_beside(rng: np.random.Generator, features: int, rows: int, runs: int, of_evidently: int) -> dict[str, Any]:
    """Shares of false alarms of each tool by month; the reference is a year of months as large as the later ones."""
    kinds = drift.kinds_of("mixed", features)
    importance = dict.fromkeys(kinds, 1 / features)
    made: list[Run] = []
    told: list[str] = []
    for _ in range(runs):
        months = [drift.drawn(rng, kinds, rows, number) for number in range(REFERENCE_MONTHS + UNMOVED_MONTHS)]
        made.append(Run(months[:REFERENCE_MONTHS], months[REFERENCE_MONTHS:]))
        told += drift.judged(months, kinds, importance, REFERENCE_MONTHS)
    found: dict[str, Any] = {
        "alert": {"runs": runs, "false": share([status == "alert" for status in told])},
        "warn or alert": {"runs": runs, "false": share([status in ("warn", "alert") for status in told])},
    }
    for tool, number in zip(TOOLS, (runs, of_evidently), strict=True):
        answers = alarms(tool, "drift", made[:number], 0.5)
        if not isinstance(answers, str):
            answers = {"runs": number, "false": share([alarm for run in answers for alarm in run])}
        found[tool] = answers
    return found
