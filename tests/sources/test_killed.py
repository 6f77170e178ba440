"""A program that is killed while it reads sources: whatever the moment, nothing is lost and nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from dashboard.schema.config.sources import SETTING
from dashboard.store.engine.database import open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.sources.conftest import BY_HAND, CARD, scored

FILES, EACH = 8, 25


def command(home: Path, *words: str, **settings: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--home", str(home), *words],
        env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.campaign)])
def test_after_kills_everything_was_taken_once(tmp_path: Path, kills: int):
    home, file, given = tmp_path / "home", tmp_path / "sources.yaml", tmp_path / "given"
    given.mkdir()
    source = {"name": "days", "kind": "files", "path": f"{given}/*.csv", "gives": "predictions", "model": "claims"}
    file.write_text(yaml.safe_dump({"sources": [source]}), "utf-8")
    (tmp_path / "card.yaml").write_text(CARD, "utf-8")
    assert command(home, "register", str(tmp_path / "card.yaml")).wait() == 0
    chance = random.Random(kills)
    for number in range(kills):
        for place in range(number * FILES // kills, (number + 1) * FILES // kills):
            scored(place * EACH, EACH).to_csv(given / f"{place}.csv", index=False)
        running = command(home, "pull", **{SETTING: str(file)})
        time.sleep(chance.uniform(0.5, 4))
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert command(home, "pull", **{SETTING: str(file)}).wait() == 0
    assert command(home, "verify").wait() == 0
    store = open_store(home)
    found = run_view(store, "files", Query(model="claims"), BY_HAND)
    assert found["predictions"].sum() == found["labels"].sum() == FILES * EACH
    store.close()
