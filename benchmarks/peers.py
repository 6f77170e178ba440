"""Other tools on the same rows, run by the Python of their own environment: `python peers.py TOOL FOLDER`.

Reads the Parquet files with pandas; the first half of the rows is the reference, the second half the current window.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def rows(folder: Path, numbers: list[str], categories: list[str]) -> tuple[Any, Any]:
    """Both halves of the rows as pandas frames."""
    import pandas as pd

    files = sorted(folder.glob("*.parquet"))
    frame = pd.concat([pd.read_parquet(path, columns=[*numbers, *categories, "_at"]) for path in files])
    for name in categories:
        frame[name] = frame[name].astype("category" if sys.argv[1] == "nannyml" else "object")
    half = len(frame) // 2
    return frame.iloc[:half], frame.iloc[half:]


def evidently(folder: Path, numbers: list[str], categories: list[str]) -> dict[str, Any]:
    """The default drift preset."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    sides = [
        Dataset.from_pandas(side.drop(columns="_at").reset_index(drop=True), data_definition=definition)
        for side in rows(folder, numbers, categories)
    ]
    found = Report([DataDriftPreset()]).run(sides[1], sides[0]).dict()
    return {"figures": len(found["metrics"])}


def nannyml(folder: Path, numbers: list[str], categories: list[str]) -> dict[str, Any]:
    """Univariate drift by month with the default methods."""
    import nannyml as nml

    reference, current = rows(folder, numbers, categories)
    calculator = nml.UnivariateDriftCalculator(
        column_names=[*numbers, *categories],
        timestamp_column_name="_at",
        treat_as_categorical=categories,
        chunk_period="M",
    )
    calculator.fit(reference)
    return {"figures": int(calculator.calculate(current).to_df().size)}


def nothing(folder: Path, numbers: list[str], categories: list[str]) -> dict[str, Any]:
    """What starting costs."""
    return {}


def main() -> None:
    tasks: dict[str, Callable[[Path, list[str], list[str]], dict[str, Any]]] = {
        "evidently": evidently,
        "nannyml": nannyml,
        "nothing": nothing,
    }
    began = time.process_time()
    found = tasks[sys.argv[1]](Path(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4]))
    found["inside_s"] = time.process_time() - began
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
