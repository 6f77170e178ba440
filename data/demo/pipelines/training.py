"""What all demo models share: which rows train, which rows are scored, and what of it is recorded.

The model card says which columns are features, target, cluster and reference, so that a pipeline and its card cannot
disagree. Rows of the reference are split by cluster (day, customer, crash): 70 % of the clusters train, the other 30 %
are scored into the prediction log together with everything after the reference. Splitting by row would flatter the
reference, because rows of one cluster resemble each other, and every model would seem to decline in its first month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from dashboard.explanations.importance.shares import mean_amounts
from dashboard.explanations.reading.readable import read_model

Card = dict[str, Any]

SEED = 0
SCORED_SHARE = 0.3
TREES = 150
LEAVES = 20
EXPLAINED_ROWS = 500
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Scored:
    """A trained pipeline, its log (one row per prediction) and how many rows it has learned from."""

    model: Pipeline
    log: pd.DataFrame
    trained_rows: int


def train_and_score(frame: pd.DataFrame, card: Card) -> Scored:
    """Train on 70 % of the reference's clusters and score all other rows, in the order of `predicted_at`.

    `frame` holds the columns that the card names except the score, and whatever else the log should keep.
    """
    data = card["data"]
    features = list(data["features"])
    reference = frame[in_reference(frame, card)]
    trains = pd.Series(False, index=frame.index)
    trains[reference.index[_training_rows(reference[data["cluster"]])]] = True
    learned = frame[trains & frame[data["actual"]].notna()]
    model = new_model(card)
    model.fit(learned[features], learned[data["actual"]])
    log = frame[~trains].sort_values(data["predicted_at"], kind="stable", ignore_index=True)
    log[data["score"]] = scores(model, log[features])
    return Scored(model, log, len(learned))


def new_model(card: Card) -> Pipeline:
    """An untrained pipeline: categories as ordinal codes, numbers as they are, gradient boosting.

    Categories are encoded in front of the model: with its own `categorical_features` SHAP values would be wrong.
    """
    kinds = {name: feature["kind"] for name, feature in card["data"]["features"].items()}
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan)
    prepare = ColumnTransformer(
        [
            ("categories", encoder, [name for name, kind in kinds.items() if kind == "categorical"]),
            ("numbers", "passthrough", [name for name, kind in kinds.items() if kind == "numeric"]),
        ],
        verbose_feature_names_out=False,
    )
    kind = HistGradientBoostingRegressor if card["task"] == "regression" else HistGradientBoostingClassifier
    boosting = kind(max_iter=TREES, max_leaf_nodes=LEAVES, early_stopping=False, random_state=SEED)
    return Pipeline([("prepare", prepare), ("model", boosting)])


def scores(model: Pipeline, features: pd.DataFrame) -> np.ndarray:
    """The probability of the positive class, or the predicted number."""
    if hasattr(model, "predict_proba"):
        return model.predict_proba(features)[:, 1]
    return model.predict(features)


def in_reference(frame: pd.DataFrame, card: Card) -> pd.Series:
    """Which rows fall on the reference's days, both inclusive, in the model's time zone."""
    reference = card["data"]["reference"]
    local = frame[card["data"]["predicted_at"]].dt.tz_convert(card.get("time_zone", "UTC")).dt.date
    return (local >= reference["from"]) & (local <= reference["to"])


def importance(scored: Scored, card: Card) -> dict[str, float]:
    """Share of each feature in the mean absolute Shapley value on rows of the reference; sums to 1, largest first.

    Source: Lundberg and Lee (2017). Raises ValueError if base value and contributions do not add up to the raw score.
    """
    unseen = scored.log[in_reference(scored.log, card)]
    rows = unseen.iloc[np.linspace(0, len(unseen) - 1, EXPLAINED_ROWS).astype(int)][list(card["data"]["features"])]
    model = read_model(scored.model, list(rows.columns))
    model.check(rows)
    amounts, error = mean_amounts(model, rows)
    if error > TOLERANCE:
        raise ValueError(f"Shapley values of {card['id']} do not add up to the model's score")
    named = zip(rows.columns, amounts / amounts.sum(), strict=True)
    return {name: round(float(share), 6) for name, share in sorted(named, key=lambda item: (-item[1], item[0]))}


def _training_rows(clusters: pd.Series) -> np.ndarray:
    split = GroupShuffleSplit(n_splits=1, test_size=SCORED_SHARE, random_state=SEED)
    return next(split.split(clusters, groups=clusters))[0]
