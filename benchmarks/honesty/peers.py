"""Ask other tools about rows in memory: written as Parquet, read in an environment of their own, answered as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.children import SILENT, PeerMissingError, peer_python
from benchmarks.honesty.memory import Rows, name_of

SCRIPT = Path(__file__).parent / "peer_tools.py"


@dataclass(frozen=True)
class Run:
    """Rows of one repetition: some months of reference, then the months that are judged."""

    reference: Sequence[Rows]
    later: Sequence[Rows]


def alarms(tool: str, question: str, runs: Sequence[Run], threshold: float) -> list[list[bool]] | str:
    """Whether a tool raises an alarm in each later month of each run; its reason where it cannot be asked."""
    try:
        python = peer_python(tool)
    except PeerMissingError as fault:
        return str(fault)
    with tempfile.TemporaryDirectory(prefix="peers-") as scratch:
        path = Path(scratch) / "rows.parquet"
        pq.write_table(pa.concat_tables([_table(run, number, threshold) for number, run in enumerate(runs)]), path)
        asked = subprocess.run(
            [str(python), "-W", "ignore", str(SCRIPT), f"{tool}_{question}", str(path)],
            capture_output=True, text=True, check=False, env={**os.environ, **SILENT},
        )  # fmt: skip
    if asked.returncode:
        return (asked.stderr.strip().splitlines() or ["it failed without a word"])[-1][:200]
    found: list[list[bool]] = json.loads(asked.stdout.strip().splitlines()[-1])
    return found


def _table(run: Run, number: int, threshold: float) -> pa.Table:
    parts = []
    for offset, months in ((-len(run.reference), run.reference), (0, run.later)):
        for place, rows in enumerate(months):
            columns: dict[str, Any] = {
                "run": np.full(len(rows.at), number),
                "month": np.full(len(rows.at), offset + place),
                "at": pa.array(rows.at, pa.timestamp("us")),
                "score": rows.score,
                "chosen": (rows.score >= threshold).astype(np.int64),
                "actual": rows.actual.astype(np.int64),
            }
            columns |= {name: values if values.dtype.kind == "f" else [name_of(code) for code in values.tolist()]
                        for name, values in rows.features.items()}  # fmt: skip
            parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def share(found: Sequence[bool]) -> float | None:
    """The share of alarms; None of nothing."""
    return float(np.mean(found)) if len(found) else None
