"""A home with one monitored model, made by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.cli.command_line import main
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "claims.yaml").write_text(BINARY_CARD, encoding="utf-8")
    rows = write_rows(claims(number=1200).frame, folder / "claims.parquet")
    for words in (["register", folder / "claims.yaml"], ["ingest", "predictions", "claims", rows], ["monitor"]):
        assert main([*(str(word) for word in words), "--home", str(folder / "home")]) == 0
    return folder / "home"
