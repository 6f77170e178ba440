"""Other tools' default alarms on the same rows, run by the Python of their own environment.

`python peer_tools.py TASK FILE`: the Parquet file holds the columns run, month, at, score, chosen, actual and features;
months below 0 are the reference. Prints JSON: for each run, the alarms of its later months, in order.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

OTHER = ("run", "month", "at", "score", "chosen", "actual")


def nannyml_performance(reference: Any, later: Any) -> list[bool]:
    """ROC AUC by month outside of three deviations around the mean of the reference's months."""
    import nannyml

    calculator = nannyml.PerformanceCalculator(
        problem_type="classification_binary", y_pred_proba="score", y_pred="chosen", y_true="actual",
        metrics=["roc_auc"], timestamp_column_name="at", chunk_period="M",
    )  # fmt: skip
    calculator.fit(reference)
    found = calculator.calculate(later).filter(period="analysis").to_df()
    return [bool(alarm) for alarm in found["roc_auc", "alert"]]


def nannyml_drift(reference: Any, later: Any) -> list[bool]:
    """Any feature whose Jensen-Shannon distance lies beyond the default threshold, by month."""
    import nannyml

    names = [name for name in reference.columns if name not in OTHER]
    texts = [name for name in names if reference[name].dtype.kind not in "fi"]
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=names, treat_as_categorical=texts, timestamp_column_name="at", chunk_period="M"
    )
    calculator.fit(reference)
    found = calculator.calculate(later).filter(period="analysis").to_df()
    alarms = found.loc[:, [column for column in found.columns if column[-1] == "alert"]]
    return [bool(alarm) for alarm in alarms.any(axis=1)]


def evidently_performance(reference: Any, later: Any) -> list[bool]:
    """ROC AUC outside of the reference's by more than the default test of Evidently allows."""
    from evidently import BinaryClassification, DataDefinition, Dataset, Report
    from evidently.metrics import RocAuc

    definition = DataDefinition(
        classification=[BinaryClassification(target="actual", prediction_probas="score")],
        numerical_columns=[], categorical_columns=[],
    )  # fmt: skip

    def dataset(frame: Any) -> Any:
        return Dataset.from_pandas(frame[["score", "actual"]].reset_index(drop=True), data_definition=definition)

    whole = dataset(reference)
    found = []
    for _, month in later.groupby("month"):
        told = Report([RocAuc()], include_tests=True).run(dataset(month), whole).dict()["tests"]
        found.append(any(test["status"].value != "SUCCESS" for test in told))
    return found


def evidently_drift(reference: Any, later: Any) -> list[bool]:
    """Half of the columns or more drifted by the default preset."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    names = [name for name in reference.columns if name not in OTHER]
    texts = [name for name in names if reference[name].dtype.kind not in "fi"]
    definition = DataDefinition(
        numerical_columns=[name for name in names if name not in texts], categorical_columns=texts
    )

    def dataset(frame: Any) -> Any:
        return Dataset.from_pandas(frame[names].reset_index(drop=True), data_definition=definition)

    whole = dataset(reference)
    found = []
    for _, month in later.groupby("month"):
        told = Report([DataDriftPreset()], include_tests=True).run(dataset(month), whole).dict()["tests"]
        found.append(told[0]["status"].value != "SUCCESS")
    return found


TASKS: dict[str, Callable[[Any, Any], list[bool]]] = {
    task.__name__: task for task in (nannyml_performance, nannyml_drift, evidently_performance, evidently_drift)
}


def main() -> None:
    import pandas as pd

    frame = pd.read_parquet(sys.argv[2])
    found = []
    for _, run in frame.groupby("run"):
        rows = run.reset_index(drop=True)
        past = rows["month"] < 0
        found.append(TASKS[sys.argv[1]](rows[past].reset_index(drop=True), rows[~past].reset_index(drop=True)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
