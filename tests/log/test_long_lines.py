"""No line is longer than a row may be, in any text format, before a reader of rows sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from dashboard.errors import InputRefusedError
from dashboard.store.engine.database import Store
from dashboard.store.log import copies, json_tables
from dashboard.store.log.copies import LineCount
from dashboard.store.log.ingest import ingest_predictions
from tests.log.conftest import MakeCard, Write

HEADER = "id,at,score,late,hour,carrier"
ROW = {"id": "1", "at": "2013-04-01", "score": 0.5, "late": 0, "hour": 3, "carrier": "AA"}
LONG = 2**20 + 1
MANY = "a\n" * LONG


def long_starts(text: bytes, longest: int) -> tuple[int | None, int | None]:
    """Where the first too long line and record begin, found sign by sign."""
    found: dict[str, int | None] = {"line": None, "record": None}
    began = {"line": 0, "record": 0}
    inside = False
    for place, sign in enumerate([*text, None]):
        inside ^= sign == 34
        for kind, known in list(found.items()):
            ends = sign is None or (sign == 10 and (kind == "line" or not inside))
            if ends or place - began[kind] > longest:
                if place - began[kind] > longest and known is None:
                    found[kind] = began[kind]
                if ends:
                    began[kind] = place + 1
    return found["line"], found["record"]


@given(
    text=st.binary(max_size=120).map(lambda text: bytes(b'\n\n"ab\r'[sign % 6] for sign in text)),
    cuts=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    longest=st.integers(1, 12),
)
@settings(max_examples=300, deadline=None)
def test_the_first_long_line_and_record_are_found(text: bytes, cuts: list[int], longest: int) -> None:
    before = copies.LONGEST_LINE
    copies.LONGEST_LINE = longest
    try:
        count, at, turn = LineCount(), 0, 0
        while at < len(text):
            block = text[at : at + cuts[turn % len(cuts)]]
            count.add(block)
            at, turn = at + len(block), turn + 1
    finally:
        copies.LONGEST_LINE = before
    assert (count.long_line, count.long_record) == long_starts(text, longest)


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("a.csv", f"{HEADER}\n1,2013-04-01,0.5,0,3,{'A' * LONG}\n", 2),
        ("a.csv", f"{HEADER}{'x' * LONG}\n1,2013-04-01,0.5,0,3,A\n", 1),
        ("a.csv", f'"{HEADER}\n' + "1,2013-04-01,0.5,0,3,A\n" * 60_000, 1),
        ("a.csv", f'{HEADER}\n1,2013-04-01,0.5,0,3,"{MANY}"\n', 2),
        ("a.csv", "x" * LONG, 1),
        ("a.tsv", f"{HEADER}\n1,2013-04-01,0.5,0,3,A\n".replace(",", "\t") + "A" * LONG, 3),
        ("a.jsonl", json.dumps(ROW) + "\n" + json.dumps(ROW | {"carrier": "A" * LONG}), 2),
        ("a.json", json.dumps([ROW, ROW | {"carrier": "A" * 3 * LONG}]), None),
        ("a.json", json.dumps({"columns": list(ROW), "data": [[*ROW.values(), "A" * 3 * LONG]]}), None),
        ("a.json", '{"columns": ' + "[" * LONG, None),
        ("a.json", '{"a": {"b": "' + "A" * 4 * LONG, 1),
    ],
)
def test_a_row_that_is_too_long_is_refused_by_its_place(
    store: Store, make_card: MakeCard, write: Write, name: str, text: str, row: int | None
) -> None:
    with pytest.raises(InputRefusedError) as refused:
        ingest_predictions(store, make_card(), [write(name, text)], "tester")
    [problem] = refused.value.problems
    assert (Path(problem.file or "").name, problem.row) == (name, row), problem
    assert "1 MB" in problem.message or "nested too deeply" in problem.message
    assert not list((store.home / "log").iterdir())


def test_a_list_of_rows_on_one_long_line_is_no_long_row(store: Store, make_card: MakeCard, write: Write) -> None:
    rows = [ROW | {"id": str(number), "carrier": "A" * 2_000} for number in range(1_200)]
    assert ingest_predictions(store, make_card(), [write("a.json", json.dumps(rows))], "tester").rows_added == 1_200


def test_a_table_by_columns_is_known_however_long_it_is(write: Write) -> None:
    by_columns = {name: {str(row): value for row in range(30_000)} for name, value in ROW.items()}
    assert json_tables.tells_table(write("a.json", json.dumps(by_columns))) == "one table by columns"


@pytest.mark.parametrize("escaped", [True, False])
def test_a_text_where_a_row_belongs_is_refused_whatever_signs_it_has(
    store: Store, make_card: MakeCard, write: Write, escaped: bool
) -> None:
    text = json.dumps(ROW) + "\n" + json.dumps("ä" * 50, ensure_ascii=escaped) + "\n"
    with pytest.raises(InputRefusedError, match=r"a\.jsonl:2: received a text; one JSON object per line is needed"):
        ingest_predictions(store, make_card(), [write("a.jsonl", text)], "tester")
