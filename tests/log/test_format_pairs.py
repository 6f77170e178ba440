"""What one format brought is ignored when any other format brings it again: ids, numbers, instants, nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.store.engine.database import open_store
from dashboard.store.log.files import PREDICTIONS, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from tests.log.conftest import MakeCard
from tests.log.test_canonical import logged

Writer = Callable[[pd.DataFrame, Path], None]

FRAME = pd.DataFrame(
    {
        "id": ["0017", "18", "a;b", 'say "hi"', "née", "1e3"],
        "at": pd.to_datetime(
            [
                "2024-02-29T23:59:59.123456Z", "2024-03-31T01:30:00Z", "2024-01-01T00:00:00Z", "1999-12-31T12:00:00.5Z",
                "2024-06-01T10:00:00Z", "2024-06-01T10:00:01Z",
            ],
        format="ISO8601",
        ).as_unit("us"),
        "score": [0.1, 1.0, 0.0, 1e-05, 0.123456789012345, 0.75],
        "late": [1.0, 0.0, None, 1.0, 0.0, None],
        "hour": [3.25, -7.0, None, 123456.5, 0.001, 12.0],
        "carrier": ["NA", "null", None, "7", "True", "x\ny"],
    }
)  # fmt: skip


def _csv(separator: str, decimal: str = ".", encoding: str = "utf-8") -> Writer:
    def write(frame: pd.DataFrame, path: Path) -> None:
        frame.to_csv(path, index=False, sep=separator, decimal=decimal, encoding=encoding, lineterminator="\n")

    return write


def _packed(frame: pd.DataFrame, path: Path) -> None:
    path.write_bytes(gzip.compress(frame.to_csv(index=False, lineterminator="\n").encode()))


def _json(orient: str, **settings: bool) -> Writer:
    def write(frame: pd.DataFrame, path: Path) -> None:
        frame.to_json(path, orient=orient, date_format="iso", date_unit="us", double_precision=15, **settings)

    return write


def _mlflow(frame: pd.DataFrame, path: Path) -> None:
    split = json.loads(
        frame.to_json(orient="split", index=False, date_format="iso", date_unit="us", double_precision=15)
    )
    path.write_text(json.dumps({"dataframe_split": split}), "utf-8")


def _dictionaries(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name in ("id", "carrier"):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].dictionary_encode())
    pq.write_table(table, path)


def _new_york(frame: pd.DataFrame, path: Path) -> None:
    frame.assign(at=frame["at"].dt.tz_convert("America/New_York")).to_csv(path, index=False, lineterminator="\n")


FORMATS: dict[str, Writer] = {
    "comma.csv": _csv(","),
    "semicolon.csv": _csv(";"),
    "decimal_comma.csv": _csv(";", ","),
    "tabs.tsv": _csv("\t"),
    "order_mark.csv": _csv(",", encoding="utf-8-sig"),
    "offsets.csv": _new_york,
    "packed.csv.gz": _packed,
    "lines.jsonl": _json("records", lines=True),
    "records.json": _json("records"),
    "split.json": _json("split", index=False),
    "serving.json": _mlflow,
    "plain.parquet": lambda frame, path: frame.to_parquet(path, index=False),
    "dictionaries.parquet": _dictionaries,
}


@pytest.mark.parametrize("first", FORMATS)
def test_any_other_format_brings_nothing_new(make_card: MakeCard, tmp_path: Path, first: str) -> None:
    for name, write in FORMATS.items():
        write(FRAME, tmp_path / name)
    card = make_card()
    store = open_store(tmp_path / "home")
    try:
        assert ingest_predictions(store, card, [tmp_path / first], "tester").rows_added == len(FRAME)
        others = [tmp_path / name for name in FORMATS if name != first]
        assert ingest_predictions(store, card, others, "tester").rows_added == 0
        assert len(list_log_files(store, "flights", PREDICTIONS)) == FRAME["at"].dt.strftime("%Y-%m").nunique()
        found = {row[0]: row[1:] for row in logged(store, "_id, _at, _score, hour, carrier")}
        for row in FRAME.itertuples(index=False):
            at, score, hour, carrier = found[row.id]
            assert datetime.fromisoformat(str(at)).replace(tzinfo=UTC) == row.at.to_pydatetime()
            assert (score, hour) == (row.score, None if pd.isna(row.hour) else row.hour)
            assert carrier == ({"True": "true"}.get(row.carrier, row.carrier) if isinstance(row.carrier, str) else None)
    finally:
        store.close()
