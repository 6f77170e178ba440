"""The benchmark of money measures every kind of price, and ends in its report."""

from __future__ import annotations

from pathlib import Path

from benchmarks.honesty.cells import run_cells
from benchmarks.value import cells, write_report


def test_a_few_repetitions_of_each_kind_end_in_a_report(tmp_path: Path) -> None:
    few = [cell for cell in cells(quick=True) if cell.settings["dependence"].name.startswith("independent")]
    for cell in few:
        cell.settings.update({"repetitions": 20, "rows": 120})
    found = run_cells(few, 1)
    text = write_report(found, True, tmp_path / "VALUE.md")
    assert {cell.table for cell in found} == {"measured", "estimated"}
    assert all(0 < cell.figures["held"] <= cell.figures["intervals"] for cell in found)
    assert text.count("| 120 |") == len(found)
