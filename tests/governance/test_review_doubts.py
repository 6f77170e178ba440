"""What is uncertain where there is no threshold: near classes, classes often wrong, numbers with large errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.explanations.sandbox.model_worker import ModelWorker
from dashboard.governance.feedback.doubts import doubts_of
from dashboard.governance.feedback.handed_out import HANDED_OUT, handed_out
from dashboard.governance.feedback.judged_rows import key_of
from dashboard.profiles.candidates import Draw, draw_candidates
from dashboard.store.artifacts import keep_artifact
from dashboard.store.engine.database import open_store
from dashboard.store.log.ingest import ingest_predictions
from dashboard.store.statements import list_statements
from tests.explanations.material import KINDS, boosted, card, cases, logistic, stored_model
from tests.governance.feedback_world import BY_HAND, CARD, Experts, opened_with

ROWS = 1_200
_METRICS = next(line for line in CARD.splitlines() if line.startswith("business: "))
NUMBERS = CARD.replace("binary_classification", "regression").replace("  threshold: 0.37\n", "").replace(_METRICS, "")
CLASSES = NUMBERS.replace("regression", "multiclass_classification")


def numbers() -> pd.DataFrame:
    """Predictions from 0 to 100 that are far off between 40 and 60 only."""
    rng = np.random.default_rng(3)
    predicted = rng.uniform(0, 100, ROWS)
    off = np.where((predicted > 40) & (predicted < 60), 30.0, 1.0)
    return _logged(predicted, predicted + off * rng.normal(size=ROWS))


def classes() -> pd.DataFrame:
    """Three classes, of which blue is wrong in half of its predictions and the others next to never."""
    rng = np.random.default_rng(3)
    predicted = rng.choice(["red", "green", "blue"], ROWS, p=[0.5, 0.3, 0.2])
    wrong = rng.random(ROWS) < np.where(predicted == "blue", 0.5, 0.02)
    return _logged(predicted, np.where(wrong, "red", predicted))


def _logged(predicted: np.ndarray, actual: np.ndarray) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "id": [f"c-{number}" for number in range(ROWS)],
            "decided": pd.date_range("2024-01-01", periods=ROWS, freq="3h", tz="UTC"),
            "model_version": "1",
            "p": predicted,
            "fraud": actual,
            "customer": rng.integers(0, 300, ROWS),
            "amount": rng.normal(size=ROWS),
            "age": rng.normal(size=ROWS),
            "constant": 7.0,
            "region": "north",
            "channel": "web",
        }
    )


def uncertain(experts: Experts) -> list[float | str]:
    """The scores of the cases that are handed out for it."""
    run_action(experts.store, "monitor", Models(models=("claims",)), BY_HAND)
    experts.act("eva", "start_review", cases=50)
    found = [one.case for one in handed_out(list_statements(experts.store, [HANDED_OUT], "claims"))]
    assert Counter(case.why for case in found)["uncertain"] == 10
    return [case.score for case in found if case.why == "uncertain"]


def test_numbers_are_uncertain_where_errors_were_large(tmp_path: Path):
    with opened_with(tmp_path, NUMBERS, numbers()) as experts:
        scores = [float(score) for score in uncertain(experts)]
    assert all(38 < score < 62 for score in scores), scores


def test_of_classes_without_a_model_file_the_one_that_was_wrong_most_often_is_uncertain(tmp_path: Path):
    with opened_with(tmp_path, CLASSES, classes()) as experts:
        assert set(uncertain(experts)) == {"blue"}


def test_without_outcomes_nothing_is_uncertain_and_the_rest_is_random(tmp_path: Path):
    with opened_with(tmp_path, NUMBERS, numbers().drop(columns="fraud")) as experts:
        run_action(experts.store, "monitor", Models(models=("claims",)), BY_HAND)
        experts.act("eva", "start_review", cases=20)
        found = [one.case.why for one in handed_out(list_statements(experts.store, [HANDED_OUT], "claims"))]
    assert len(found) == 20
    assert "uncertain" not in found


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelWorker]:
    with ModelWorker() as running:
        monkeypatch.setattr("dashboard.explanations.cases.explaining.warm_worker", lambda: running)
        yield running


def test_of_classes_the_margin_of_the_model_file_counts(tmp_path: Path, worker: ModelWorker):
    known, new = cases(), cases(300, seed=2)
    kind = pd.cut(known["amount"], 3, labels=["low", "middle", "high"]).astype(str)
    model = boosted(logistic().set_params(solver="lbfgs", max_iter=5_000)).fit(known[list(KINDS)], kind)
    path, digest = stored_model(model, tmp_path)
    plain = card(artifact=path.name, artifact_sha256=digest)
    described = plain.model_copy(update={"task": "multiclass_classification"})
    said = model.predict(new[list(KINDS)])
    said[7] = next(name for name in model.classes_ if name != said[7])
    rows = new[list(KINDS)].assign(
        id=[f"p{row}" for row in range(len(new))],
        at=pd.date_range("2026-01-01", periods=len(new), freq="h", tz="UTC"),
        score=said,
        late=said,
    )
    store = open_store(tmp_path / "home")
    keep_artifact(store.home, path, digest)
    rows.to_parquet(tmp_path / "log.parquet", index=False)
    ingest_predictions(store, described, [tmp_path / "log.parquet"], "tester")
    pool = draw_candidates(store, described, Draw(365, 1_000, [], list(KINDS)), None)
    found = doubts_of(store, described, pool, None)
    store.close()
    best = np.sort(model.predict_proba(new[list(KINDS)]), axis=1)
    expected = {f"p{row}": 1 - (best[row, -1] - best[row, -2]) for row in range(len(new)) if row != 7}
    assert {key[0]: doubt for key, doubt in found.items()} == pytest.approx(expected, abs=1e-9)
    assert set(found) <= {key_of(described, one.prediction, one.version, one.made_at) for one in pool}
