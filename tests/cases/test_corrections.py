"""Labels are restated, versions score the same cases, a case is scored every month, a file was the wrong one."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.cases.ledger import OK, rows

pytestmark = pytest.mark.campaign


def test_a_corrected_label_counts_from_when_it_is_known(ledger):
    ledger.card()
    made = rows()
    ledger.predictions(made.assign(known_at=pd.Timestamp("2024-03-15", tz="UTC")))
    fixed = made[["id", "y"]].iloc[[3, 4]].assign(y=lambda frame: 1 - frame["y"])
    told = ledger.actuals(fixed.assign(known_at=pd.Timestamp("2024-06-01", tz="UTC")))
    assert told.code == OK, told.err
    ledger.monitor()
    rate = ledger.show("performance", "m", "--by", "year").set_index("metric").loc["base_rate", "value"]
    change = int((fixed["y"] - made["y"].iloc[[3, 4]]).sum())
    assert rate == pytest.approx((made["y"].sum() + change) / len(made))


def test_the_same_label_again_changes_nothing(ledger):
    ledger.card()
    made = rows()
    ledger.predictions(made)
    assert ledger.actuals(made[["id", "y"]]).code == OK
    ledger.monitor()
    assert ledger.labelled() == len(made)


def test_versions_may_score_the_same_cases(ledger):
    ledger.card(versions=[{"version": "1"}, {"version": "2"}])
    made = rows(300)
    assert ledger.predictions(made.assign(model_version="1")).code == OK
    told = ledger.predictions(made.assign(model_version="2", p=made["p"] * 0.9))
    assert told.code == OK, told.err
    ledger.monitor()
    for version, factor in (("1", 1.0), ("2", 0.9)):
        shown = ledger.show("performance", "m", "--by", "year", "--version", version).set_index("metric")
        assert shown.loc["mean_prediction", "value"] == pytest.approx(made["p"].mean() * factor, abs=1e-6)


def test_one_label_serves_every_version_of_a_case(ledger):
    ledger.card(versions=[{"version": "1"}, {"version": "2"}])
    made = rows(300)
    for version in ("1", "2"):
        assert ledger.predictions(made.drop(columns="y").assign(model_version=version)).code == OK
    assert ledger.actuals(made[["id", "y"]]).code == OK
    ledger.monitor()
    for version in ("1", "2"):
        shown = ledger.show("performance", "m", "--by", "year", "--version", version)
        assert set(shown["labelled"]) == {300}


def test_a_customer_may_be_scored_every_month(ledger):
    told = ledger.card(data={"key": "id+instant"})
    assert told.code == OK, told.err
    made = rows(200, days=28)
    later = made.assign(at=made["at"] + pd.Timedelta(days=31), p=made["p"] * 0.5)
    assert ledger.predictions(made.drop(columns="y")).code == OK
    told = ledger.predictions(later.drop(columns="y"))
    assert told.code == OK, told.err
    ledger.monitor()
    shown = ledger.show("performance", "m").drop_duplicates("period")
    assert shown["predictions"].tolist() == [200, 200]


def test_the_same_rows_in_other_clothes_are_the_same(ledger):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    ledger.card()
    made = rows(100)
    made["x"] = np.where(np.arange(100) < 20, 0.0, np.where(np.arange(100) < 40, np.nan, made["x"]))
    ledger.predictions(made)
    table = pa.Table.from_pandas(made, preserve_index=False)
    table = table.set_column(4, "x", pa.array(np.where(made["x"] == 0, -0.0, made["x"]), from_pandas=False))
    table = table.set_column(1, "at", table["at"].cast(pa.timestamp("ns", tz="UTC")))
    path = ledger.folder / "again.parquet"
    pq.write_table(table.select(["x", "p", "y", "at", "id"]), path, version="2.6")
    told = ledger.predictions(path)
    assert told.code == OK, told.err
    assert "ignored 100" in told.out
