"""One value has one text, however it is written and whatever type brings it."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dashboard.errors import InputRefusedError
from dashboard.schema.canonical import SPACES, canonical, canonical_sql, loses_digits, lost_digits_sql
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log.files import LABELS, PREDICTIONS, file_path, list_log_files
from dashboard.store.log.ingest import ingest_actuals, ingest_predictions
from tests.log.conftest import MakeCard, Write, told

SAME = {
    "7": [7, 7.0, Decimal("7.00"), "7", " 7 ", "7.0", "7.000", "\t7\r\n", "\u00a07"],
    "007": ["007", " 007"],
    "0": [0, 0.0, -0.0, "0.0", "-0.0"],
    "1.10": ["1.10"],
    "7.5": [7.5, Decimal("7.50"), "7.5"],
    "-3": [-3, -3.0, "-3.0"],
    "true": [True, "true", "True", " TRUE"],
    "1": [1, "1", "1.0"],
    "12E5": ["12E5"],
    "9007199254740993": [2**53 + 1, Decimal(2**53 + 1), "9007199254740993"],
    "18446744073709551615": [2**64 - 1, "18446744073709551615"],
    "2024-01-01": [date(2024, 1, 1), datetime(2024, 1, 1), "2024-01-01T00:00:00Z", "2024-01-01 00:00:00"],
    "2024-01-01 10:00:00.5": [datetime(2024, 1, 1, 10, 0, 0, 500000), "2024-01-01 10:00:00.500 UTC"],
    "NA": ["NA"],
    "nan": ["nan"],
    None: [None, float("nan"), "", "  ", "\n"],
}  # fmt: skip


@pytest.mark.parametrize(("form", "values"), SAME.items(), ids=map(str, SAME))
def test_spellings_of_one_value(form: str | None, values: list[Any]) -> None:
    assert [canonical(value) for value in values] == [form] * len(values)


SIGNS = st.text(st.sampled_from("0179.-+eE :TZUCtrufals" + SPACES + "\u00e9\u0661"), max_size=24)


@settings(max_examples=300, deadline=None)
@given(
    SIGNS
    | st.floats(allow_nan=False).map(repr)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
    | st.datetimes().map(str)
    | st.sampled_from(["2024-01-01T00:00:00.000+00:00", "2024-01-01 01:02:03.400 UTC", "\u0661.0", "TRUE ", "1.5e+20"])
)
def test_text_has_one_form_in_python_and_in_the_engine(text: str) -> None:
    sql = f"SELECT {canonical_sql('v', 'VARCHAR')}, {lost_digits_sql('v', 'VARCHAR')} FROM (SELECT ? AS v)"
    assert duckdb.execute(sql, [text]).fetchone() == (canonical(text), loses_digits(text))
    assert canonical(canonical(text)) == canonical(text)


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e12, 1e12) | st.integers(-(2**53), 2**53).map(float))
def test_numbers_have_one_form_in_python_and_in_the_engine(number: float) -> None:
    found = duckdb.execute(f"SELECT {canonical_sql('v', 'DOUBLE')} FROM (SELECT ?::DOUBLE AS v)", [number]).fetchone()
    assert found is not None
    assert float(found[0]) == number
    if number.is_integer() and abs(number) < 2**53:
        assert found[0] == canonical(number) == str(int(number))


TYPES = {
    "int64": lambda codes: pa.array(codes, pa.int64()),
    "uint64": lambda codes: pa.array(codes, pa.uint64()),
    "int8": lambda codes: pa.array(codes, pa.int8()),
    "float64": lambda codes: pa.array(codes, pa.float64()),
    "float32": lambda codes: pa.array(codes, pa.float32()),
    "decimal": lambda codes: pa.array([None if c is None else Decimal(c) for c in codes], pa.decimal128(12, 2)),
    "string": lambda codes: pa.array([None if c is None else str(c) for c in codes]),
    "large_string": lambda codes: pa.array([None if c is None else f"{c}.0" for c in codes], pa.large_string()),
    "padded": lambda codes: pa.array([None if c is None else f" {c}  " for c in codes]),
    "dictionary": lambda codes: pa.array(
        [None if c is None else str(c) for c in codes], pa.string()
    ).dictionary_encode(),
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codes=st.lists(st.none() | st.integers(0, 60), min_size=2, max_size=6),
    kinds=st.lists(st.sampled_from(sorted(TYPES)), min_size=4, max_size=4),
)
def test_the_same_rows_of_any_type_are_the_same_rows(
    make_card: MakeCard, codes: list[int | None], kinds: list[str]
) -> None:
    """What one type brought is ignored when another brings it again, in any format, and its labels are delivered."""
    card = make_card(task="multiclass_classification", segments=["carrier"])
    ids = list(range(len(codes)))
    scores = [code or 0 for code in codes]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        table = _table(kinds, ids, scores, codes)
        pq.write_table(table, home / "a.parquet")
        pq.write_table(_table(kinds[::-1], ids, scores, codes), home / "b.parquet")
        frame = table.to_pandas()
        frame.to_csv(home / "c.csv", index=False)
        frame.to_json(home / "d.json", orient="split", index=False, date_format="iso")
        frame.to_json(home / "e.json", orient="records", date_format="iso")
        store = open_store(home / "home")
        assert ingest_predictions(store, card, [home / "a.parquet"], "tester").rows_added == len(codes)
        others = [home / name for name in ("b.parquet", "c.csv", "d.json", "e.json")]
        assert ingest_predictions(store, card, others, "tester").rows_added == 0
        labels = pa.table({"id": TYPES[kinds[2]](ids), "late": TYPES[kinds[3]](scores)})
        pq.write_table(labels, home / "labels.parquet")
        done = ingest_actuals(store, card, [home / "labels.parquet"], "tester")
        assert done.labels_added == len(codes)
        assert {file.month for file in list_log_files(store, "flights", LABELS)} == {"2024-01"}
        forms = logged(store, "_id, _score, carrier")
        assert forms == sorted(
            (str(number), str(score), None if code is None else str(code))
            for number, score, code in zip(ids, scores, codes, strict=True)
        )
        store.close()


def _table(kinds: list[str], ids: list[int], scores: list[int], codes: list[int | None]) -> pa.Table:
    columns = {
        "id": TYPES[kinds[0]](ids),
        "at": pa.array([datetime(2024, 1, 1)] * len(ids), pa.timestamp("us")),
        "score": TYPES[kinds[1]](scores),
        "late": pa.nulls(len(ids), pa.float64()),
        "hour": pa.array([3] * len(ids)),
        "carrier": TYPES[kinds[2]](codes),
    }
    return pa.table(columns)


def logged(store: Store, columns: str) -> list[tuple[Any, ...]]:
    paths = [str(file_path(store, file)) for file in list_log_files(store, "flights", PREDICTIONS)]
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({paths}, union_by_name = true) ORDER BY _id").fetchall()


def test_ids_that_may_have_lost_digits_are_refused(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [2.0**53, 1.0], "at": "2024-01-01", "score": 0.5, "hour": 1, "carrier": "AA"})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_csv(tmp_path / "b.csv", index=False)
    lost = (
        "whole numbers of this size lose digits as floating point, so which one it was is not known; "
        "write the column as whole numbers or as text"
    )
    for name, row in (("a.parquet", 1), ("b.csv", 2)):
        with pytest.raises(InputRefusedError) as caught:
            ingest_predictions(store, make_card(), [tmp_path / name], "tester")
        assert told(caught.value) == [f"{name}:{row}:id: received '9007199254740992.0'; {lost}"]


def test_rows_logged_before_there_was_one_form_are_met(store: Store, make_card: MakeCard, write: Write) -> None:
    """A log of an earlier version holds ids and categories as they were written."""
    card = make_card(task="multiclass_classification")
    header = "id,at,score,late,hour,carrier"
    ingest_predictions(store, card, [write("a.csv", f"{header}\n7,2024-01-01,2,,3,5\n8,2024-01-01,1,,3,\n")], "tester")
    [file] = list_log_files(store, "flights")
    path = file_path(store, file)
    earlier = path.with_name("earlier.parquet")
    duckdb.sql(f"""COPY (SELECT * REPLACE (_id || '.0' AS _id, _score || '.0' AS _score, ' ' || carrier AS carrier,
        1::UBIGINT AS _content) FROM '{path}') TO '{earlier}'""")
    _put_in_place(store, path, earlier)
    again = write("b.csv", f"{header}\n 7 ,2024-01-01,2.0,,3.0,5.0\n")
    assert ingest_predictions(store, card, [again], "tester").rows_ignored == 1
    done = ingest_actuals(store, card, [write("l.csv", "id,late\n7,2\n8.0,1\n")], "tester")
    assert done.labels_added == 2
    assert {file.month for file in list_log_files(store, "flights", LABELS)} == {"2024-01"}
    with pytest.raises(InputRefusedError, match="received '6' for prediction '7', which in the log has '5'"):
        ingest_predictions(store, card, [write("c.csv", f"{header}\n7,2024-01-01,2,,3,6\n")], "tester")


def _put_in_place(store: Store, path: Path, other: Path) -> None:
    """Let the log have another file in a place, as if it had been written by another version."""
    from dashboard.store.log.files import sha256_of

    other.replace(path)
    with store.writer.lock, store._apart() as cursor:
        cursor.execute("UPDATE log_files SET sha256 = ?", [sha256_of(path)])
