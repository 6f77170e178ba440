"""How single values are read: numbers, instants, versions, classes; and what is said about those at fault."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.errors import InputRefusedError
from dashboard.store.engine.database import Store
from dashboard.store.log.files import PREDICTIONS, file_path, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from tests.log.conftest import MakeCard, Write, told

HEADER = "id,at,score,late,hour,carrier"
SINGLE = "single values are needed; take them apart"


def logged(store: Store, columns: str = "*") -> list[tuple[Any, ...]]:
    paths = [str(file_path(store, file)) for file in list_log_files(store, "flights", PREDICTIONS)]
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({paths}, union_by_name = true) ORDER BY _id").fetchall()


def refused(store: Store, card: Any, path: Path) -> list[str]:
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, card, [path], "tester")
    return told(caught.value)


NUMBERS = {
    "3": 3.0, "-2.50": -2.5, ".5": 0.5, "1.": 1.0, "1e3": 1000.0, " 7 ": 7.0, "+4": 4.0, "-0": 0.0,
    "": None, '""': None, "  ": None, "nan": None, "NaN": None, "true": 1.0, "False": 0.0,
}  # fmt: skip


def test_numbers_of_csv(store: Store, make_card: MakeCard, write: Write) -> None:
    rows = [f"{number:02},2013-04-01,0.5,,{text},AA" for number, text in enumerate(NUMBERS)]
    ingest_predictions(store, make_card(), [write("a.csv", "\n".join([HEADER, *rows]))], "tester")
    assert [hour for (hour,) in logged(store, "hour")] == list(NUMBERS.values())


def test_what_is_no_number_is_refused(store: Store, make_card: MakeCard, write: Write) -> None:
    texts = ["abc", "1,5", "1 000", "1_000", "0x1F", "inf", "-Infinity", "1e999", "NULL", "1.2.3", "١"]
    rows = [f'{number},2013-04-01,0.5,,"{text}",AA' for number, text in enumerate(texts)]
    assert refused(store, make_card(), write("a.csv", "\n".join([HEADER, *rows]))) == [
        f"a.csv:{line}:hour: received '{text}'; a number is needed; "
        "correct the value or leave it empty if it is missing"
        for line, text in enumerate(texts, start=2)
    ]


INSTANTS = {
    "2013-04-01": datetime(2013, 4, 1, 4),
    "2013-12-01": datetime(2013, 12, 1, 5),
    "2013-04-01T10:20": datetime(2013, 4, 1, 10, 20),
    "2013-04-01 10:20:30": datetime(2013, 4, 1, 10, 20, 30),
    "2013-04-01T10:20Z": datetime(2013, 4, 1, 10, 20),
    "2013-04-01T10:20:30z": datetime(2013, 4, 1, 10, 20, 30),
    "2013-04-01T10:20:30+02:00": datetime(2013, 4, 1, 8, 20, 30),
    "2013-04-01T10:20-0330": datetime(2013, 4, 1, 13, 50),
    "2013-04-01 10:20:30-05": datetime(2013, 4, 1, 15, 20, 30),
    "2013-04-01T10:20:30.123456789Z": datetime(2013, 4, 1, 10, 20, 30, 123456),
    "1970-01-01T00:00:00Z": datetime(1970, 1, 1),
    "2013-04-01 10:20:30 UTC": datetime(2013, 4, 1, 10, 20, 30),
    "2013-04-01 10:20:30.500 +0200": datetime(2013, 4, 1, 8, 20, 30, 500000),
    "2013-04-01 10:20:30+00": datetime(2013, 4, 1, 10, 20, 30),
    "01.04.2013": datetime(2013, 4, 1, 4),
    "01.04.2013 10:20": datetime(2013, 4, 1, 10, 20),
}


def test_instants_of_csv_in_new_york(store: Store, make_card: MakeCard, write: Write) -> None:
    rows = [f"{number:02},{text},0.5,,3,AA" for number, text in enumerate(INSTANTS)]
    card = make_card(time_zone="America/New_York")
    ingest_predictions(store, card, [write("a.csv", "\n".join([HEADER, *rows]))], "tester")
    assert [at for (at,) in logged(store, "_at")] == list(INSTANTS.values())


def test_what_is_no_instant_is_refused(store: Store, make_card: MakeCard, write: Write) -> None:
    texts = [
        "2013-02-30", "2013-4-1", "1.4.2013", "epoch", "infinity", "1365000000", "2013-04-01T25:00:00Z", "12013-04-01",
        "2013-04-01T10:20:30 Europe/Berlin", "2013-04-01T10:20:30+25:00", "20130401T102030Z",
    ]  # fmt: skip
    rows = [f"{number},{text},0.5,,3,AA" for number, text in enumerate(texts)]
    assert refused(store, make_card(), write("a.csv", "\n".join([HEADER, *rows]))) == [
        f"a.csv:{line}:at: received '{text}'; an instant in ISO 8601 from 1970-01-01 until now is needed; "
        "correct the value, like 2013-04-01T09:30:00Z"
        for line, text in enumerate(texts, start=2)
    ]


def test_timestamps_of_parquet(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    kinds = [(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC", "America/New_York")]
    paths = []
    for number, (unit, zone) in enumerate(kinds):
        paths.append(tmp_path / f"{unit}_{number}.parquet")
        instants = pa.array([datetime(2013, 4, 1, 10, 20, 30)], type=pa.timestamp(unit, tz=zone))
        pq.write_table(_table(id=pa.array([number]), at=instants), paths[-1])
    ingest_predictions(store, make_card(), paths, "tester")
    assert logged(store, "_at") == [(datetime(2013, 4, 1, 10, 20, 30),)] * len(kinds)


def test_days_of_parquet_begin_in_the_models_time_zone(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(_table(at=pa.array([datetime(2013, 4, 1).date()])), path)
    ingest_predictions(store, make_card(time_zone="Asia/Kolkata"), [path], "tester")
    assert logged(store, "_at") == [(datetime(2013, 3, 31, 18, 30),)]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("hour", pa.array([[1.0]]), f"nested values (DOUBLE[]); {SINGLE}"),
        ("carrier", pa.array([{"n": 1}]), f"nested values (STRUCT(n BIGINT)); {SINGLE}"),
        ("carrier", pa.array([b"AA"]), "bytes; text, numbers or instants are needed; write it as text in UTF-8"),
        ("hour", pa.array([datetime(2013, 1, 1)]), "type TIMESTAMP; numbers are needed; convert it"),
        ("at", pa.array([5]), "type BIGINT; instants are needed; convert it to timestamps or to text in ISO 8601"),
    ],
)  # fmt: skip
def test_columns_of_a_wrong_type_are_refused(
    store: Store, make_card: MakeCard, tmp_path: Path, column: str, values: pa.Array, message: str
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(_table(**{column: values}), path)
    assert refused(store, make_card(), path) == [f"a.parquet:{column}: received a column of {message}"]


def test_rows_of_parquet_count_from_one(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.concat_tables([_table(id=pa.array([number])) for number in range(3)])
    hours = pa.array([1.0, float("nan"), float("inf")])
    pq.write_table(table.set_column(table.schema.get_field_index("hour"), "hour", hours), path)
    assert refused(store, make_card(), path) == [
        "a.parquet:3:hour: received 'inf'; a number is needed; correct the value or leave it empty if it is missing"
    ]


def test_binary_actuals(store: Store, make_card: MakeCard, write: Write) -> None:
    texts = {"1": 1.0, "0.0": 0.0, "TRUE": 1.0, "false": 0.0, "": None, "NaN": None}
    rows = [f"{number},2013-04-01,0.5,{text},3,AA" for number, text in enumerate(texts)]
    ingest_predictions(store, make_card(), [write("a.csv", "\n".join([HEADER, *rows]))], "tester")
    assert [late for (late,) in logged(store, "_actual")] == list(texts.values())


@pytest.mark.parametrize(
    ("positive", "texts"),
    [
        ("yes", {"yes": 1.0, "no": 0.0, "Yes": 0.0, "1": 1.0, "": None}),
        ("2", {"2": 1.0, "2.0": 1.0, "1": 0.0}),
        ("false", {"False": 1.0, "true": 0.0}),
        ("0", {"0": 1.0, "1": 0.0}),
    ],
)
def test_class_names_as_binary_actuals(
    store: Store, make_card: MakeCard, write: Write, positive: str, texts: dict[str, float | None]
) -> None:
    rows = [f"{number},2013-04-01,0.5,{text},3,AA" for number, text in enumerate(texts)]
    path = write("a.csv", "\n".join([HEADER, *rows]))
    ingest_predictions(store, make_card(positive=positive), [path], "tester")
    assert [late for (late,) in logged(store, "_actual")] == list(texts.values())


@pytest.mark.parametrize("text", ["pending", "Unknown", "N/A", " ? "])
def test_a_text_that_says_not_known_is_no_negative_class(
    store: Store, make_card: MakeCard, write: Write, text: str
) -> None:
    path = write("a.csv", f"{HEADER}\n1,2013-04-01,0.5,yes,3,AA\n2,2013-04-01,0.5,{text},3,AA\n")
    [line] = refused(store, make_card(positive="yes"), path)
    assert line.endswith("leave it empty if it is not known yet; class names need data.positive in the card")
    assert ingest_predictions(store, make_card(positive=text.strip()), [path], "tester").labels_added == 2


def test_each_kind_of_fault_is_told_in_its_row_and_field(store: Store, make_card: MakeCard, write: Write) -> None:
    rows = [
        ",2013-04-01,0.5,,3,AA,1",
        "2,,0.5,,3,AA,1",
        "3,2013-04-01,1.01,,3,AA,1",
        "4,2013-04-01,,,3,AA,1",
        "5,2013-04-01,0.5,maybe,3,AA,1",
        "6,2013-04-01,0.5,,3,AA,9",
    ]
    path = write("a.csv", "\n".join([f"{HEADER},model_version", *rows]))
    assert refused(store, make_card(versions=("1", "2")), path) == [
        "a.csv:2:id: received nothing; an id that is unique within the model is needed; fill in the value",
        "a.csv:3:at: received nothing; an instant in ISO 8601 from 1970-01-01 until now is needed; fill in the value",
        "a.csv:4:score: received '1.01'; a probability from 0 to 1 is needed; correct the value or leave it empty "
        "if the model gave none",
        "a.csv:6:late: received 'maybe'; 0, 1, true or false is needed; correct the value or leave it empty if it is "
        "not known yet; class names need data.positive in the card",
        "a.csv:7:model_version: received '9'; a version of the card is needed (1, 2); correct the value or "
        "register the version",
    ]


@pytest.mark.parametrize("task", ["binary_classification", "regression", "multiclass_classification"])
def test_a_row_without_score_is_kept_and_counted(store: Store, make_card: MakeCard, write: Write, task: str) -> None:
    score = "b" if task.startswith("multi") else "0.5"
    path = write("a.csv", f"{HEADER}\n1,2013-04-01,{score},,3,AA\n2,2013-04-01,,1,3,AA\n")
    done = ingest_predictions(store, make_card(task), [path], "tester")
    assert (done.rows_added, done.unscored, done.labels_added) == (2, 1, 1)
    assert [row[0] is None for row in logged(store, "_score")] == [False, True]
    assert ingest_predictions(store, make_card(task), [path], "tester").rows_ignored == 2


def test_multiclass_and_regression(store: Store, make_card: MakeCard, write: Write) -> None:
    text = f"{HEADER}\n1,2013-04-01,low,high,3,AA\n2,2013-04-01,high,,3,AA\n"
    ingest_predictions(store, make_card(task="multiclass_classification"), [write("a.csv", text)], "tester")
    assert logged(store, "_score, _actual") == [("low", "high"), ("high", None)]
    lines = refused(store, make_card(task="regression"), write("b.csv", f"{HEADER}\n1,2013-04-01,x,inf,3,AA\n"))
    assert [line.split(";")[0] for line in lines] == ["b.csv:2:score: received 'x'", "b.csv:2:late: received 'inf'"]


def test_integers_stay_plain_digits_and_text_loses_only_its_padding(
    store: Store, make_card: MakeCard, tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(_table(id=pa.array([2**63 - 1]), carrier=pa.array([3])), path)
    lines = write_lines(
        tmp_path, '{"id": 12345678901234567890123, "at": "2013-04-01", "score": 0, "hour": null, "carrier": " Aé "}'
    )
    ingest_predictions(store, make_card(), [path, lines], "tester")
    assert logged(store, "_id, carrier") == [("12345678901234567890123", "Aé"), ("9223372036854775807", "3")]


def test_lists_and_objects_in_json_lines_are_refused(store: Store, make_card: MakeCard, tmp_path: Path) -> None:
    path = write_lines(tmp_path, '{"id": 1, "at": "2013-04-01", "score": 0, "hour": [1], "carrier": {"a": 1}}')
    assert [line.split(";")[0] for line in refused(store, make_card(), path)] == [
        "a.jsonl:1:carrier: received '{\"a\":1}'",
        "a.jsonl:1:hour: received '[1]'",
    ]


def write_lines(folder: Path, *lines: str) -> Path:
    path = folder / "a.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _table(**columns: pa.Array) -> pa.Table:
    given = {
        "id": pa.array(["1"]),
        "at": pa.array([datetime(2013, 4, 1)]),
        "score": pa.array([0.5]),
        "hour": pa.array([3.0]),
        "carrier": pa.array(["AA"]),
    }
    return pa.table({**given, **columns})
