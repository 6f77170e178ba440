"""How often stated 95 % intervals hold the true value, by task, rows of a month, rate of positives and dependence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from benchmarks.honesty.cells import Cell
from benchmarks.honesty.memory import (
    Rows,
    Watched,
    card_of,
    instants,
    joined,
    last_day,
    layout_of,
    month,
    name_of,
    profiles_of,
)
from benchmarks.honesty.processes import (
    CLASS_SHARES,
    DEPENDENCES,
    Dependence,
    Process,
    draw,
    process_of,
    threshold_of,
    truth_rows,
)
from dashboard.measures.performance import figures_of
from dashboard.profiles.windows import windows

ROWS = (30, 100, 300, 1_000, 3_000, 10_000)
RATES = (0.01, 0.05, 0.20, 0.50)
REFERENCE_ROWS = 5_000
AT_ONCE = 200_000
CLASSES = tuple(name_of(code) for code in range(len(CLASS_SHARES)))


def cells(quick: bool) -> Iterator[Cell]:
    """Every combination, or a few of them."""
    repetitions = 100 if quick else 1_000
    rows = ROWS[::2] if quick else ROWS
    for dependence in DEPENDENCES:
        for number in rows:
            for task, rates in (("binary", RATES), ("regression", (None,)), ("classes", (None,))):
                for rate in rates if not quick else rates[::2]:
                    settings = {"task": task, "rows": number, "rate": rate, "dependence": dependence,
                                "repetitions": repetitions}  # fmt: skip
                    yield Cell("coverage", settings, measure)


def measure(
    rng: np.random.Generator, task: str, rows: int, rate: float | None, dependence: Dependence, repetitions: int
) -> dict[str, Any]:
    """Share of months with an interval, of these the share that hold the truth, and the share of intervals of no width.

    By metric: [intervals, held, without width] among the repetitions.
    """
    process = process_of(task, rows, dependence, rate or 0.3)
    threshold = threshold_of(process.rate)
    watched = Watched(dependence.period, dependence.on_card, threshold)
    card = card_of(task, {"x": "numeric"}, (month(0), last_day(month(0))), watched)
    classes = CLASSES if task == "classes" else ()
    layout = layout_of(card, drawn(rng, process, dependence, REFERENCE_ROWS, 0), classes)
    truth = truth_of(process, threshold)
    found: dict[str, list[int]] = {name: [0, 0, 0] for name in truth}
    together = max(1, AT_ONCE // rows)
    for first in range(0, repetitions, together):
        months = range(1 + first, 1 + min(first + together, repetitions))
        profiles = profiles_of(
            card, joined([drawn(rng, process, dependence, rows, number) for number in months]), layout
        )
        for window in windows(profiles.read(("outcomes",)), layout, "month"):
            for name, figure in figures_of(window, layout, names=truth).items():
                if np.isfinite(figure.low) and np.isfinite(figure.high):
                    held = figure.low <= truth[name] <= figure.high
                    for place, counts in enumerate((True, held, figure.high <= figure.low)):
                        found[name][place] += int(counts)
    return {name: {"repetitions": repetitions, "intervals": given, "held": held, "no_width": flat}
            for name, (given, held, flat) in found.items()}  # fmt: skip


def drawn(rng: np.random.Generator, process: Process, dependence: Dependence, rows: int, number: int) -> Rows:
    """Rows of one month."""
    first = month(number)
    return draw(rng, process, dependence, instants(rng, rows, first, last_day(first).day))


@lru_cache(maxsize=512)
def truth_of(process: Process, threshold: float) -> dict[str, float]:
    """The true value of every metric, by scikit-learn's formulas on many rows of the same process."""
    rows = truth_rows(process)
    return {"binary": _binary, "regression": _regression, "classes": _classes}[process.task](rows, threshold)


def _binary(rows: Rows, threshold: float) -> dict[str, float]:
    from sklearn import metrics

    actual, score = rows.actual, rows.score
    chosen = score >= threshold
    return {
        "roc_auc": metrics.roc_auc_score(actual, score),
        "accuracy": float((chosen == (actual > 0)).mean()),
        "precision": float(actual[chosen].mean()),
        "recall": float(chosen[actual > 0].mean()),
        "f1": 2 * float(actual[chosen].sum()) / float(chosen.sum() + actual.sum()),
        "brier_score": float(((score - actual) ** 2).mean()),
        "log_loss": -float(np.log(np.where(actual > 0, score, 1 - score)).mean()),
        "mean_prediction": float(score.mean()),
        "base_rate": float(actual.mean()),
        "bias": float((score - actual).mean()),
    }


def _regression(rows: Rows, threshold: float) -> dict[str, float]:
    error, actual = rows.score - rows.actual, rows.actual
    return {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "r2": float(1 - (error**2).mean() / actual.var()),
        "mape": float((np.abs(error) / np.abs(actual)).mean()),
        "mean_prediction": float(rows.score.mean()),
        "mean_actual": float(actual.mean()),
        "bias": float(error.mean()),
    }


def _classes(rows: Rows, threshold: float) -> dict[str, float]:
    right = rows.score == rows.actual
    recalls, precisions, f1s = [], [], []
    for code in range(len(CLASS_SHARES)):
        hits = float((right & (rows.actual == code)).sum())
        known, told = float((rows.actual == code).sum()), float((rows.score == code).sum())
        recalls.append(hits / known)
        precisions.append(hits / told)
        f1s.append(2 * hits / (known + told))
    means = {"precision": precisions, "recall": recalls, "f1": f1s}
    return {"accuracy": float(right.mean()), **{name: float(np.mean(values)) for name, values in means.items()}}
