"""The demo portfolio, built once by the command that a reader of its README would use."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

from dashboard.store.engine.database import Store, open_store
from tests.demo.building import shared_demo, shared_portfolio


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory) -> Path:
    """Cards, artifacts, predictions, people and events of all demo models."""
    return shared_portfolio(tmp_path_factory)


@pytest.fixture(scope="session")
def cards(portfolio) -> dict[str, dict]:
    """The completed cards by model."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in (portfolio / "cards").glob("*.yaml")}


@pytest.fixture(scope="session")
def logs(portfolio, cards) -> dict[str, pd.DataFrame]:
    """The scored rows by model, with `score`, `actual`, the prediction's `day` in the model's zone, and `reference`.

    Of what several versions scored, the rows of the first one, and what only a later one scored.
    """
    found = {}
    for model, card in cards.items():
        data = card["data"]
        log = pd.read_parquet(portfolio / "predictions" / f"{model}.parquet")
        if "model_version" in log:
            log = log.sort_values([data["predicted_at"], "model_version"], kind="stable")
            log = log.drop_duplicates(data["prediction_id"]).reset_index(drop=True)
        local = log[data["predicted_at"]].dt.tz_convert(card.get("time_zone", "UTC"))
        day = local.dt.date
        reference = (day >= data["reference"]["from"]) & (day <= data["reference"]["to"])
        found[model] = log.assign(
            score=log[data["score"]], actual=log[data["actual"]], day=local.dt.strftime("%Y-%m-%d"), reference=reference
        )
    return found


@pytest.fixture(scope="module")
def store(demo_home: Path) -> Iterator[Store]:
    """The demo's home, opened."""
    opened = open_store(demo_home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory) -> Path:
    """A home directory with the demo in it."""
    return shutil.copytree(shared_demo(tmp_path_factory), tmp_path_factory.mktemp("demo") / "home")
