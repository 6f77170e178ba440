"""The benchmark of paired differences measures every kind of unit, and ends in its report."""

from __future__ import annotations

from pathlib import Path

from benchmarks.comparison import cells, write_report
from benchmarks.honesty.cells import run_cells


def test_a_few_repetitions_of_each_kind_end_in_a_report(tmp_path: Path) -> None:
    few = [cell for cell in cells(quick=True) if cell.settings["noise"] == (0.6, 0.6)]
    for cell in few:
        cell.settings.update({"repetitions": 3})
    found = run_cells(few, 1)
    text = write_report(found, True, tmp_path / "COMPARISON.md")
    assert {(cell.settings["task"], cell.settings["units"]) for cell in found} == {
        (task, units) for task in ("binary", "regression") for units in ("rows", "periods", "clusters")
    }
    assert all(given == 3 for cell in found for given, _, _ in cell.figures["held"].values())
    assert text.count("| 3 of 3 |") == 3 * (6 + 3)
