"""Every connector of the registry reads its golden file and refuses what is none of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.connectors.registry import CONNECTORS
from dashboard.errors import InputRefusedError

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> Path:
    (found,) = [path for path in GOLDEN.iterdir() if path.stem == name]
    return found


@pytest.mark.parametrize("name", sorted(CONNECTORS.all()))
def test_a_connector_reads_its_golden_file_the_same_every_time(name: str) -> None:
    connector = CONNECTORS.get(name)
    assert connector.purpose
    path = golden(name)
    assert path.suffix in connector.endings
    first = connector.read([path])
    assert len(first) > 0
    assert connector.read([path]) == first


@pytest.mark.parametrize("name", sorted(CONNECTORS.all()))
def test_a_connector_names_every_file_that_it_refuses(name: str, tmp_path: Path) -> None:
    wrong = [tmp_path / f"wrong{number}{CONNECTORS.get(name).endings[0]}" for number in (1, 2)]
    for path in wrong:
        path.write_bytes(b"\x00 not of this kind")
    with pytest.raises(InputRefusedError) as refused:
        CONNECTORS.get(name).read([golden(name), *wrong])
    assert {problem.file for problem in refused.value.problems} == {str(path) for path in wrong}


def test_every_golden_file_has_its_connector() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CONNECTORS.all())
