"""The metrics that a key metric of a card may name: for which task, and in which direction they are better."""

from __future__ import annotations

from typing import Literal

Task = Literal["binary_classification", "multiclass_classification", "regression"]
Better = Literal["higher", "lower", "neither"]

LABELS_AS_CLASSES: dict[str, Better] = {"accuracy": "higher", "precision": "higher", "recall": "higher", "f1": "higher"}

METRICS: dict[Task, dict[str, Better]] = {
    "binary_classification": {
        "roc_auc": "higher",
        **LABELS_AS_CLASSES,
        "brier_score": "lower",
        "log_loss": "lower",
        "mean_prediction": "neither",
        "base_rate": "neither",
        "bias": "neither",
    },
    "multiclass_classification": LABELS_AS_CLASSES,
    "regression": {
        "mae": "lower",
        "rmse": "lower",
        "r2": "higher",
        "mape": "lower",
        "mean_prediction": "neither",
        "mean_actual": "neither",
        "bias": "neither",
    },
}
