"""Files as people have them: spreadsheets, pandas' own, tables of MLflow; and a lock met by a second command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.ledger import OK, REFUSED, Ledger, rows

pytestmark = pytest.mark.campaign

# kedro-mlflow 634, mlflow 8467 and 8523, many questions on "Unnamed: 0" and on semicolons.
ROOT = Path(__file__).parents[2]


def read_or_told(ledger: Ledger, path: Path, words: tuple[str, ...]) -> None:
    """The rows are all read rightly, or the refusal is short and names what is wrong."""
    made = rows(60)
    told = ledger.predictions(path)
    if told.code == OK:
        ledger.monitor()
        shown = ledger.show("performance", "m", "--by", "year").set_index("metric")
        assert shown.loc["mean_prediction", "value"] == pytest.approx(made["p"].mean(), abs=1e-6)
        assert set(shown["predictions"]) == {60}
    else:
        assert told.code == REFUSED
        assert any(word in told.text for word in words), told.err
        assert len(told.err.strip().splitlines()) <= 25


@pytest.mark.parametrize(
    ("ending", "how"),
    [
        ("csv", {"sep": ";", "decimal": ",", "encoding": "utf-8-sig", "date_format": "%d.%m.%Y %H:%M"}),
        ("csv", {"sep": ";", "decimal": ","}),
        ("csv", {"sep": ";"}),
        ("csv", {"sep": "\t"}),
        ("tsv", {"sep": "\t"}),
        ("csv", {"sep": "|"}),
        ("csv", {"encoding": "utf-8-sig"}),
        ("csv", {"encoding": "utf-16"}),
        ("csv", {"lineterminator": "\r\n", "quoting": 1}),
    ],
    ids=[
        "German spreadsheet",
        "semicolons",
        "semicolons and points",
        "tabs",
        "tsv",
        "bars",
        "mark",
        "UTF-16",
        "quoted",
    ],
)
def test_separated_text_is_read_or_told(ledger, ending, how):
    ledger.card()
    read_or_told(
        ledger, ledger.csv(rows(60), ending, **how), ("semicolon", "';'", "tab", "separator", "utf-8", ".tsv", "ending")
    )


@pytest.mark.parametrize("form", ["csv", "named csv", "parquet"])
def test_the_index_of_pandas_is_left_out(ledger, form):
    ledger.card()
    made = rows(60)
    if form == "parquet":
        path = ledger.folder / "a.parquet"
        made.set_index(made["id"] + 7).to_parquet(path)
    else:
        path = ledger.csv(made, index=True, index_label="Unnamed: 0" if form == "named csv" else None)
    told = ledger.predictions(path)
    assert told.code == OK, told.err


@pytest.mark.parametrize("orient", ["split", "records", "columns", "index"])
def test_tables_as_json_are_read_or_told(ledger, orient):
    ledger.card()
    path = ledger.folder / "table.json"
    rows(60).to_json(path, orient=orient, date_format="iso")
    read_or_told(ledger, path, ("one json object per line", "split", "orient", "json lines"))


def test_a_table_of_mlflow_is_read_or_told(ledger):
    ledger.card()
    made = rows(60)
    path = ledger.folder / "table.json"
    data = json.loads(made.to_json(orient="values", date_format="iso"))
    path.write_text(json.dumps({"columns": list(made.columns), "data": data}), encoding="utf-8")
    read_or_told(ledger, path, ("one json object per line", "split", "json lines"))


def test_equal_faults_are_told_once(ledger):
    ledger.card()
    told = ledger.predictions(ledger.csv(rows(400).assign(p="high")))
    assert told.code == REFUSED
    assert len(told.err.strip().splitlines()) <= 25
    assert "high" in told.text


def test_two_commands_at_once_both_end_well_or_say_try_again(ledger):
    ledger.card()
    path = ledger.file(rows(50_000))
    words = [sys.executable, "-m", "dashboard", "ingest", "predictions", "m", str(path), "--home", str(ledger.home)]
    jobs = [
        subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    complaints = " ".join(job.communicate()[1] for job in jobs)
    codes = sorted(job.returncode for job in jobs)
    assert codes == [0, 0] or "again" in complaints
    assert "Traceback" not in complaints
