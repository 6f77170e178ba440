"""Makes the golden files: models as XGBoost 3.2.0 and LightGBM 4.7.0 store them, with what these libraries say of rows.

Run by hand where both are installed: `pip install xgboost-cpu==3.2.0 lightgbm==4.7.0`, then
`python -m tests.explanations.golden.make_golden`. Neither is a requirement of the tests: on some systems XGBoost brings
CUDA, and LightGBM wants a library of the system.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.explanations.material import KINDS, cases

FOLDER = Path(__file__).parent
CODES = {"country": ["CH", "DE", "FR"], "grade": ["1", "2", "3"]}
ROWS = 40


def table(rows: int, seed: int) -> pd.DataFrame:
    """Cases with missing ages and noise that is often exactly 0."""
    frame = cases(rows, seed)
    frame["band"] = np.digitize(frame["amount"], [-50, 50])
    frame["number"] = np.random.default_rng(seed).poisson(np.exp(frame["age"] / 40))
    frame.loc[::7, "age"] = np.nan
    frame.loc[::3, "noise"] = 0.0
    return frame


def inputs(frame: pd.DataFrame) -> pd.DataFrame:
    """The features, categories as pandas has them."""
    return frame[list(KINDS)].astype({name: pd.CategoricalDtype(known) for name, known in CODES.items()})


def scores(model: Any, rows: pd.DataFrame) -> list[Any]:
    """The scores as a log would have them."""
    if not hasattr(model, "predict_proba"):
        return model.predict(rows).astype(float).tolist()
    found = model.predict_proba(rows)
    return found[:, 1].tolist() if found.shape[1] == 2 else [str(place) for place in found.argmax(axis=1)]


def main() -> None:
    """Write the model files, and what is expected of them."""
    import lightgbm
    import xgboost

    learnt, asked = table(500, 11), table(ROWS, 12)
    expected: dict[str, Any] = {}
    few = {"n_estimators": 6, "max_depth": 4}
    of_xgboost = {
        "binary": (xgboost.XGBClassifier, "late", {"max_cat_to_onehot": 1}),
        "one_hot": (xgboost.XGBClassifier, "late", {"max_cat_to_onehot": 10}),
        "multiclass": (xgboost.XGBClassifier, "band", {}),
        "regression": (xgboost.XGBRegressor, "amount", {}),
        "poisson": (xgboost.XGBRegressor, "number", {"objective": "count:poisson"}),
        "dart": (xgboost.XGBClassifier, "late", {"booster": "dart", "rate_drop": 0.5}),
        "stopped": (xgboost.XGBClassifier, "late", {"early_stopping_rounds": 2, "learning_rate": 1.5}),
    }
    for name, (kind, target, options) in of_xgboost.items():
        early = "early_stopping_rounds" in options
        model = kind(enable_categorical=True, **(few | options | ({"n_estimators": 30} if early else {})))
        held_back = table(200, 13)
        watched = {"eval_set": [(inputs(held_back), held_back[target])], "verbose": False} if early else {}
        model.fit(inputs(learnt), learnt[target], **watched)
        rows = xgboost.DMatrix(inputs(asked), enable_categorical=True)
        rounds = (0, model.best_iteration + 1) if early else (0, 0)
        found = model.get_booster().predict(rows, pred_contribs=True, strict_shape=True, iteration_range=rounds)
        for ending in ("json", "ubj"):
            model.save_model(FOLDER / f"xgboost_{name}.{ending}")
            expected[f"xgboost_{name}.{ending}"] = said(found, scores(model, inputs(asked)))
    of_lightgbm = {
        "binary": (lightgbm.LGBMClassifier, "late", {"max_cat_to_onehot": 1, "min_data_per_group": 5, "cat_smooth": 1}),
        "zero": (lightgbm.LGBMClassifier, "late", {"zero_as_missing": True}),
        "multiclass": (lightgbm.LGBMClassifier, "band", {}),
        "one_vs_all": (lightgbm.LGBMClassifier, "band", {"objective": "multiclassova"}),
        "regression": (lightgbm.LGBMRegressor, "amount", {}),
        "poisson": (lightgbm.LGBMRegressor, "number", {"objective": "poisson"}),
    }
    for name, (kind, target, options) in of_lightgbm.items():
        model = kind(verbose=-1, num_leaves=8, n_estimators=6, **options).fit(inputs(learnt), learnt[target])
        model.booster_.save_model(FOLDER / f"lightgbm_{name}.txt")
        outputs = 3 if target == "band" else 1
        found = model.predict(inputs(asked), pred_contrib=True).reshape(ROWS, outputs, -1)
        expected[f"lightgbm_{name}.txt"] = said(found, scores(model, inputs(asked)))
    rows = asked[list(KINDS)].astype(object).where(asked[list(KINDS)].notna(), None).to_dict("list")
    text = json.dumps({"rows": rows, "models": expected})
    (FOLDER / "expected.json").write_text(text, encoding="utf-8")


def said(found: np.ndarray, given: list[Any]) -> dict[str, Any]:
    """Contributions (rows x outputs x features), base by output, and scores, with the digits that matter."""
    whole = np.asarray(found, dtype=np.float64)
    return {
        "contributions": np.round(whole[:, :, :-1], 9).tolist(),
        "base": np.round(whole[0, :, -1], 9).tolist(),
        "scores": given,
    }


if __name__ == "__main__":
    main()
