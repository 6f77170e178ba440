"""The settings of ownership and knowledge: the committed file has the defaults, and faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.config.accountability import Accountability, load_accountability
from dashboard.schema.reading.documents import read_documents
from tests.architecture.tree import ROOT


def test_the_committed_file_has_the_defaults() -> None:
    assert load_accountability() == Accountability()
    (document,) = read_documents([ROOT / "config" / "accountability.yaml"])
    assert document.kind == "accountability"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("ownership: {look_days: 0}", "ownership.look_days"),
        ("knowledge: {most_share: 1.5}", "knowledge.most_share"),
        ("ownership: {look_day: 90}", "ownership.look_day"),
        ("knowledge: {enough_people: many}", "knowledge.enough_people"),
    ],
)
def test_a_fault_names_its_field(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "accountability.yaml"
    path.write_text(text, encoding="utf-8")
    for read in (load_accountability, lambda one: read_documents([one])):
        with pytest.raises(InputRefusedError) as caught:
            read(path)
        assert [problem.field for problem in caught.value.problems] == [field]
