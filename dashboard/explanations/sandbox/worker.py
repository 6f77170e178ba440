"""The process that loads model files and explains them; started by `importance.ImportanceWorker`, never by hand."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from dashboard.explanations.importance.sampling import SCORE
from dashboard.explanations.importance.scores import as_trained, inputs
from dashboard.explanations.importance.shares import importance_shares
from dashboard.explanations.importance.tree_nodes import check_trees
from dashboard.explanations.sandbox.model_file import ModelRefusedError, load_model
from dashboard.processes.child import Message, Tell, serve
from dashboard.processes.limits import Limits


def warm_up() -> None:
    """Import what takes seconds, once for all requests."""
    for name in ("pandas", "pyarrow.parquet", "shap", "skops.io", "sklearn.ensemble", "sklearn.pipeline"):
        import_module(name)


def answer(request: Message, _: Tell) -> Message:
    """Importance of one model file on one sample, or why there is none; the request is made by `ImportanceWorker`."""
    import pandas as pd

    features: dict[str, str] = request["features"]
    try:
        model = load_model(Path(request["artifact"]), request["sha256"])
        check_trees(model)
        sample = pd.read_parquet(request["sample"])
        frame, difference = as_trained(model, inputs(model, sample, features), sample[SCORE])
        found = importance_shares(model, frame, list(features))
    except ModelRefusedError as refused:
        return {"refused": str(refused)}
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - a loaded model may fail in any way when it is used
        return {"refused": f"the model fails on rows of its log: {type(fault).__name__}: {str(fault)[:200]}"}
    return {
        "shares": found.shares,
        "method": found.method,
        "rows": found.rows,
        "additivity_error": found.additivity_error,
        "score_difference": difference,
    }


if __name__ == "__main__":
    serve(warm_up, answer, Limits())
