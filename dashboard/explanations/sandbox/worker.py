"""The process that loads model files, scores and explains; started by `ModelWorker`, never by hand."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from dashboard.explanations.importance.sampling import SCORE
from dashboard.explanations.importance.shares import importance_shares
from dashboard.explanations.reading.loading import load_model, tried
from dashboard.explanations.sandbox.loaded import LoadedModels, SampleNeededError, rows_of
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.processes.child import Message, Tell, serve
from dashboard.processes.limits import Limits

_models = LoadedModels()


def warm_up() -> None:
    """Import what takes seconds, once for all requests."""
    for name in ("pandas", "pyarrow.parquet", "skops.io", "sklearn.ensemble", "sklearn.pipeline"):
        import_module(name)


def importance(request: Message) -> Message:
    """Importance of one model file on one sample."""
    import pandas as pd

    features: dict[str, str] = request["features"]
    sample = pd.read_parquet(request["sample"])
    model = load_model(Path(request["artifact"]), request["sha256"], features)
    model, frame, difference = tried(model, sample, sample[SCORE], features)
    found = importance_shares(model, frame, list(features))
    return {
        "shares": found.shares,
        "low": {name: None if ends is None else ends[0] for name, ends in found.intervals.items()},
        "high": {name: None if ends is None else ends[1] for name, ends in found.intervals.items()},
        "method": found.method,
        "rows": found.rows,
        "additivity_error": found.additivity_error,
        "score_difference": difference,
    }


def explain(request: Message) -> Message:
    """The contributions to each row's score."""
    loaded = _models.get_explainable(request)
    rows = loaded.explain(rows_of(request["rows"], loaded.features))
    assert loaded.readable is not None
    return {"scale": loaded.readable.scale, "rows": rows}


def score(request: Message) -> Message:
    """The score of each row."""
    loaded = _models.get(request)
    scores, probabilities = loaded.scores(rows_of(request["rows"], loaded.features))
    shown = None if probabilities is None else probabilities.tolist()
    return {"scores": scores, "probabilities": shown, "classes": loaded.classes}


def interactions(request: Message) -> Message:
    """How strongly pairs of features act together."""
    loaded = _models.get_explainable(request)
    return {"pairs": loaded.interactions(rows_of(request["rows"], loaded.features))}


WORK: dict[str, Callable[[Message], Message]] = {
    "start": lambda _: {"started": True},
    "importance": importance,
    "explain": explain,
    "score": score,
    "interactions": interactions,
}


def answer(request: Message, _: Tell) -> Message:
    """What a request of `ModelWorker` asks for, why there is none, or how many rows of the log are needed first."""
    try:
        return WORK[request["do"]](request)
    except SampleNeededError as needed:
        return {"needs": needed.rows}
    except ModelRefusedError as refused:
        return {"refused": str(refused)}
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - a loaded model may fail in any way when it is used
        return {"refused": f"the model fails on rows of its log: {type(fault).__name__}: {str(fault)[:200]}"}


if __name__ == "__main__":
    serve(warm_up, answer, Limits())
