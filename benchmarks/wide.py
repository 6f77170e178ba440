"""Memory of intake and monitoring of wide and of long files: `python -m benchmarks.wide`; results in WIDE.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.children import ROOT

WIDE, WIDE_ROWS, LONG_ROWS = 5_000, 2_000, 10_000_000
WIDE_SECONDS, LONG_SECONDS = 3_888, 3
NOISE = "round((hash(i * 7919 + {seed}) % 1000000) / 1000.0 - 500, 3)"


def card(features: dict[str, str], folder: Path) -> Path:
    """A card by day for columns id, at, p, y and some features; JSON is YAML."""
    data = {
        "prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y",
        "features": {name: {"kind": kind} for name, kind in features.items()},
        "reference": {"from": "2024-01-01", "to": "2024-01-31"},
    }  # fmt: skip
    content = {"id": "m", "name": "M", "task": "binary_classification", "period": "day", "data": data}
    path = folder / "card.yaml"
    path.write_text(json.dumps({**content, "versions": [{"version": "1"}]}), encoding="utf-8")
    return path


def write(path: Path, features: dict[str, str], rows: int, seconds: int) -> None:
    """A file of so many rows, one every `seconds`."""
    values = ", ".join(
        f"{NOISE.format(seed=place)} AS {name}" if kind == "numeric" else f"'c' || hash(i + {place}) % 30 AS {name}"
        for place, (name, kind) in enumerate(features.items())
    )
    own = "i AS id, TIMESTAMP '2024-01-01' + to_seconds(i * {}) AS at, hash(i) % 1000 / 1000.0 AS p, i % 2 AS y"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {own.format(seconds)}, {values} FROM range({rows}) t(i)) TO '{path}'")


def peak(*command: str) -> tuple[float, float]:
    """Peak memory (MB) and CPU seconds of one command. Raises RuntimeError when it fails."""
    with subprocess.Popen([sys.executable, "-m", "dashboard", *command], cwd=ROOT, stdout=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main() -> None:
    many = {f"f{place:04d}": "numeric" for place in range(WIDE)}
    few = {"a": "numeric", "b": "numeric", "c": "categorical", "d": "numeric"}
    files = (
        ("wide.parquet", many, WIDE_ROWS, WIDE_SECONDS),
        ("wide.csv", many, WIDE_ROWS, WIDE_SECONDS),
        ("long.csv", few, LONG_ROWS, LONG_SECONDS),
    )
    for name, features, rows, seconds in files:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
            folder = Path(scratch)
            write(folder / name, features, rows, seconds)
            home = ("--home", str(folder / "home"))
            peak("register", str(card(features, folder)), *home)
            for command in (("ingest", "predictions", "m", str(folder / name)), ("monitor", "m")):
                megabytes, cpu_s = peak(*command, *home)
                print(f"| {name} | {command[0]} | {megabytes:,.0f} | {cpu_s:.1f} |", flush=True)


if __name__ == "__main__":
    main()
