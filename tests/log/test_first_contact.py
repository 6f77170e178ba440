"""Files as people have them: other separators, tables of JSON, instants of warehouses, names that are also ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.errors import InputRefusedError
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log.files import PREDICTIONS, file_path, list_log_files
from dashboard.store.log.ingest import ingest_actuals, ingest_predictions
from tests.log.conftest import MakeCard, Write, everything, told

HEADER = "id,at,score,late,hour,carrier"


@pytest.fixture
def frame() -> pd.DataFrame:
    """Six rows with every column of the card; no carrier in the third."""
    at = pd.date_range("2024-01-01T03:56:36", periods=6, freq="7h", tz=UTC).as_unit("us")
    carrier = ["AA", "B;B", None, "C\nC", "ü", "5"]
    scores = [0.5, 0.25, 1, 0, 0.125, 0.75]
    columns = {"id": range(6), "at": at, "score": scores, "late": [1, 0, 1, 0, 1, 0]}
    return pd.DataFrame({**columns, "hour": [1.5, 2, 3, 4, 5.25, 6], "carrier": carrier})


def logged(store: Store) -> list[tuple[Any, ...]]:
    paths = [str(file_path(store, file)) for file in list_log_files(store, "flights", PREDICTIONS)]
    columns = "_id, _at, _score, _actual, hour, carrier, _content"
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({paths}, union_by_name = true) ORDER BY _id").fetchall()


def saved(rows: pd.DataFrame, path: Path) -> Path:
    """Write rows in the form that the name tells."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), path)
    elif path.suffix == ".csv":
        rows.to_csv(path, index=False)
    elif path.suffix == ".jsonl":
        rows.to_json(path, orient="records", lines=True, date_format="iso")
    else:
        rows.to_json(path, orient="split", date_format="iso")
    return path


def written_as(frame: pd.DataFrame, folder: Path) -> dict[str, tuple[Path, list[str]]]:
    """The rows in every form, with what is to be said of each."""
    text = frame.assign(at=frame["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    semicolons, tabs = "values are separated by semicolons", "values are separated by tabs"
    comma, wide = "numbers are written with a decimal comma", "text is written in UTF-16"
    index = "the first column has no name; it is taken for the row index of pandas and left out"
    made: dict[str, tuple[str, dict[str, Any], list[str]]] = {
        "plain.csv": (",", {}, []),
        "bom.csv": (",", {"encoding": "utf-8-sig"}, []),
        "european.csv": (";", {"decimal": ",", "encoding": "utf-8-sig"}, [semicolons, comma]),
        "semicolon.csv": (";", {}, [semicolons]),
        "tabs.tsv": ("\t", {}, [tabs]),
        "tabs.csv": ("\t", {"decimal": ","}, [tabs, comma]),
        "bars.csv": ("|", {}, ["values are separated by vertical bars"]),
        "wide.csv": ("\t", {"encoding": "utf-16"}, [wide, tabs]),
        "index.csv": (",", {"index": True}, [index]),
        "both.csv": (";", {"index": True}, [semicolons, index]),
    }
    found = {}
    for name, (sign, how, notes) in made.items():
        text.to_csv(folder / name, sep=sign, **{"index": False, "lineterminator": "\n", **how})
        found[name] = (folder / name, notes)
    records = json.loads(text.to_json(orient="records"))
    split = {"columns": list(text), "data": [list(row.values()) for row in records]}
    table = ["rows come as one table ({columns, data} or its like); they are numbered from 1"]
    tables = {
        "split.json": (split, table),
        "backwards.json": ({"data": split["data"], "index": [*range(6)], "columns": split["columns"]}, table),
        "mlflow.json": ({"dataframe_split": split}, table),
        "records.json": ({"dataframe_records": records}, table),
        "list.json": (records, ["rows come as a list; they are numbered from 1"]),
    }
    for name, (value, notes) in tables.items():
        (folder / name).write_text(json.dumps(value, indent=1 if name == "list.json" else None), encoding="utf-8")
        found[name] = (folder / name, notes)
    return found


def test_every_form_is_the_same_log_and_says_what_was_taken_for_granted(
    make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path
) -> None:
    parquet = tmp_path / "rows.parquet"
    frame.to_parquet(parquet)
    store = open_store(tmp_path / "home")
    ingest_predictions(store, make_card(), [parquet], "tester")
    expected = logged(store)
    store.close()
    for number, (name, (path, notes)) in enumerate(written_as(frame, tmp_path).items()):
        store = open_store(tmp_path / f"home{number}")
        done = ingest_predictions(store, make_card(), [path], "tester")
        assert done.notes == tuple(f"{name}: {note}" for note in notes)
        assert logged(store) == expected, name
        store.close()


INSTANTS = {
    "bigquery": ("%Y-%m-%d %H:%M:%S UTC", None),
    "snowflake": ("%Y-%m-%d %H:%M:%S.000 +0000", None),
    "postgres": ("%Y-%m-%d %H:%M:%S+00", None),
    "dotted": ("%d.%m.%Y %H:%M:%S", "at: read as day.month.year, like 01.01.2024 03:56:36"),
    "seconds": ("%s", "at: whole numbers are taken as seconds since 1970"),
    "milliseconds": ("%s000", "at: whole numbers are taken as milliseconds since 1970"),
}  # fmt: skip


@pytest.mark.parametrize("kind", INSTANTS)
def test_instants_as_warehouses_write_them(
    store: Store, make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path, kind: str
) -> None:
    form, note = INSTANTS[kind]
    path = tmp_path / "a.csv"
    seconds = frame["at"].map(lambda at: str(int(at.timestamp())))
    texts = [at.strftime(form.replace("%s", second)) for at, second in zip(frame["at"], seconds, strict=True)]
    frame.assign(at=texts).to_csv(path, index=False)
    done = ingest_predictions(store, make_card(), [path], "tester")
    assert done.notes == (() if note is None else (f"a.csv: {note}",))
    assert [at for _, at, *_ in logged(store)] == [at.replace(tzinfo=None) for at in frame["at"]]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_whole_numbers_of_parquet_count_since_1970(
    store: Store, make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path, unit: str
) -> None:
    path = tmp_path / "a.parquet"
    frame.assign(at=frame["at"].dt.as_unit(unit).astype("int64")).to_parquet(path)
    ingest_predictions(store, make_card(), [path], "tester")
    assert [at for _, at, *_ in logged(store)] == [at.replace(tzinfo=None) for at in frame["at"]]


@pytest.mark.parametrize("values", [["1,234", "5,678"], ["1,5", "2.5"], ["1.234,5", "2"]])
def test_commas_that_may_mean_something_else_are_refused(
    store: Store, make_card: MakeCard, write: Write, values: list[str]
) -> None:
    rows = "".join(f"{number};2024-01-01;0;;{value};AA\n" for number, value in enumerate(values))
    with pytest.raises(InputRefusedError, match="a number is needed"):
        ingest_predictions(store, make_card(), [write("a.csv", HEADER.replace(",", ";") + "\n" + rows)], "tester")


OURS = [
    "file", "filename", "_fivetran_synced", "_id", "_ID", "_score", "_at", "_row", "_file", "_faults", "row_number",
    "file_row_number", "Hour", "HOUR", "carrier ", "p0", "r0", "c0", "_+_id", "index", "month", "version", "incoming",
]  # fmt: skip


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_no_name_of_a_column_collides_with_ours(
    store: Store, make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path, ending: str
) -> None:
    def save(rows: pd.DataFrame, name: str) -> Path:
        return saved(rows, tmp_path / f"{name}.{ending}")

    card = make_card(segments=["carrier"])
    wide = frame.assign(**{name: f"v{number}" for number, name in enumerate(OURS)})
    bad = wide.assign(score=[0.5, 2, 0.5, 0.5, 0.5, 0.5])
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, card, [save(bad, "bad")], "tester")
    row = {"parquet": 2, "csv": 3, "jsonl": 2}[ending]
    assert told(caught.value)[0].startswith(f"bad.{ending}:{row}:score: received '2")
    assert ingest_predictions(store, card, [save(wide[:3], "a"), save(wide[3:5], "b")], "tester").rows_added == 5
    assert ingest_predictions(store, card, [save(wide, "c")], "tester").rows_added == 1
    assert ingest_actuals(store, card, [save(wide, "l")], "tester").labels_ignored == 6
    paths = [str(file_path(store, file)) for file in list_log_files(store, "flights", PREDICTIONS)]
    kept = duckdb.sql(f"SELECT * FROM read_parquet({paths}, union_by_name = true) LIMIT 1")
    values = dict(zip(kept.columns, kept.fetchall()[0], strict=True))
    assert {f"v{number}" for number in range(len(OURS))} <= set(map(str, values.values()))
    assert values["hour"] in frame["hour"].tolist()


def test_columns_with_roles_may_begin_with_an_underscore(store: Store, make_card: MakeCard, write: Write) -> None:
    card = make_card(prediction_id="_id", score="_score", actual="_actual", predicted_at="_at")
    text = "_actual,_score,_id,_at,hour,carrier\n1,0.25,a,2024-01-01,3,AA\n"
    ingest_predictions(store, card, [write("a.csv", text)], "tester")
    assert logged(store)[0][:4] == ("a", datetime(2024, 1, 1), 0.25, 1.0)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl", "json"])
def test_the_card_renames_columns_of_predictions_and_actuals(
    store: Store, make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path, ending: str
) -> None:
    card = make_card(columns={"prob": "score", "customer": "id", "outcome": "late", "_h": "hour"})
    other = frame.rename(columns={"score": "prob", "id": "customer", "late": "outcome", "hour": "_h"})
    path, labels = tmp_path / f"a.{ending}", tmp_path / f"l.{ending}"
    saved(other.drop(columns="outcome"), path)
    saved(other[["customer", "outcome"]], labels)
    assert ingest_predictions(store, card, [path], "tester").rows_added == 6
    assert ingest_actuals(store, card, [labels], "tester").labels_added == 6
    assert [row[2] for row in logged(store)] == frame["score"].tolist()
    both = tmp_path / "both.csv"
    other.assign(score=1).to_csv(both, index=False)
    with pytest.raises(InputRefusedError, match=r"both.csv:1:score: received 2 columns for it \('prob' and 'score'\)"):
        ingest_predictions(store, card, [both], "tester")
    other.assign(prob=7).to_csv(both, index=False)
    with pytest.raises(InputRefusedError, match="both.csv:2:prob: received '7'; a probability"):
        ingest_predictions(store, card, [both], "tester")


def test_stray_instants_are_refused_with_their_row(store: Store, make_card: MakeCard, write: Write) -> None:
    soon = datetime.now(UTC) + timedelta(hours=23)
    far = datetime.now(UTC) + timedelta(hours=25)
    rows = [f"1,{soon:%Y-%m-%dT%H:%M:%SZ}", f"2,{far:%Y-%m-%dT%H:%M:%SZ}", "3,1969-12-31", "4,1900-01-01T00:00:00Z"]
    path = write("a.csv", "\n".join([HEADER, *(f"{row},0.5,,3,AA" for row in rows)]))
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, make_card(), [path], "tester")
    early = "an instant from 1970-01-01 on is needed; correct the value, or give data.first_day on the card"
    assert told(caught.value) == [
        f"a.csv:3:at: received '{far:%Y-%m-%dT%H:%M:%SZ}'; it lies in the future; an instant until now is needed; "
        "correct the value",
        f"a.csv:4:at: received '1969-12-31'; {early}",
        f"a.csv:5:at: received '1900-01-01T00:00:00Z'; {early}",
    ]
    path = write("b.csv", f"{HEADER}\n1,1950-01-01,0.5,,3,AA\n")
    assert ingest_predictions(store, make_card(first_day="1945-01-01"), [path], "tester").rows_added == 1


def test_a_trial_tells_everything_and_writes_nothing(store: Store, make_card: MakeCard, write: Write) -> None:
    card = make_card(known_at="known")
    path = write("a.csv", f"{HEADER}\n1,2024-01-01,0.5,1,3,AA\n2,2024-01-01,0.5,,3,AA\n")
    before = everything(store)
    trial = ingest_predictions(store, card, [path], "tester", is_trial=True)
    assert everything(store) == before
    assert ingest_predictions(store, card, [path], "tester") == trial
    labels = write("l.csv", "id,late\n2,1\n9,1\n")
    before = everything(store)
    trial = ingest_actuals(store, card, [labels], "tester", is_trial=True)
    assert everything(store) == before
    assert ingest_actuals(store, card, [labels], "tester") == trial
    assert trial.labels_added == 2


@pytest.mark.parametrize(
    "kind", [pa.null(), pa.float64(), pa.string(), pa.timestamp("us"), pa.list_(pa.int8())], ids=str
)
def test_a_column_without_any_value_is_as_good_as_none(
    make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path, kind: pa.DataType
) -> None:
    table = pa.Table.from_pandas(frame.assign(known=None, note=None), preserve_index=False)
    for column in ("late", "known", "hour", "carrier", "note"):
        path = tmp_path / f"{column}.parquet"
        place = table.schema.get_field_index(column)
        pq.write_table(table.set_column(place, column, pa.nulls(len(frame), kind)), path)
        store = open_store(tmp_path / column)
        done = ingest_predictions(store, make_card(known_at="known"), [path], "tester")
        assert (done.rows_added, done.labels_added) == (6, 0 if column == "late" else 6)
        store.close()


def test_a_required_column_without_any_value_is_refused(
    store: Store, make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path
) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    place = table.schema.get_field_index("at")
    pq.write_table(table.set_column(place, "at", pa.nulls(len(frame), pa.int8())), tmp_path / "a.parquet")
    with pytest.raises(InputRefusedError) as caught:
        ingest_predictions(store, make_card(), [tmp_path / "a.parquet"], "tester")
    assert told(caught.value) == [
        "a.parquet:1:at: received nothing; an instant in ISO 8601 from 1970-01-01 until now is needed; "
        "fill in the value; and 5 more like it (rows 2, 3, 4, …)"
    ]


@pytest.mark.parametrize("orient", ["columns", "index"])
def test_a_table_by_columns_is_named_as_such(
    store: Store, make_card: MakeCard, frame: pd.DataFrame, tmp_path: Path, orient: str
) -> None:
    path = tmp_path / "table.json"
    frame.to_json(path, orient=orient, date_format="iso")
    with pytest.raises(InputRefusedError, match="orient columns or index"):
        ingest_predictions(store, make_card(), [path], "test")
    assert not list_log_files(store, "flights", PREDICTIONS)
