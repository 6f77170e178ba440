"""Rows of frames: what is absent is None, whatever the type of its column."""

from __future__ import annotations

import math
import re

import pandas as pd

from dashboard.views.records import records
from tests.architecture.tree import ROOT, program_files


def test_absent_is_none_in_columns_of_every_type() -> None:
    frame = pd.DataFrame(
        {
            "number": [0.5, math.nan],
            "whole": [1, 2],
            "sure": [True, False],
            "text": ["a", None],
            "mixed": pd.Series([1, math.nan], dtype=object),
            "at": pd.to_datetime(["2024-01-01", None]),
        }
    )
    frame.index = pd.Index([7, 7])
    first, second = records(frame)
    assert first == {
        "number": 0.5, "whole": 1, "sure": True, "text": "a", "mixed": 1, "at": pd.Timestamp("2024-01-01"),
    }  # fmt: skip
    assert second == {"number": None, "whole": 2, "sure": False, "text": None, "mixed": None, "at": None}
    assert (type(second["whole"]), type(second["sure"])) == (int, bool)
    assert records(frame.head(0)) == []


def test_rows_are_made_in_one_place() -> None:
    makes = re.compile(r"to_dict\(\s*(orient=)?[\"']records")
    found = [str(path.relative_to(ROOT)) for path in program_files() if makes.search(path.read_text(encoding="utf-8"))]
    assert found == []
