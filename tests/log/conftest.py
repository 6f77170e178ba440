"""A store, cards and small prediction files for the tests of the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store, open_store

MakeCard = Callable[..., ModelCard]
Write = Callable[[str, str], Path]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def make_card() -> MakeCard:
    """A card for columns id, at, score, late and the features hour (numeric) and carrier (categorical)."""

    def make(
        task: str = "binary_classification", time_zone: str = "UTC", versions: tuple[str, ...] = ("1",), **data: Any
    ) -> ModelCard:
        columns = {
            "prediction_id": "id",
            "predicted_at": "at",
            "score": "score",
            "actual": "late",
            "features": {"hour": {"kind": "numeric"}, "carrier": {"kind": "categorical"}},
        }
        return ModelCard.model_validate(
            {
                "id": "flights",
                "name": "Flights",
                "task": task,
                "time_zone": time_zone,
                "versions": [{"version": version} for version in versions],
                "data": {**columns, **data},
            }
        )

    return make


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text as a file with this name and return its path."""

    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return make


def everything(store: Store) -> tuple[list[tuple[Any, ...]], dict[str, bytes | None]]:
    """All that the log is: the rows of log_files, and everything below `log/`, files with their bytes."""
    with store.cursor() as cursor:
        listed = cursor.execute("SELECT * FROM log_files ORDER BY fact_id").fetchall()
    log = store.home / "log"
    files = {str(path.relative_to(log)): path.read_bytes() if path.is_file() else None for path in log.rglob("*")}
    return listed, files


def told(fault: InputRefusedError) -> list[str]:
    """The lines of a refusal with the folders of its files left out."""
    return [re.sub(r"/\S*/", "", line) for line in fault.lines()]
