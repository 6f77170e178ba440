"""Any model file of an allowed format as a model that scores and can be read; in a confined child process only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.explanations.importance.tree_nodes import check_trees
from dashboard.explanations.reading.lightgbm_file import read_lightgbm
from dashboard.explanations.reading.native import NativeClassifier, NativeModel
from dashboard.explanations.reading.scores import Features, as_trained, inputs
from dashboard.explanations.reading.xgboost_file import read_xgboost
from dashboard.explanations.sandbox.model_file import (
    ModelRefusedError,
    check_format,
    check_hash,
    format_of,
    load_skops,
)

# Of a file that no library vouches for: the largest mean difference from the logged scores, in their spread (at least
# 1, of classes the share).
SAME_SCORES = 0.02


def load_model(path: Path, sha256: str, features: Features) -> Any:
    """The model in a file that has this hash: of scikit-learn, or read from XGBoost's or LightGBM's own format.

    Raises ModelRefusedError for another hash or format, for what may not be loaded, and for what is damaged.
    """
    check_format(path)
    if (form := format_of(path)) == "skops":
        model = load_skops(path, sha256)
        check_trees(model)
        return model
    check_hash(path, sha256)
    content = path.read_bytes()
    found = read_lightgbm(content) if form == "lightgbm" else read_xgboost(content, binary=form == "xgboost_ubjson")
    return found.named_for(list(features))


def tried(model: Any, sample: pd.DataFrame, logged: pd.Series, features: Features) -> tuple[Any, pd.DataFrame, float]:
    """The model as its log shows it, the sample as it takes it, and how far its scores are from the logged ones.

    Of several readings of a file the one that gives the logged scores is taken. Raises ModelRefusedError when none of
    a file that its own library did not read does.
    """
    if sample.empty:
        return model, inputs(model, sample, features), 0.0
    if not isinstance(model, NativeModel):
        return model, *as_trained(model, inputs(model, sample, features), logged)
    named = model.with_classes(logged) if isinstance(model, NativeClassifier) else model
    readings = [named, *named.alternatives]
    found = [(one, *as_trained(one, inputs(one, sample, features), logged)) for one in readings]
    best = min(found, key=lambda one: one[2])
    spread = 1.0 if logged.dtype.kind != "f" or len(logged) < 2 else max(1e-9, float(logged.std()))
    if best[2] > SAME_SCORES * min(1.0, spread):
        raise ModelRefusedError(
            f"the model file gives other scores than the log; the mean difference is {best[2]:.3g}; it may be the file "
            "of another version"
        )
    return best
