"""Run the benchmarks and write RESULTS.md: `python -m benchmarks [--rows 1000000 10000000] [--no-peers]`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.children import PEERS, Taken, machine, peer, task
from benchmarks.rows import write_log

RESULTS = Path(__file__).parent / "RESULTS.md"
PEER_ROWS = 1_000_000
SMALL = 2_000_000
NOTES = """
**How.** Rows: 12 continuous, 4 integer and 4 categorical features, score and label, 365 days, one Parquet file a month,
the same on every machine (`benchmarks/rows.py`). *Scan* = min, max and sum of every column of these files by DuckDB;
*profile* = from these files to the packed profiles of 365 days, ready for the store; both with 2 threads. CPU seconds =
user and system of the whole child process less a child that does nothing (in parentheses: measured inside the process,
around the task). Every child first does the same with 5,000 rows, so that no first call is counted. Peaks are those of
the whole process. Wall-clock time says little on a shared machine and is left out.
Drift is asked of a store with 365 profiles: open, read, add up, compare 20 features. Other tools get the same rows in
environments of their own (first half reference, second half current), reading the files with pandas.

**What is not reached, and why.** This machine was shared by several people; CPU seconds of the same task
varied between runs by half. A profile costs 2.2 to 2.4 times the scan: reading is the same, the rest is placing values
in up to 680 bins and adding them up, and its peak grows with the rows as that of the scan does. A continuous feature
takes more than 100 bytes a day because its bins are fine enough for the Wasserstein distance to stay within 1 %.
Bins of 60 random pairs of samples, by largest share of the reference in a bin and extra splits:

| largest share, splits | slots | bytes at 2,740 / 27,400 rows a day | Wasserstein off by over 1 % | KS off by at most |
|---|---|---|---|---|
| 0.005, 0 | 221 | 138 / 194 | 37 % of pairs | 0.0042 |
| 0.005, 240 | 461 | 217 / 356 | 3.3 % | 0.0042 |
| 0.0025, 120 | 535 | 252 / 401 | 3.3 % | 0.0022 |
| 0.0025, 240 (used) | 655 | 279 / 463 | 1.7 % | 0.0022 |
| 0.00125, 240 | 1,070 | 385 / 664 | none | 0.0011 |
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--no-peers", action="store_true")
    arguments = parser.parse_args()
    lines = [*heading()]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        for rows in arguments.rows:
            print(f"{rows:,} rows", flush=True)
            folder = Path(scratch) / str(rows)
            write_log(folder, rows)
            for line in (
                *of_rows(folder, rows),
                *(of_peers(folder) if rows == PEER_ROWS and not arguments.no_peers else ()),
            ):
                print(line, flush=True)
                lines.append(line)
            for path in folder.glob("*.parquet"):
                path.unlink()
    RESULTS.write_text("\n".join(lines) + "\n" + NOTES, encoding="utf-8")
    print(f"written to {RESULTS}")


def heading() -> Iterator[str]:
    """Machine, versions and day."""
    names = ("duckdb", "numpy", "pyarrow", "pandas")
    yield "# Benchmarks"
    yield ""
    yield (f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, " + ", ".join(f"{name} {version(name)}" for name in names))


def of_rows(folder: Path, rows: int) -> Iterator[str]:
    """Tables of one number of rows."""
    times = 3 if rows <= SMALL else 1
    idle = task("nothing", folder, 3)
    taken = {"layout": task("layout", folder), **{name: task(name, folder, times) for name in ("scan", "profile")}}
    ratio = _cpu(taken["profile"], idle) / _cpu(taken["scan"], idle)
    inside = taken["profile"].inside_s / taken["scan"].inside_s
    yield from ("", f"## {rows:,} rows", "", "| task | CPU s | peak MB | to the scan | aim |", "|---|---|---|---|---|")
    yield _row("scan", taken["scan"], idle, "1", "")
    yield _row("profile", taken["profile"], idle, f"{ratio:.2f} ({inside:.2f})", "at most 2.0; at most 250 MB")
    yield _row("bins from the reference (31 days), once", taken["layout"], idle, "", "")
    sizes, asked = task("size", folder), task("drift", folder)
    yield from ("", "| | this run | aim |", "|---|---|---|")
    for name, milliseconds in asked.found.items():
        if "days" in name:
            yield f"| drift of 20 features, {name}, from stored profiles, CPU ms | {milliseconds:.0f} | at most 50 |"
    yield f"| bytes a feature and day, all 20 | {sizes.found['mix']:.0f} | at most 100 |"
    for kind in ("continuous", "integer", "categorical"):
        yield f"| bytes a feature and day, {kind} | {sizes.found[kind]:.0f} | |"
    yield f"| bytes a day of scores by outcome | {sizes.found['outcomes a day']:.0f} | |"


def of_peers(folder: Path) -> Iterator[str]:
    """What the other tools take for the same rows."""
    ours = task("profile", folder)
    idle = task("nothing", folder)
    yield from ("", "| drift of the same rows | CPU s | peak MB | to this profile |", "|---|---|---|---|")
    yield f"| profile | {_cpu(ours, idle):.1f} ({ours.inside_s:.1f}) | {ours.peak_mb:.0f} | 1 |"
    for name in PEERS:
        try:
            found, empty = peer(name, folder), peer(name, folder, idle=True)
        except RuntimeError as fault:
            yield f"| {name} | skipped: {fault} | | |"
            continue
        ratio = _cpu(found, empty) / _cpu(ours, idle)
        yield f"| {name} | {_cpu(found, empty):.1f} ({found.inside_s:.1f}) | {found.peak_mb:.0f} | {ratio:.0f} |"


def _cpu(taken: Taken, idle: Taken) -> float:
    return taken.cpu_s - idle.cpu_s


def _row(name: str, taken: Taken, idle: Taken, ratio: str, aim: str) -> str:
    return f"| {name} | {_cpu(taken, idle):.2f} ({taken.inside_s:.2f}) | {taken.peak_mb:.0f} | {ratio} | {aim} |"


if __name__ == "__main__":
    main()
