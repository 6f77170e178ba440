"""How often intervals of paired differences hold the truth: `python -m benchmarks.comparison [--quick] [--jobs 1]`.

Two scores of the same made-up rows, one noisier than the other, are counted and compared by the product's own
functions; a tenth of the outcomes is missing. The truth is the difference on two million rows of the same process,
worked out by scikit-learn. It writes COMPARISON.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.honesty.cells import Cell, run_as_program
from benchmarks.honesty.memory import DAY, TASKS, Rows, Watched, card_of, instants, last_day, layout_of, month, spread
from dashboard.measures.paired import difference_of, sides_of
from dashboard.measures.registry import measures_of
from dashboard.profiles.engine import AT, CLUSTER
from dashboard.profiles.layout import ACTUAL, CLUSTER_GROUPS, SCORE, Layout
from dashboard.profiles.pairs import AGAINST, NAME, ROW_GROUPS, Pairs, summed_pairs

REPORT = Path(__file__).parent / "COMPARISON.md"
ROWS, DAYS, CLUSTERS, MISSING, THRESHOLD = 1_500, 31, 60, 0.1, 0.4
TRUTH_ROWS, SHARED = 2_000_000, 0.6
# What the units are, and how many of them rows fall into.
UNITS = {"rows": ROW_GROUPS, "periods": DAYS, "clusters": CLUSTER_GROUPS}
METRICS = {
    "binary": ("roc_auc", "brier_score", "log_loss", "accuracy", "precision", "recall"),
    "regression": ("mae", "rmse", "bias"),
}
HEADING = """# How often intervals of paired differences hold the truth

Written by `python -m benchmarks.comparison`; what is made up and compared is in `benchmarks/comparison.py`. A stated
95 % interval should hold the truth in 93 to 97 of 100 repetitions: the standard error of a share over 1,000 repetitions
is 0.7 %. `found`: in how many the difference was taken for more than chance, uncorrected (alike: of two scores that are
equally good).
"""


def made(rng: np.random.Generator, task: str, noise: tuple[float, float], rows: int, cluster: np.ndarray) -> np.ndarray:
    """Outcome and both scores of some rows; the rows of a cluster share a part of their truth and of each error."""
    shared = rng.normal(size=(3, int(cluster.max()) + 1)) * SHARED
    truth = shared[0][cluster] + np.sqrt(1 - SHARED**2) * rng.normal(size=rows)
    errors = [
        size * (shared[place][cluster] + np.sqrt(1 - SHARED**2) * rng.normal(size=rows))
        for place, size in enumerate(noise, start=1)
    ]
    if task == "regression":
        actual = 10 * truth + 5 * rng.normal(size=rows)
        return np.stack([actual, *(10 * truth + 8 * error for error in errors)])
    actual = (rng.random(rows) < 1 / (1 + np.exp(1 - 1.6 * truth))).astype(np.float64)
    return np.stack([actual, *(1 / (1 + np.exp(1 - 1.6 * (truth + error))) for error in errors)])


FIGURES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": lambda actual, score: float(((score >= THRESHOLD) == actual).mean()),
    "precision": lambda actual, score: float(actual[score >= THRESHOLD].mean()),
    "recall": lambda actual, score: float((score >= THRESHOLD)[actual == 1].mean()),
    "brier_score": lambda actual, score: float(((score - actual) ** 2).mean()),
    "log_loss": lambda actual, score: float(-np.log(np.where(actual == 1, score, 1 - score)).mean()),
    "mae": lambda actual, score: float(np.abs(score - actual).mean()),
    "rmse": lambda actual, score: float(np.sqrt(((score - actual) ** 2).mean())),
    "bias": lambda actual, score: float((score - actual).mean()),
}


@cache
def truths(task: str, noise: tuple[float, float]) -> dict[str, float]:
    """The true differences."""
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(20261128)
    actual, one, other = made(rng, task, noise, TRUTH_ROWS, np.arange(TRUTH_ROWS))
    known = FIGURES | {"roc_auc": lambda a, s: float(roc_auc_score(a, s))}
    return {name: known[name](actual, one) - known[name](actual, other) for name in METRICS[task]}


def cells(quick: bool) -> Iterator[Cell]:
    """Units by task, for scores of which one is better, and for scores that are equally good."""
    repetitions = 60 if quick else 1_000
    for task in METRICS:
        for units in UNITS:
            for noise in ((0.5, 0.8), (0.6, 0.6)):
                yield Cell(
                    "comparison", {"task": task, "units": units, "noise": noise, "repetitions": repetitions}, held
                )


def held(
    rng: np.random.Generator, task: str, units: str, noise: tuple[float, float], repetitions: int
) -> dict[str, Any]:
    """By metric: how many intervals there were, how many held the true difference, how many left out zero."""
    truth, measures = truths(task, noise), measures_of(TASKS[task])  # type: ignore[arg-type]
    layout = _layout(rng, task, noise, units == "clusters")
    found = {name: np.zeros(3, dtype=int) for name in METRICS[task]}
    for _ in range(repetitions):
        pairs = _pairs(rng, layout, task, noise, units)
        sides = sides_of(pairs)
        for name, counted in found.items():
            one = difference_of(measures[name], sides)
            counted += [np.isfinite(one.low), one.low <= truth[name] <= one.high, one.chance < 0.05]
    return {"repetitions": repetitions, "held": {name: counted.tolist() for name, counted in found.items()}}


def _layout(rng: np.random.Generator, task: str, noise: tuple[float, float], clustered: bool) -> Layout:
    days = (month(0), last_day(month(0)))
    card = card_of(task, {"x": "numeric"}, days, Watched("day", clustered, THRESHOLD))
    actual, score, _ = made(rng, task, noise, ROWS, np.arange(ROWS))
    at = instants(rng, ROWS, days[0], DAYS)
    return layout_of(card, Rows(at, score, actual, np.arange(ROWS), {"x": rng.normal(size=ROWS)}))


def _pairs(rng: np.random.Generator, layout: Layout, task: str, noise: tuple[float, float], units: str) -> Pairs:
    at = instants(rng, ROWS, month(1), DAYS)
    day = (at - at.min() // DAY * DAY) // DAY
    cluster = {"rows": np.arange(ROWS), "periods": day, "clusters": rng.integers(0, CLUSTERS, ROWS)}[units]
    actual, one, other = made(rng, task, noise, ROWS, cluster)
    actual[rng.random(ROWS) < MISSING] = np.nan
    code = day.astype(np.uint64) if units == "periods" else spread(cluster)
    batch = pa.RecordBatch.from_pydict(
        {
            AT: pa.array(at), CLUSTER: pa.array(code), ACTUAL: pa.array(actual, from_pandas=True),
            NAME: pa.array([str(number) for number in range(ROWS)]), SCORE: pa.array(one), AGAINST: pa.array(other),
        }
    )  # fmt: skip
    return summed_pairs((layout, layout), units, UNITS[units], lambda: [batch])  # type: ignore[arg-type]


def write_report(found: Sequence[Cell], quick: bool, to: Path) -> str:
    """Write the table and return its text."""
    lines = [HEADING, f"{datetime.now(UTC).date()}, {'quick' if quick else 'whole'}.", ""]
    lines += [
        "| task | units | scores | metric | with interval | of these held | found |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in found:
        settings, repetitions = cell.settings, cell.figures["repetitions"]
        scores = "one better" if settings["noise"][0] != settings["noise"][1] else "alike"
        for name, (given, right, clear) in cell.figures["held"].items():
            share = f"{right / given:.1%}" if given else "-"
            row = [settings["task"], settings["units"], scores, name, f"{given:,} of {repetitions:,}", share]
            lines.append(f"| {' | '.join([*row, f'{clear / repetitions:.1%}'])} |")
    text = "\n".join([*lines, ""])
    to.write_text(text, encoding="utf-8")
    return text


def main() -> None:
    """Measure, and write the report."""
    run_as_program("benchmarks.comparison", __doc__ or "", cells, write_report, REPORT)


if __name__ == "__main__":
    main()
