"""The figures of a run as the sections of HONESTY.md; what stands below them there is written by hand and stays."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.children import ROOT, machine
from benchmarks.honesty import tables
from benchmarks.honesty.cells import Cell

HONESTY = Path(__file__).parents[1] / "HONESTY.md"
NOTES = "## Notes"
HOW = """
Written by `python -m benchmarks.honesty`. Rows are made up, so that their truth is known; the product's own functions
count and judge them in memory, each month when it is the latest. Seeds are fixed; *quick* is a tenth.
Shares of alerts, warnings and *unknown* are of all verdicts.
Where a share is p and rests on n verdicts, its standard error is sqrt(p (1 - p) / n): 0.3 % for 1 % of 1,000.
*Hang together* and *clusters* (design effect of the rate of positives about 4 where a cluster has enough rows) are
described in `benchmarks/honesty/processes.py`. Binary classes have 20 or 30 % positives where nothing else is said.
"""

SECTIONS: dict[str, tuple[str, Callable[[Sequence[Cell]], Iterator[str]]]] = {
    "coverage": ("Coverage of stated 95 % intervals", tables.coverage),
    "performance": ("False alarms of the performance verdict", tables.performance),
    "performance power": (
        "Power: a fall told by the performance verdict in its first month",
        tables.performance_power,
    ),
    "delay": ("Months until a fall of the ROC AUC is told, beside other tools", tables.delay),
    "drift": ("False alarms of the drift verdict", tables.drift),
    "drift power": ("Power: a shift told by the drift verdict in its first month", tables.drift_power),
    "drift peers": ("False alarms of drift, beside other tools", tables.drift_peers),
    "estimate": ("Does the interval of the estimate hold what is measured later?", tables.estimate),
}


def write_report(cells: Sequence[Cell], quick: bool, to: Path = HONESTY) -> str:
    """Write the report anew, keep sections that were not measured and the notes; return what was measured."""
    known = _parts(to.read_text(encoding="utf-8")) if to.exists() else {}
    written = {}
    for table, (heading, of) in SECTIONS.items():
        chosen = [cell for cell in cells if cell.table == table]
        if chosen:
            written[heading] = "\n".join([f"## {heading}", "", _when(quick), "", *of(chosen), ""])
    kept = [(written.get(heading) or known.get(heading, "")).strip() for heading, _ in SECTIONS.values()]
    notes = known.get(NOTES.removeprefix("## ")) or f"{NOTES}\n"
    text = "\n\n".join(["# How often verdicts are wrong", HOW.strip(), *(part for part in kept if part), notes])
    to.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    return "\n".join(written.values())


def _parts(text: str) -> dict[str, str]:
    """The sections of a report by heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {heading: f"## {heading}{body}" for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def _when(quick: bool) -> str:
    mode = "quick" if quick else "whole"
    return f"{datetime.now(UTC):%Y-%m-%d}, {mode}, at {commit()}, {machine()}"


def commit() -> str:
    """The commit that was measured, with a + where files differ from it; "?" outside of a repository."""
    found, changed = (
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (("rev-parse", "--short", "HEAD"), ("status", "--porcelain", "dashboard", "config"))
    )
    return f"{found or '?'}{'+' if changed else ''}"
