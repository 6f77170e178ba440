"""How quickly one prediction is explained: `python -m benchmarks.explain` writes EXPLAIN.md.

Models with 300 trees on 20 features; one worker for all. The first explanation starts the worker; others are those of a
warm one. CPU is that of the worker (user and system, from /proc), by explanation of one row.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.children import machine
from dashboard.explanations.sandbox.model_worker import ModelFile, ModelWorker
from dashboard.store.log.files import sha256_of

RESULTS = Path(__file__).parent / "EXPLAIN.md"
TREES, FEATURES, ROWS, ASKED = 300, 20, 5_000, 60
NAMES = [f"x{place}" for place in range(FEATURES)]
TICKS = os.sysconf("SC_CLK_TCK")


def models() -> dict[str, Any]:
    """Untrained models of scikit-learn with 300 trees each."""
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    return {
        "histogram boosting, 31 leaves": HistGradientBoostingClassifier(max_iter=TREES, early_stopping=False),
        "gradient boosting, depth 3": GradientBoostingClassifier(n_estimators=TREES),
        "gradient boosting, depth 6": GradientBoostingClassifier(n_estimators=TREES, max_depth=6, subsample=0.3),
        "random forest, depth 8": RandomForestClassifier(TREES, max_depth=8),
        "random forest, not limited": RandomForestClassifier(TREES),
        "logistic regression": LogisticRegression(max_iter=500),
    }


def cpu_of(worker: ModelWorker) -> float:
    """CPU seconds that the worker's process has used."""
    running = worker._child._running
    assert running is not None
    fields = Path(f"/proc/{running.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def of_model(worker: ModelWorker, name: str, model: Any, folder: Path) -> str:
    """One line of the table."""
    import skops.io

    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(ROWS, FEATURES)), columns=NAMES)
    outcome = (frame["x0"] + frame["x1"] * frame["x2"] + random.normal(size=ROWS) > 0).astype(int)
    model.fit(frame, outcome)
    path = folder / "model.skops"
    skops.io.dump(model, path)
    table = pa.Table.from_pandas(frame.assign(_score=model.predict_proba(frame)[:, 1]), preserve_index=False)
    file = ModelFile(path, sha256_of(path), dict.fromkeys(NAMES, "numeric"), "binary_classification", name)
    began = time.perf_counter()

    def explain(place: int) -> None:
        row = {column: [float(frame[column].iloc[place])] for column in NAMES}
        worker.explain_rows(file, row, lambda rows: table.slice(0, rows))

    explain(0)
    first = time.perf_counter() - began
    used, times = cpu_of(worker), []
    for place in range(1, ASKED + 1):
        began = time.perf_counter()
        explain(place)
        times.append(time.perf_counter() - began)
    cpu = (cpu_of(worker) - used) / ASKED
    nodes = [one.tree_.node_count for one in np.ravel(getattr(model, "estimators_", []))]
    size = f"{sum(nodes):,}" if nodes else ""
    wall = statistics.median(times)
    return f"| {name} | {size} | {first:.1f} | {1000 * cpu:.1f} | {1000 * wall:.1f} |"


def main() -> None:
    load = f"load {os.getloadavg()[0]:.0f}"
    names = " ".join(f"{name} {version(name)}" for name in ("scikit-learn", "numpy", "skops"))
    lines = [
        "# Explaining one prediction\n",
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, {load}, {names}; written by `python -m benchmarks.explain`.\n",
        f"{TREES} trees, {FEATURES} features. *First* = from the request to the answer of a model that is not loaded,",
        "in seconds; the first one starts the worker. *CPU* and *wall* are of one row once warm, in milliseconds.\n",
        "| model | nodes | first | CPU | wall |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, ModelWorker() as worker:
        for name, model in models().items():
            lines.append(of_model(worker, name, model, Path(folder)))
            print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
