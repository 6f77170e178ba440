"""CSV, JSON Lines and Parquet bring the same rows; files that cannot be taken apart are refused and change nothing."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log.files import PREDICTIONS, file_path, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from tests.log.conftest import MakeCard, Write, everything, told

HEADER = "id,at,score,late,hour,carrier"
ROW = "2013-04-01,0.5,,3,AA"
MISSING = "received no such column; it is named in the card; add or rename it"
ONE_EACH = "one value per column of the header is needed"
ONE_OBJECT = "one JSON object per line is needed"

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.datetimes(datetime(1970, 1, 1), datetime(2025, 1, 1)),
            "score": st.floats(0, 1),
            "late": st.sampled_from([0, 1]),
            "hour": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "carrier": st.none()
            | TEXTS
            | st.sampled_from(['a"b', "a,b", "a\nb", "a\r\nb", "{x", "[1", "nan", "null", " 1"]),
            "note": st.none() | TEXTS,
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_the_same_rows_in_every_format_are_the_same_log(make_card: MakeCard, rows: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame([{"id": f"p{number}", **row} for number, row in enumerate(rows)])
    frame["at"] = pd.to_datetime(frame["at"]).dt.as_unit("us")
    frame["hour"] = frame["hour"].astype("float64")
    frame[["carrier", "note"]] = frame[["carrier", "note"]].astype("string")
    contents = []
    with tempfile.TemporaryDirectory() as folder:
        for path in _written(frame, Path(folder)):
            store = open_store(Path(folder) / path.suffix[1:])
            ingest_predictions(store, make_card(), [path], "tester")
            contents.append(_content(store))
            store.close()
    csv, lines, parquet = contents
    assert csv == parquet
    assert lines == parquet
    assert [row[0] for row in parquet] == sorted(frame["id"])


def _written(frame: pd.DataFrame, folder: Path) -> list[Path]:
    paths = [folder / f"rows.{ending}" for ending in ("csv", "jsonl", "parquet")]
    frame.to_csv(paths[0], index=False, lineterminator="\n")
    frame.to_parquet(paths[2])
    records = frame.assign(at=frame["at"].map(lambda at: at.isoformat())).astype(object)
    records = records.where(records.notna(), None)
    paths[1].write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records.to_dict("records")), "utf-8"
    )
    return paths


def _content(store: Store) -> list[tuple[Any, ...]]:
    paths = [str(file_path(store, file)) for file in list_log_files(store, "flights", PREDICTIONS)]
    columns = "_id, _at, _version, _score, _actual, _content, hour, carrier, note"
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({paths}, union_by_name = true) ORDER BY _id").fetchall()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["a.csv: received an empty file; rows are needed; check how it was made"]),
        (f"\n{HEADER}\n", ["a.csv:1: received an empty line; a header with the column names is needed; put it first"]),
        (
            f"id,at,score,late,hour,carrier,hour\n1,{ROW},4\n",
            [
                "a.csv:1:hour: received 2 columns for it ('hour' and 'hour'); allowed is one; "
                "remove or rename the others"
            ],
        ),
        (
            "id,at,score,hours\n1,2013-04-01,0.5,3\n",
            [
                f"a.csv:hour: {MISSING} (did you mean 'hours'?)",
                f"a.csv:carrier: {MISSING} (the file has id, at, score, hours)",
            ],
        ),
        (
            f"{HEADER}\n1,{ROW}\n2,2013-04-01\n\n3,{ROW},x,y\n",
            [
                f"a.csv:3: received a row with too few values; {ONE_EACH}; add what is missing",
                f"a.csv:5: received a row with too many values; {ONE_EACH}; put quotes around values with commas",
            ],
        ),
        (
            f'{HEADER}\n1,{ROW}\n2,2013-04-01,0.5,,3,"A"A\n3,{ROW}\n',
            ['a.csv:3: received quotes that do not match; quotes in text are written "like ""this"""; correct the row'],
        ),
        (
            f"{HEADER}\r\n1,{ROW}\n2,{ROW}\r\n",
            ["a.csv:2: received a line break unlike the one before; LF or CRLF throughout is needed; write it again"],
        ),
    ],
)
def test_csv_that_is_none(store: Store, make_card: MakeCard, write: Write, text: str, lines: list[str]) -> None:
    assert _refused(store, make_card(), write("a.csv", text)) == lines


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_text_that_is_not_utf8(store: Store, make_card: MakeCard, tmp_path: Path, name: str) -> None:
    rows = {"a.csv": f"{HEADER}\n1,{ROW}\n2,2013-04-01,0.5,,3,Zürich\n", "a.jsonl": '{"id": 1}\n\n{"id": "Zürich"}\n'}
    path = tmp_path / name
    path.write_bytes(rows[name].encode("latin-1"))
    message = "received bytes that are not UTF-8; text in UTF-8 is needed; convert the file"
    assert _refused(store, make_card(), path) == [f"{name}:3: {message}"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            '{"id": 1,',
            "received a line that is no valid JSON (Expecting property name enclosed in double quotes); "
            f"{ONE_OBJECT}; correct it",
        ),
        ("[1, 2]", f"received a list; {ONE_OBJECT}; write each row as an object on a line of its own"),
        ('{"id": 1, "id": 2}', "received the key 'id' twice; each key is allowed once; remove the other"),
    ],
)  # fmt: skip
def test_json_lines_that_are_none(store: Store, make_card: MakeCard, write: Write, line: str, message: str) -> None:
    good = json.dumps({"id": 1, "at": "2013-04-01", "score": 0.5, "hour": 3, "carrier": "AA"})
    assert _refused(store, make_card(), write("a.jsonl", f"{good}\n\n{line}\n")) == [f"a.jsonl:3: {message}"]


def test_lines_are_physical_even_after_quoted_line_breaks_and_blank_lines(
    store: Store, make_card: MakeCard, write: Write
) -> None:
    text = f'{HEADER}\n1,2013-04-01,0.5,,3,"A\nA"\n\n2,2013-04-01,0.5,,x,AA\n3,{ROW}\n4,2013-04-01,0.5,,y,"B\n\nB"\n'
    found = _refused(store, make_card(), write("a.csv", text))
    assert [line.split(";")[0] for line in found] == ["a.csv:5:hour: received 'x'", "a.csv:7:hour: received 'y'"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_do_not_matter(
    store: Store, make_card: MakeCard, write: Write, ending: str, start: str
) -> None:
    text = start + ending.join([HEADER, f"1,{ROW}", f"2,{ROW}"])
    assert ingest_predictions(store, make_card(), [write("a.csv", text)], "tester").rows_added == 2


def test_extra_columns_are_kept_as_text_and_the_row_index_of_pandas_is_not(
    store: Store, make_card: MakeCard, tmp_path: Path
) -> None:
    frame = pd.DataFrame(
        {"id": [1], "at": [datetime(2013, 4, 1)], "score": [0.5], "hour": [3], "carrier": ["AA"], "n": [7]}
    )
    frame.index = pd.Index([42])
    frame.to_parquet(tmp_path / "a.parquet", index=True)
    ingest_predictions(store, make_card(), [tmp_path / "a.parquet"], "tester")
    [file] = list_log_files(store, "flights")
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{file_path(store, file)}'").fetchall()
    assert [(name, kind) for name, kind, *_ in described][-3:] == [
        ("hour", "DOUBLE"),
        ("carrier", "VARCHAR"),
        ("n", "VARCHAR"),
    ]


def test_faults_alike_are_told_once_with_their_rows(store: Store, make_card: MakeCard, write: Write) -> None:
    rows = "".join(f"{number},2013-04-01,2,,x,AA\n" for number in range(15))
    files = [write(f"{name}.csv", f"{HEADER}\n{rows}") for name in "ab"]
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, make_card(), files, "tester")
    lines = told(caught.value)
    assert caught.value.total == 60
    number = "a number is needed; correct the value or leave it empty if it is missing"
    share = "a probability from 0 to 1 is needed; correct the value or leave it empty if the model gave none"
    assert lines == [
        f"{name}.csv:2:{found}; and 14 more like it (rows 3, 4, 5, …)"
        for name in "ab"
        for found in (f"score: received '2'; {share}", f"hour: received 'x'; {number}")
    ]


def test_faults_that_do_not_look_alike_stop_after_twenty(store: Store, make_card: MakeCard, write: Write) -> None:
    rows = "".join(f"{number},2013-04-01,0.5,,{'-' * number}x,AA\n" for number in range(25))
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, make_card(), [write("a.csv", f"{HEADER}\n{rows}")], "tester")
    lines = told(caught.value)
    assert len(lines) == 21
    assert lines[-1] == "5 more faults; 25 in total"


def test_packed_text_is_read_and_bombs_are_not(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADER}\n1,{ROW}\n".encode()))
    assert ingest_predictions(store, make_card(), [path], "tester").rows_added == 1
    path.write_bytes(gzip.compress(b"a" * 200_000_000))
    message = "received a gzip file that unpacks to over 200 times its size; unpack it first"
    assert _refused(store, make_card(), path) == [f"a.csv.gz: {message}"]
    path.write_bytes(gzip.compress(f"{HEADER}\n1,{ROW}\n".encode())[:-9])
    message = "received no complete gzip file; a file packed by gzip is needed; pack it again"
    assert _refused(store, make_card(), path) == [f"a.csv.gz: {message}"]


def test_other_formats_and_missing_files(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    allowed = ".parquet, .csv, .tsv, .tab, .jsonl, .ndjson, .json, the text formats also with .gz"
    message = f"allowed are {allowed}; convert or rename the file"
    assert _refused(store, make_card(), tmp_path / "a.xlsx") == [f"a.xlsx: received .xlsx; {message}"]
    assert _refused(store, make_card(), tmp_path / "rows") == [f"rows: received a name without ending; {message}"]
    gone = "cannot be read (No such file or directory); a readable file is needed; check path and rights"
    assert _refused(store, make_card(), tmp_path / "a.csv") == [f"a.csv: {gone}"]


def test_damaged_parquet_is_refused_or_read_and_never_breaks_the_log(
    store: Store, make_card: MakeCard, tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    count = 400
    at = pd.date_range("2013-04-01", periods=count, freq="h", tz=UTC)
    frame = pd.DataFrame({"id": range(count), "at": at, "score": 0.5, "hour": at.hour * 1.0, "carrier": "AA"})
    frame.to_parquet(path)
    whole = path.read_bytes()
    chance = random.Random(7)
    before = everything(store)
    for cut in chance.sample(range(len(whole)), 30):
        path.write_bytes(whole[:cut])
        assert _refused(store, make_card(), path)[0].startswith("a.parquet: ")
    for start in (b"", b"PAR1", b"\0" * 100, b"PAR1" * 40):
        path.write_bytes(start)
        _refused(store, make_card(), path)
    assert everything(store) == before


def _refused(store: Store, card: ModelCard, path: Path) -> list[str]:
    before = everything(store)
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, card, [path], "tester")
    assert everything(store) == before
    return told(caught.value)
