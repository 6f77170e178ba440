"""Cells of the tables: what one of them measures, run in processes side by side, each with a seed of its own."""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20261128


@dataclass(frozen=True)
class Cell:
    """One cell: the table it belongs to, what it varies, and the function that measures it.

    `measure` gets a generator of random numbers and `settings` by name, and returns figures by name.
    """

    table: str
    settings: dict[str, Any]
    measure: Callable[..., dict[str, Any]]
    figures: dict[str, Any] = field(default_factory=dict)

    def name(self) -> str:
        """Table and settings in words."""
        return f"{self.table}: " + ", ".join(f"{key} {_word(value)}" for key, value in self.settings.items())


def _word(value: Any) -> str:
    return str(getattr(value, "name", value))


def run_cell(cell: Cell) -> Cell:
    """Measure one cell, from the same seed every time."""
    rng = np.random.default_rng([SEED, zlib.crc32(cell.name().encode())])
    return Cell(cell.table, cell.settings, cell.measure, cell.measure(rng, **cell.settings))


def run_cells(cells: Sequence[Cell], jobs: int) -> list[Cell]:
    """All cells in their order, some at once, with progress on standard error."""
    began = time.monotonic()
    if jobs <= 1:
        return [_told(run_cell(cell), number, cells, began) for number, cell in enumerate(cells, start=1)]
    found: dict[int, Cell] = {}
    with ProcessPoolExecutor(jobs) as pool:
        waiting = {pool.submit(run_cell, cell): place for place, cell in enumerate(cells)}
        for number, done in enumerate(as_completed(waiting), start=1):
            found[waiting[done]] = _told(done.result(), number, cells, began)
    return [found[place] for place in range(len(cells))]


def _told(cell: Cell, number: int, cells: Sequence[Cell], began: float) -> Cell:
    print(f"{number}/{len(cells)} {time.monotonic() - began:.0f} s  {cell.name()}", file=sys.stderr, flush=True)
    return cell


def shares_of(statuses: Iterable[str]) -> dict[str, Any]:
    """How many verdicts there are, how many say something, and the share of each status among all of them."""
    found = list(statuses)
    shares = {name: found.count(name) / len(found) for name in ("alert", "warn", "unknown")}
    return {"verdicts": len(found), "judged": len(found) - found.count("unknown"), **shares}


def run_as_program(
    program: str,
    about: str,
    cells: Callable[[bool], Iterator[Cell]],
    write_report: Callable[[Sequence[Cell], bool, Path], str],
    report: Path,
) -> None:
    """Read the command line, measure all cells, write the report and print it.

    It is written as far as it is after each few cells: a whole run takes long.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("--quick", action="store_true", help="a few repetitions")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--to", type=Path, default=report, help=f"another file than {report.name}")
    chosen = parser.parse_args()
    wanted, found = list(cells(chosen.quick)), list[Cell]()
    for first in range(0, len(wanted), chosen.jobs):
        found += run_cells(wanted[first : first + chosen.jobs], chosen.jobs)
        text = write_report(found, chosen.quick, chosen.to)
    print(text)
