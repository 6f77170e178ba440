"""Whatever is wrong with a file of OpenLineage events is told by its line, its event or its field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.connectors.incoming.open_lineage import read_lineage
from dashboard.errors import InputRefusedError, Problem
from tests.examples import RUN

TEXT = json.dumps(RUN, indent=1)


def problem_of(folder: Path, content: bytes) -> Problem:
    path = folder / "runs.json"
    path.write_bytes(content)
    with pytest.raises(InputRefusedError) as refused:
        read_lineage([path])
    (problem,) = refused.value.problems
    assert problem.file == str(path)
    return problem


@pytest.mark.parametrize("before", ["", "\n\n"])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TEXT.replace('"nightly"', '"night\tly"'), 8),
        (TEXT.replace('"producer"', "producer"), 11),
        (TEXT[:-2], 12),
        (f"[{TEXT},\n{TEXT},]", 26),
    ],
)
def test_a_fault_of_a_document_names_its_line(tmp_path: Path, before: str, text: str, line: int) -> None:
    problem = problem_of(tmp_path, (before + text).encode())
    assert problem.row == before.count("\n") + line
    assert problem.message.startswith("not valid JSON")
    assert "one object a line" not in problem.message


def test_bytes_that_are_no_text_name_their_line(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, TEXT.encode().replace(b"nightly", b"night\xffly"))
    assert problem.row == 8
    assert "0xff" in problem.message


def test_a_line_of_json_lines_is_told_by_its_row(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, f"{json.dumps(RUN)}\n\n{json.dumps(RUN)[:-1]},\n".encode())
    assert problem.row == 3
    assert "one object a line" in problem.message


def test_a_number_beyond_json_names_its_field(tmp_path: Path) -> None:
    facets = {"facets": {"x": {"sizes": [1, 2, "HUGE"]}}}
    text = json.dumps({**RUN, "run": {**RUN["run"], **facets}}).replace('"HUGE"', "1e999")
    assert problem_of(tmp_path, text.encode()).field == "run.facets.x.sizes[2]"
    in_list = problem_of(tmp_path, f"[{json.dumps(RUN)}, {text}]".encode())
    assert in_list.field == "[1].run.facets.x.sizes[2]"
