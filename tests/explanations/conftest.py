"""One warm worker for all tests, and trained models."""

from collections.abc import Iterator

import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from dashboard.explanations.sandbox.model_worker import ModelWorker
from dashboard.store.engine.database import Store, open_store
from tests.explanations.material import boosted, trained


@pytest.fixture(scope="session")
def worker() -> Iterator[ModelWorker]:
    with ModelWorker() as running:
        yield running


@pytest.fixture(scope="session")
def boosting():
    return trained(boosted(HistGradientBoostingClassifier(max_iter=40, random_state=0)))


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()
