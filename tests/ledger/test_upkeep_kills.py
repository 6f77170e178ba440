"""Kill -9 in the middle of migration, backup, rebuild, restore and ingest: the home opens, or says how to go on.

A few kills of each; `make campaign` makes many (test_upkeep_kill_campaign.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.killing import WORKS, Given, Nursery, given_in, kills_of

FEW = 2


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    return given_in(tmp_path_factory.mktemp("killed"))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.mark.parametrize("work", WORKS)
def test_a_few_kills_leave_a_home_that_goes_on(given: Given, nursery: Nursery, tmp_path: Path, work: str) -> None:
    kills = kills_of(given, nursery, work, tmp_path, FEW)
    assert kills.found.total() >= FEW
