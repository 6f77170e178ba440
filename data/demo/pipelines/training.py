"""What all demo models share: which rows train, which rows are scored, and what of it is recorded.

The model card says which columns are features, target, cluster and reference, so that a pipeline and its card cannot
disagree. Rows of the reference are split by cluster (day, customer, crash): 70 % of the clusters train, the other 30 %
are scored into the prediction log together with everything after the reference. Splitting by row would flatter the
reference, because rows of one cluster resemble each other, and every model would seem to decline in its first month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from dashboard.explanations.importance.shares import row_amounts
from dashboard.explanations.reading.readable import read_model

Card = dict[str, Any]

SEED = 0
SCORED_SHARE = 0.3
TREES = 150
LEAVES = 20
# The column of a log that tells which version scored a row, where a card has several.
VERSION = "model_version"
EXPLAINED_ROWS = 500
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Scored:
    """A trained version, its log (one row per prediction) and how many rows it has learned from."""

    model: Pipeline
    log: pd.DataFrame
    trained_rows: int


def train_and_score(frame: pd.DataFrame, card: Card) -> list[Scored]:
    """Train the versions of a card, in their order, and let each score the rows of its time.

    The first one learns from 70 % of the reference's clusters and scores the others, and what came until it stopped;
    a later one learns from all whose outcome was known when it was trained, and scores from its first deployment on.
    `frame` holds the columns that the card names except the score, and whatever else the log should keep.
    """
    data = card["data"]
    reference = frame[in_reference(frame, card)]
    drawn = pd.Series(False, index=frame.index)
    drawn[reference.index[_training_rows(reference[data["cluster"]])]] = True
    first, *later = card["versions"]
    known_at = frame[data["known_at"]]
    return [
        _version(frame, card, drawn, ~drawn & _deployed(frame, card, first, since_ever=True)),
        *(
            _version(frame, card, known_at <= pd.Timestamp(version["trained_at"]), _deployed(frame, card, version))
            for version in later
        ),
    ]


def _version(frame: pd.DataFrame, card: Card, learns: pd.Series, asked: pd.Series) -> Scored:
    """A version that learned from the labelled ones of some rows, with the log of those that it is asked about."""
    data = card["data"]
    features = list(data["features"])
    learned = frame[learns & frame[data["actual"]].notna()]
    model = new_model(card)
    model.fit(learned[features], learned[data["actual"]])
    log = frame[asked].sort_values(data["predicted_at"], kind="stable", ignore_index=True)
    log[data["score"]] = scores(model, log[features])
    return Scored(model, log, len(learned))


def _deployed(frame: pd.DataFrame, card: Card, version: Card, *, since_ever: bool = False) -> pd.Series:
    """Which rows fall on the days on which a version runs somewhere, from its first to its last one."""
    spans = version["deployments"]
    local = days(frame, card)
    begun = pd.Series(True, index=frame.index) if since_ever else local >= min(span["from"] for span in spans)
    ends = [span.get("to") for span in spans]
    return begun if None in ends else begun & (local <= max(ends))


def joined(trained: Sequence[Scored], card: Card) -> pd.DataFrame:
    """The logs of all versions in the order of `predicted_at`; with several, a column tells whose a row is."""
    if len(trained) == 1:
        return trained[0].log
    names = [version["version"] for version in card["versions"]]
    parts = [scored.log.assign(**{VERSION: name}) for name, scored in zip(names, trained, strict=True)]
    return pd.concat(parts).sort_values(card["data"]["predicted_at"], kind="stable", ignore_index=True)


def in_charge(log: pd.DataFrame, card: Card) -> pd.DataFrame:
    """Of the cases that several versions scored, the score of the one in production then: each case once."""
    if VERSION not in log:
        return log
    spans = [
        (version["version"], span["from"])
        for version in card["versions"][1:]
        for span in version["deployments"]
        if span["environment_name"] == "production"
    ]
    local = days(log, card)
    there = pd.Series(card["versions"][0]["version"], index=log.index)
    for version, begin in sorted(spans, key=lambda span: span[1]):
        there[local >= begin] = version
    return log[log[VERSION] == there].reset_index(drop=True)


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
    local = days(frame, card)
    return (local >= reference["from"]) & (local <= reference["to"])


def days(frame: pd.DataFrame, card: Card) -> pd.Series:
    """The day of each row in the model's time zone."""
    return frame[card["data"]["predicted_at"]].dt.tz_convert(card.get("time_zone", "UTC")).dt.date


def importance(scored: Scored, card: Card) -> dict[str, float]:
    """Share of each feature in the mean absolute Shapley value on rows of the reference; sums to 1, largest first.

    Of a version that scored none of them, on all rows that it scored.

    Source: Lundberg and Lee (2017). Raises ValueError if base value and contributions do not add up to the raw score.
    """
    unseen = scored.log[in_reference(scored.log, card)]
    if unseen.empty:
        unseen = scored.log
    rows = unseen.iloc[np.linspace(0, len(unseen) - 1, EXPLAINED_ROWS).astype(int)][list(card["data"]["features"])]
    model = read_model(scored.model, list(rows.columns))
    model.check(rows)
    by_row, error = row_amounts(model, rows)
    if error > TOLERANCE:
        raise ValueError(f"Shapley values of {card['id']} do not add up to the model's score")
    amounts = by_row.mean(axis=0)
    named = zip(rows.columns, amounts / amounts.sum(), strict=True)
    return {name: round(float(share), 6) for name, share in sorted(named, key=lambda item: (-item[1], item[0]))}


def _training_rows(clusters: pd.Series) -> np.ndarray:
    split = GroupShuffleSplit(n_splits=1, test_size=SCORED_SHARE, random_state=SEED)
    return next(split.split(clusters, groups=clusters))[0]
