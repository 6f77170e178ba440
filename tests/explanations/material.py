"""A small table of cases, models trained on it, and a store with a log of what one of them said."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.explanations.sandbox.model_worker import Request
from dashboard.schema.card.card import ModelCard
from dashboard.store.artifacts import keep_artifact
from dashboard.store.engine.database import Store
from dashboard.store.log.ingest import ingest_predictions

KINDS = {"age": "numeric", "income": "numeric", "noise": "numeric", "country": "categorical", "grade": "categorical"}
NUMERIC = [name for name, kind in KINDS.items() if kind == "numeric"]
CATEGORICAL = [name for name, kind in KINDS.items() if kind == "categorical"]


def cases(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Features, a yes-or-no outcome and a number, both depending on age, income and country, not on noise."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.uniform(18, 80, rows),
            "income": random.lognormal(3, 0.5, rows),
            "noise": random.normal(size=rows),
            "country": random.choice(["CH", "DE", "FR"], rows, p=[0.5, 0.3, 0.2]),
            "grade": random.choice(["1", "2", "3"], rows),
        }
    )
    signal = (frame["age"] - 49) / 18 + 1.5 * (frame["country"] == "CH") - frame["income"] / 40
    frame["late"] = (signal + random.normal(size=rows) > 0).astype(float)
    frame["amount"] = 100 * signal + random.normal(size=rows)
    return frame


def boosted(estimator: Any, encoder: Any = None) -> Pipeline:
    """An untrained pipeline: categories as ordinal codes (or by `encoder`), numbers as they are, then the estimator."""
    encoder = encoder or OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    prepare = ColumnTransformer([("categories", encoder, CATEGORICAL), ("numbers", "passthrough", NUMERIC)])
    return Pipeline([("prepare", prepare), ("model", estimator)])


def one_hot() -> OneHotEncoder:
    """One column per category."""
    return OneHotEncoder(handle_unknown="ignore")


def logistic() -> LogisticRegression:
    """An untrained logistic regression; its solver converges in few steps on any processor and scale of columns."""
    return LogisticRegression(solver="newton-cholesky")


def trained(pipeline: Any, target: str = "late", features: list[str] | None = None) -> Any:
    """The model after learning `target` from the cases."""
    frame = cases()
    return pipeline.fit(frame[features or list(KINDS)], frame[target])


def stored_model(model: Any, directory: Path) -> tuple[Path, str]:
    """The model as a skops file, and its hash."""
    path = directory / "model.skops"
    skops.io.dump(model, path)
    return path, sha256(path)


def sha256(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def request(path: Path, digest: str, scores: np.ndarray, features: dict[str, str] | None = None) -> Request:
    """A request to explain a model file on 200 new cases that have these scores."""
    sample = path.parent / "sample.parquet"
    new_cases().assign(_score=scores).to_parquet(sample)
    return Request(path, digest, sample, features or KINDS)


def new_cases() -> pd.DataFrame:
    """200 cases that no model has seen: features only."""
    return cases(200, seed=1)[list(KINDS)]


def card(**version: Any) -> ModelCard:
    """A card for the cases, with one version described by `version`."""
    return ModelCard.model_validate(
        {
            "id": "lateness",
            "name": {"en": "Lateness", "de": "Verspätung"},
            "task": "binary_classification",
            "time_zone": "Europe/Zurich",
            "versions": [{"version": "1", **version}],
            "data": {
                "prediction_id": "id",
                "predicted_at": "at",
                "score": "score",
                "actual": "late",
                "features": {
                    name: {"kind": kind, "label": {"en": f"The {name}", "de": f"Merkmal {name}"}}
                    for name, kind in KINDS.items()
                },
                "reference": {"from": "2026-01-01", "to": "2026-01-10"},
            },
        }
    )


def scored(model: Any, rows: int = 400) -> pd.DataFrame:
    """A log of one prediction an hour from 1 January 2026, as a file that can be taken in."""
    frame = cases(rows, seed=2)
    at = pd.date_range("2026-01-01", periods=rows, freq="h", tz="UTC")
    score = model.predict_proba(frame[list(KINDS)])[:, 1]
    found = frame[list(KINDS)].assign(id=[f"p{row}" for row in range(rows)], at=at, score=score, late=frame["late"])
    return found.assign(at=at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def known(store: Store, model: Any, directory: Path, rows: pd.DataFrame | None = None, **version: Any) -> ModelCard:
    """A registered version with its model file kept and its log."""
    path, digest = stored_model(model, directory)
    keep_artifact(store.home, path, digest)
    described = card(**({"artifact": "model.skops", "artifact_sha256": digest} | version))
    described_file = directory / "card.yaml"
    described_file.write_text(described.model_dump_json(by_alias=True, exclude_none=True), encoding="utf-8")
    run_action(store, "register", Files(files=(described_file,)), operator("test"))
    log = directory / "log.csv"
    (scored(model) if rows is None else rows).to_csv(log, index=False)
    ingest_predictions(store, described, [log], "tester")
    return described
