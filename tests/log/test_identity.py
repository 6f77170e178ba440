"""The same prediction again, and labels before, with and after their prediction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.store.log import call
from dashboard.store.log.files import LABELS, PREDICTIONS, file_path, list_log_files
from dashboard.store.log.ingest import ingest_actuals, ingest_predictions
from dashboard.store.log.order import Ingested
from tests.log.conftest import MakeCard, Write, everything, told

HEADER = "id,at,score,late,hour,carrier"
FIRST = "1,2013-04-01T10:00:00Z,0.5,,3,AA"
SECOND = "2,2013-05-01T10:00:00Z,0.25,1,,BB"


@pytest.fixture
def card(make_card: MakeCard) -> ModelCard:
    return make_card(known_at="known")


def predictions(store: Store, card: ModelCard, write: Write, *rows: str, header: str = HEADER) -> Ingested:
    return ingest_predictions(store, card, [write("p.csv", "\n".join([header, *rows]))], "tester")


def actuals(store: Store, card: ModelCard, write: Write, *rows: str, header: str = "id,late,known") -> Ingested:
    return ingest_actuals(store, card, [write("l.csv", "\n".join([header, *rows]))], "tester")


def labels(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The label files by month: id, actual, known_at, instant of the prediction."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for file in list_log_files(store, "flights", LABELS):
        rows = duckdb.sql(f"SELECT _id, _actual, _known_at, _at FROM '{file_path(store, file)}'").fetchall()
        found.setdefault(file.month, []).extend(rows)
    return found


def test_rows_go_to_the_file_of_their_version_and_month(store: Store, make_card: MakeCard, write: Write) -> None:
    card = make_card(versions=("1", "2/../x"))
    rows = [f"{FIRST},1", f"{SECOND},1", "3,2013-05-31T23:59:59.999999Z,1,,3,AA,2/../x", "4,2013-06-01,1,0,3,AA,2/../x"]
    done = predictions(store, card, write, *reversed(rows), header=f"{HEADER},model_version")
    assert done == Ingested(1, 4, 4, 0, 2, 0, 2)
    files = list_log_files(store, "flights", PREDICTIONS)
    assert [(file.version, file.month, file.rows, file.labels) for file in files] == [
        ("1", "2013-04", 1, 0),
        ("1", "2013-05", 1, 1),
        ("2/../x", "2013-05", 1, 0),
        ("2/../x", "2013-06", 1, 1),
    ]
    assert files[2].path.startswith("flights/predictions/2%2F..%2Fx/2013-05/")
    assert files[2].first_at == datetime(2013, 5, 31, 23, 59, 59, 999999, UTC)
    assert files[0].source_name == "p.csv"


def test_files_are_sorted_by_instant_in_row_groups_of_one_vector_times_sixty(
    store: Store, card: ModelCard, tmp_path: Path
) -> None:
    path = tmp_path / "p.parquet"
    duckdb.sql(f"""
        COPY (SELECT i AS id, TIMESTAMP '2013-04-01' + INTERVAL (hash(i) % 2592000) SECOND AS at, 0.5 AS score,
            1.0 AS hour, 'AA' AS carrier FROM range(300000) t(i)) TO '{path}'
    """)
    ingest_predictions(store, card, [path], "tester")
    [file] = list_log_files(store, "flights")
    log = file_path(store, file)
    rows = f"read_parquet('{log}', file_row_number = true)"
    backwards = f"SELECT _at < lag(_at) OVER (ORDER BY file_row_number) AS back FROM {rows}"
    disorder = f"SELECT count(*) FROM ({backwards}) WHERE back"
    assert duckdb.sql(disorder).fetchone() == (0,)
    groups = f"SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('{log}') ORDER BY 1"
    sizes = duckdb.sql(groups).fetchall()
    assert [size for _, size in sizes] == [122880, 122880, 54240]


def test_the_same_rows_again_are_ignored(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST, SECOND)
    before = everything(store)
    assert predictions(store, card, write, SECOND, FIRST, FIRST) == Ingested(1, 3, 0, 3, 0, 1, 2)
    assert everything(store) == before
    third = "3,2013-05-02,0.1,,3,CC"
    assert predictions(store, card, write, SECOND, third, third, third) == Ingested(1, 4, 1, 3, 0, 1, 3)


def test_the_order_of_columns_and_extra_ones_do_not_count(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST)
    again = "AA,x,3.0,0.50,2013-04-01T12:00:00+02:00,1"
    done = predictions(store, card, write, again, header="carrier,note,hour,score,at,id")
    assert (done.rows_added, done.rows_ignored) == (0, 1)


def test_other_content_is_refused_with_row_and_field(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST, SECOND)
    before = everything(store)
    rows = [
        "9,2013-04-01,1,,3,AA",
        "1,2013-04-01T10:00:00Z,0.5,,3,ZZ",
        "2,2013-05-01T10:00:00Z,0.25,0,4,BB",
        "9,2013-04-01,0,,3,AA",
    ]
    with pytest.raises(InputRefusedError) as caught:
        predictions(store, card, write, *rows)
    repair = (
        "; the same id is allowed again only with the same content; correct the value or give the row an id of its own"
    )
    assert told(caught.value) == [
        f"p.csv:3:carrier: received 'ZZ' for prediction '1', which in the log has 'AA'{repair}",
        f"p.csv:4:hour: received 4 for prediction '2', which in the log has nothing{repair}",
        f"p.csv:5:score: received 0 for prediction '9', which earlier in the same file has 1{repair}",
    ]
    assert everything(store) == before


def test_a_card_that_names_more_columns_makes_no_other_content(store: Store, make_card: MakeCard, write: Write) -> None:
    predictions(store, make_card(), write, f"{FIRST},7", header=f"{HEADER},wind")
    features = {"hour": {"kind": "numeric"}, "carrier": {"kind": "categorical"}, "wind": {"kind": "numeric"}}
    wider = make_card(features={**features, "rain": {"kind": "numeric"}})
    header = f"{HEADER},wind,rain"
    assert predictions(store, wider, write, f"{FIRST},7.0,1", header=header).rows_ignored == 1
    with pytest.raises(InputRefusedError, match="p.csv:2:wind: received 8 for prediction '1', which in the log has 7"):
        predictions(store, wider, write, f"{FIRST},8,1", header=header)


def test_another_way_of_hashing_makes_no_other_content(
    store: Store, card: ModelCard, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictions(store, card, write, FIRST)
    monkeypatch.setattr(call, "content_hash", lambda _: "hash(_id, 'another engine')")
    assert predictions(store, card, write, FIRST).rows_ignored == 1


def test_labels_with_after_and_before_their_prediction(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST, SECOND)
    done = actuals(store, card, write, "1,0,2013-06-01", "2,1,", "3,1,2013-06-02T00:00:00Z", "4,,")
    assert done == Ingested(1, 4, 0, 0, 2, 1, 1, pending=1, examples=("3",))
    assert labels(store) == {
        "2013-04": [("1", 0.0, datetime(2013, 6, 1), datetime(2013, 4, 1, 10))],
        "pending": [("3", 1.0, datetime(2013, 6, 2), None)],
    }
    done = predictions(store, card, write, "3,2013-04-05,0.5,1,3,AA", "4,2013-04-05,0.5,1,3,AA")
    assert (done.rows_added, done.labels_added, done.labels_ignored) == (2, 1, 1)
    [*_, file] = list_log_files(store, "flights", PREDICTIONS)
    assert duckdb.sql(f"SELECT _id, _actual FROM '{file_path(store, file)}'").fetchall() == [("3", None), ("4", 1.0)]


def test_a_repeated_row_may_bring_the_label(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST)
    labelled = f"{FIRST.replace(',,', ',1,')},2013-07-01T00:00:00Z"
    done = predictions(store, card, write, labelled, header=f"{HEADER},known")
    assert (done.rows_added, done.rows_ignored, done.labels_added) == (0, 1, 1)
    assert labels(store) == {"2013-04": [("1", 1.0, datetime(2013, 7, 1), datetime(2013, 4, 1, 10))]}


def test_the_same_label_again_keeps_the_first_known_at(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST)
    actuals(store, card, write, "1,1,2013-06-03", "1,1,2013-06-01", "7,0,2013-06-01")
    before = everything(store)
    assert actuals(store, card, write, "1,1,2013-05-01", "7,0,") == Ingested(1, 2, 0, 0, 0, 2, 0)
    assert everything(store) == before
    assert labels(store)["2013-04"][0][2] == datetime(2013, 6, 1)


def test_another_label_is_refused(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST, SECOND)
    actuals(store, card, write, "1,1,", "7,0,")
    before = everything(store)
    with pytest.raises(InputRefusedError) as caught:
        actuals(store, card, write, "1,0,", "2,0,", "7,1,", "8,1,", "8,0,")
    again = (
        "if it was corrected, give a later known_at or use `correct actuals`; else correct the value or leave it empty"
    )
    one = "one value for one instant is needed; correct the value or leave it empty"
    assert told(caught.value) == [
        f"l.csv:2:late: received 0 for prediction '1', whose actual in the log is 1; {again}",
        f"l.csv:3:late: received 0 for prediction '2', whose actual in the log is 1; {again}",
        f"l.csv:4:late: received 1 for prediction '7', whose actual in the log is 0; {again}",
        f"l.csv:6:late: received 0 for prediction '8', whose actual earlier in the same file is 1; {one}",
    ]
    with pytest.raises(
        InputRefusedError, match="p.csv:2:late: received 1 for prediction '7', whose actual in the log is 0"
    ):
        predictions(store, card, write, "7,2013-04-01,0.5,1,3,AA")
    assert everything(store) == before


def test_without_known_at_a_label_is_known_when_it_was_ingested(
    store: Store, make_card: MakeCard, write: Write
) -> None:
    began = datetime.now(UTC)
    card = make_card()
    predictions(store, card, write, FIRST)
    actuals(store, card, write, "1,1", header="id,late")
    [(_, _, known_at, _)] = labels(store)["2013-04"]
    [file] = list_log_files(store, "flights", LABELS)
    assert began <= known_at.replace(tzinfo=UTC) <= file.recorded_at <= datetime.now(UTC)


def test_actuals_may_use_the_general_column_names(store: Store, make_card: MakeCard, write: Write) -> None:
    done = actuals(store, make_card(), write, "1,1,2013-06-01", header="prediction_id,actual,known_at")
    assert done.labels_added == 1
    assert labels(store)["pending"][0][2] == datetime(2013, 6, 1)
    with pytest.raises(InputRefusedError, match="l.csv:late: received no such column; it is named in the card"):
        actuals(store, make_card(), write, "1", header="id")


def test_one_refused_file_refuses_the_call(store: Store, card: ModelCard, write: Write) -> None:
    before = everything(store)
    good = write("good.csv", f"{HEADER}\n{FIRST}\n")
    with pytest.raises(InputRefusedError, match="bad.csv:2:score"):
        ingest_predictions(store, card, [good, write("bad.csv", f"{HEADER}\n9,2013-04-01,2,,3,AA\n")], "tester")
    assert everything(store) == before
    assert ingest_predictions(
        store, card, [good, write("more.csv", f"{HEADER}\n{SECOND}\n{FIRST}\n")], "tester"
    ) == Ingested(2, 3, 2, 1, 1, 0, 2)


def test_a_reader_of_the_past_sees_only_what_was_recorded(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, FIRST)
    [first] = list_log_files(store, "flights")
    predictions(store, card, write, SECOND)
    assert list_log_files(store, "flights", as_of=first.recorded_at) == [first]
    assert list_log_files(store, "flights", as_of=first.recorded_at - timedelta(seconds=1)) == []
    assert len(list_log_files(store, "flights")) == 2
    assert list_log_files(store, "other") == []
