"""The command line on an empty home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.portfolio import CommandLine


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(tmp_path / "home", capsys)
