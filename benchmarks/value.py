"""How often the 95 % intervals of money hold the truth: `python -m benchmarks.value [--quick] [--jobs 1]`.

Rows are made up (`benchmarks/honesty/processes.py`), a fifth of their outcomes is missing, and the product's own
functions count and judge them in memory. Measured money is compared with the mean over a million rows of the same
process, times the predictions of the month; estimated money with what the outcomes of the month then bring. It writes
VALUE.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.honesty.cells import Cell, run_as_program
from benchmarks.honesty.coverage import drawn
from benchmarks.honesty.memory import (
    VERSION,
    Rows,
    Watched,
    card_of,
    instants,
    joined,
    last_day,
    layout_of,
    month,
    profiles_of,
)
from benchmarks.honesty.processes import (
    CLUSTERED_DAYS,
    INDEPENDENT,
    MANY_CLUSTERS,
    Dependence,
    draw,
    process_of,
    threshold_of,
    truth_rows,
)
from dashboard.measures.estimate_basis import estimate_bases
from dashboard.measures.value.money import money_of
from dashboard.measures.value.worth import WorthEstimator, realised
from dashboard.profiles.windows import windows
from dashboard.schema.card.card import ModelCard

REPORT = Path(__file__).parent / "VALUE.md"
PRICES = {"true_positive": 90.0, "false_positive": -12.0, "false_negative": -60.0, "true_negative": 1.5}
COSTS = {"over_per_unit": -0.25, "under_per_unit": -0.6, "per_prediction": 3.0}
RATE, MISSING, AMOUNT = 0.2, 0.2, (3.0, 0.8)
TASKS = ("outcomes", "outcomes weighed by amounts", "errors")
DEPENDENCES = (INDEPENDENT, MANY_CLUSTERS, CLUSTERED_DAYS)
ROWS, REFERENCE_ROWS, MONTHS, AT_ONCE = 1_000, 3_000, 10, 200_000
HEADING = """# How often intervals of money hold the truth

Written by `python -m benchmarks.value`; what is made up and compared stands in `benchmarks/value.py`. A stated 95 %
interval should hold the truth in 93 to 97 of 100 months: the standard error of a share over 1,000 repetitions is 0.7 %.
"""


def cells(quick: bool) -> Iterator[Cell]:
    """Measured and estimated money, by what is priced and by how rows hang together."""
    repetitions = 100 if quick else 1_000
    for table, measure, dependences in (
        ("measured", measured, DEPENDENCES),
        ("estimated", estimated, (INDEPENDENT, CLUSTERED_DAYS)),
    ):
        for dependence in dependences:
            for task in TASKS:
                settings = {"task": task, "dependence": dependence, "rows": ROWS, "repetitions": repetitions}
                yield Cell(table, settings, measure)


def card_with_prices(task: str, dependence: Dependence, days: tuple[Any, Any], threshold: float) -> ModelCard:
    """The card of a made-up model whose predictions have prices."""
    kind = "regression" if task == "errors" else "binary"
    card = card_of(kind, {"x": "numeric"}, days, Watched(dependence.period, dependence.on_card, threshold))
    written = card.model_dump(mode="json", by_alias=True, exclude_none=True)
    written["business"]["value"] = {"errors": COSTS} if task == "errors" else {"outcomes": PRICES}
    if "amounts" in task:
        written["data"]["amount"] = "x"
    return ModelCard.model_validate(written)


def worth(rows: Rows, task: str, threshold: float) -> np.ndarray:
    """What each row brings, by its prices and, where they weigh, its amount."""
    if task == "errors":
        error = rows.score - rows.actual
        over, under = np.maximum(error, 0), np.maximum(-error, 0)
        return COSTS["per_prediction"] + COSTS["over_per_unit"] * over + COSTS["under_per_unit"] * under
    chosen, happened = rows.score >= threshold, rows.actual > 0
    cells_of = [chosen & happened, chosen & ~happened, ~chosen & happened, ~chosen & ~happened]
    money = np.select(cells_of, list(PRICES.values()))
    return money * rows.features["x"] if "amounts" in task else money


def with_amounts(rng: np.random.Generator, rows: Rows, missing: float) -> Rows:
    """The rows with lognormal amounts, and some outcomes missing."""
    actual = np.where(rng.random(len(rows.at)) < missing, np.nan, rows.actual)
    return replace(rows, actual=actual, features={"x": rng.lognormal(*AMOUNT, len(rows.at))})


def measured(
    rng: np.random.Generator, task: str, dependence: Dependence, rows: int, repetitions: int
) -> dict[str, Any]:
    """How many months have an interval for their money, and how many of these hold the true one."""
    process = process_of("regression" if task == "errors" else "binary", rows, dependence, RATE)
    threshold = threshold_of(RATE)
    card = card_with_prices(task, dependence, (month(0), last_day(month(0))), threshold)
    layout = layout_of(card, with_amounts(rng, drawn(rng, process, dependence, REFERENCE_ROWS, 0), 0.0))
    everything = truth_rows(process)
    truth = float(worth(with_amounts(rng, everything, 0.0), task, threshold).mean())
    if "amounts" in task:
        # Amounts hang on nothing, so that their mean is exact.
        truth = float(worth(everything, "outcomes", threshold).mean() * np.exp(AMOUNT[0] + AMOUNT[1] ** 2 / 2))
    money = money_of(card)
    assert money is not None
    given = held = 0
    together = max(1, AT_ONCE // rows)
    for first in range(0, repetitions, together):
        months = range(1 + first, 1 + min(first + together, repetitions))
        parts = [with_amounts(rng, drawn(rng, process, dependence, rows, number), MISSING) for number in months]
        profiles = profiles_of(card, joined(parts), layout)
        for window in windows(profiles.read(("outcomes",)), layout, "month"):
            figure = realised(window, layout, money)
            known = bool(np.isfinite(figure.low) and np.isfinite(figure.high))
            given += known
            held += known and figure.low <= truth * window.predictions <= figure.high
    return {"repetitions": repetitions, "intervals": given, "held": held}


def estimated(
    rng: np.random.Generator, task: str, dependence: Dependence, rows: int, repetitions: int
) -> dict[str, Any]:
    """How many months have an interval for their estimated money, and how many of these hold what outcomes then say."""
    process = process_of("regression" if task == "errors" else "binary", rows, dependence, RATE)
    threshold = threshold_of(RATE)
    days = (month(0), last_day(month(2)))
    card = card_with_prices(task, dependence, days, threshold)
    money = money_of(card)
    assert money is not None
    given = held = 0
    for _ in range(repetitions // MONTHS):
        at = instants(rng, REFERENCE_ROWS, days[0], (days[1] - days[0]).days + 1)
        parts = [draw(rng, process, dependence, at)]
        parts += [drawn(rng, process, dependence, rows, 3 + number) for number in range(MONTHS)]
        profiles = profiles_of(card, joined([with_amounts(rng, part, 0.0) for part in parts]))
        references = {version: basis.window for version, basis in estimate_bases(profiles, 1).items()}
        estimator = WorthEstimator(references, profiles.layout, money)
        for window in windows(profiles.read(), profiles.layout, "month")[3:]:
            figure = estimator.expected({VERSION: window}).figure
            known = bool(np.isfinite(figure.low) and np.isfinite(figure.high))
            given += known
            held += known and figure.low <= realised(window, profiles.layout, money).value <= figure.high
    return {"repetitions": repetitions // MONTHS * MONTHS, "intervals": given, "held": held}


def write_report(found: Sequence[Cell], quick: bool, to: Path) -> str:
    """Write the tables of measured and of estimated money, and return their text."""
    run = "quick" if quick else "whole"
    lines = [HEADING, f"{datetime.now(UTC).date()}, {run}.", ""]
    for table, title in (("measured", "Measured money"), ("estimated", "Estimated money")):
        lines += [f"## {title}", ""]
        lines += [
            "| priced | rows hang together | rows a month | with interval | of these held |",
            "|---|---|---|---|---|",
        ]
        for cell in found:
            if cell.table == table:
                figures, settings = cell.figures, cell.settings
                share = f"{figures['held'] / figures['intervals']:.1%}" if figures["intervals"] else "-"
                lines.append(
                    f"| {settings['task']} | {settings['dependence'].name} | {settings['rows']:,} | "
                    f"{figures['intervals']:,} of {figures['repetitions']:,} | {share} |"
                )
        lines.append("")
    text = "\n".join(lines)
    to.write_text(text, encoding="utf-8")
    return text


def main() -> None:
    """Measure, and write the report."""
    run_as_program("benchmarks.value", __doc__ or "", cells, write_report, REPORT)


if __name__ == "__main__":
    main()
