"""How often verdicts are wrong and intervals miss: `python -m benchmarks.honesty [--quick] [--jobs 2]`.

Rows are made up, their truth is known, and the product's own functions count and judge them in memory; NannyML and
Evidently are asked about the same rows in environments of their own. It writes HONESTY.md, where `--tables` replaces
only the sections that were measured again. A whole run takes most of an hour on two cores, `--quick` some minutes.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from benchmarks.honesty import coverage, delay, drift, estimate, performance
from benchmarks.honesty.cells import Cell, run_cells
from benchmarks.honesty.report import HONESTY, write_report

TABLES: dict[str, Callable[[bool], Iterator[Cell]]] = {
    "coverage": coverage.cells,
    "performance": performance.cells,
    "performance power": performance.power_cells,
    "drift": drift.cells,
    "drift power": drift.power_cells,
    "drift peers": delay.drift_cells,
    "delay": delay.cells,
    "estimate": estimate.cells,
}


def measured(tables: Sequence[str], quick: bool, jobs: int) -> list[Cell]:
    """The cells of some tables, measured."""
    # The longest first, so that no job is left alone with them at the end.
    order = ("delay", "drift peers")
    names = sorted(tables, key=lambda name: order.index(name) if name in order else len(order))
    return run_cells(list(chain.from_iterable(TABLES[name](quick) for name in names)), jobs)


def main() -> None:
    """Read the command line, measure, write the report and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.honesty", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of the cells, a tenth of the repetitions")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tables", nargs="+", choices=list(TABLES), default=list(TABLES))
    parser.add_argument("--to", type=Path, default=HONESTY, help="another file than HONESTY.md")
    chosen = parser.parse_args()
    # Each job counts with one thread; more of them would only wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print(write_report(measured(chosen.tables, chosen.quick, chosen.jobs), chosen.quick, chosen.to))


if __name__ == "__main__":
    main()
