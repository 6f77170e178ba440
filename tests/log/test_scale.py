"""Many columns, many months, several callers at once."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from dashboard.store.engine.database import Store
from dashboard.store.log import writing
from dashboard.store.log.files import file_path, list_log_files
from dashboard.store.log.ingest import ingest_predictions
from dashboard.store.log.order import Ingested
from tests.log.conftest import MakeCard

ROWS = 20_000
MONTHS = 24


@pytest.fixture
def scattered(tmp_path: Path) -> Path:
    """Rows of two years in no order."""
    path = tmp_path / "rows.parquet"
    duckdb.sql(f"""
        COPY (SELECT i AS id, TIMESTAMP '2012-01-01' + INTERVAL (i * {MONTHS * 130_000 // ROWS}) SECOND * 20 AS at,
            0.5 AS score, i * 1.0 AS hour, 'AA' AS carrier FROM range({ROWS}) t(i) ORDER BY hash(i)) TO '{path}'
    """)
    return path


@pytest.mark.parametrize("reads_that_matter", [0, 10_000])
def test_scattered_rows_come_to_their_months_sorted_first_or_not(
    store: Store, make_card: MakeCard, scattered: Path, monkeypatch: pytest.MonkeyPatch, reads_that_matter: int
) -> None:
    monkeypatch.setattr(writing, "READS_THAT_MATTER", reads_that_matter)
    shares: list[tuple[float, str]] = []
    ingest_predictions(store, make_card(), [scattered], "tester", lambda share, doing: shares.append((share, doing)))
    files = list_log_files(store, "flights")
    assert len(files) == MONTHS
    paths = [str(file_path(store, file)) for file in files]
    rows = f"read_parquet({paths}, filename = true)"
    strays = f"SELECT count(*) FROM {rows} WHERE NOT contains(filename, strftime(_at, '/%Y-%m/'))"
    assert duckdb.sql(strays).fetchone() == (0,)
    assert duckdb.sql(f"SELECT count(DISTINCT _id) FROM read_parquet({paths})").fetchone() == (ROWS,)
    assert ("Sorting the rows" in {doing for _, doing in shares}) == (reads_that_matter == 0)
    assert [share for share, _ in shares] == sorted(share for share, _ in shares)
    assert shares[-1][0] < 1


def test_more_columns_than_the_engine_has_depth_of_expressions(
    store: Store, make_card: MakeCard, tmp_path: Path
) -> None:
    names = [f"f{number}" for number in range(1_050)]
    path = tmp_path / "rows.parquet"
    values = ", ".join(f"i * 1.0 AS {name}" for name in names)
    duckdb.sql(f"COPY (SELECT i AS id, DATE '2013-04-01' AS at, 0.5 AS score, {values} FROM range(3) t(i)) TO '{path}'")
    card = make_card(features={name: {"kind": "numeric"} for name in names})
    assert ingest_predictions(store, card, [path], "tester").rows_added == 3


def test_callers_at_once_add_each_row_once(store: Store, make_card: MakeCard, scattered: Path) -> None:
    done: list[Ingested] = []

    def call() -> None:
        done.append(ingest_predictions(store, make_card(), [scattered], "tester"))

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.rows_added for one in done) == [0, 0, ROWS]
    assert sum(file.rows for file in list_log_files(store, "flights")) == ROWS
