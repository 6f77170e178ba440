"""Nothing in the data can collide with a name of the program: columns, categories, segments."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases.ledger import JANUARY, OK, late, rows

pytestmark = pytest.mark.campaign

# duckdb/duckdb-delta 163, stac-utils/rustac 848, eakmanrq/sqlframe 557.
COLUMNS = [
    "file", "filename", "file_row_number", "file_index", "rowid", "row", "ordinal", "version", "period", "at_utc",
    "_fivetran_synced", "_airbyte_ab_id", "_merge", "_id", "_at", "_score", "_actual", "_known_at", "_cluster",
    "__index_level_0__", "predictions", "labels",
]  # fmt: skip


def test_extra_columns_may_have_any_name(ledger):
    ledger.card()
    made = rows(300)
    named = made.assign(**dict.fromkeys(COLUMNS, "2024-01-01"))
    first = ledger.predictions(named[:200].drop(columns="y"))
    second = ledger.predictions(named[200:].drop(columns="y"))
    assert (first.code, second.code) == (OK, OK), first.err + second.err
    assert ledger.actuals(named[["id", "y", "file", "_id"]]).code == OK
    ledger.monitor()
    assert ledger.labelled() == len(made)


@pytest.mark.parametrize("column", ["file", "filename", "rowid", "version", "count", "select"])
def test_a_feature_may_have_any_name(ledger, column):
    ledger.card(features={column: {"kind": "numeric"}}, data={"reference": JANUARY})
    made = rows(1200).rename(columns={"x": column})
    ledger.monitored(made[:700], made[700:])
    assert set(ledger.show("drift", "m")["feature"]) == {column}


@pytest.mark.parametrize("value", ["(missing)", "(other)", "null", "nan", "NaN", "None", "NA", "true"])
def test_a_category_may_have_any_value(ledger, value):
    features = {"c": {"kind": "categorical"}}
    ledger.card(features=features, data={"reference": JANUARY, "segments": ["c"]})
    made, rng = rows(2000), np.random.default_rng(1)
    made["c"] = rng.choice([value, "b", None], len(made), p=[0.5, 0.3, 0.2])
    ledger.monitored(made)
    shown = ledger.show("segments", "m").drop_duplicates("group")
    assert sorted(shown["predictions"]) == sorted(made["c"].value_counts(dropna=False))
    # A value of the data that takes the place of missing ones is a change, whatever it is called.
    changed = made[late(made)].assign(id=lambda frame: frame["id"] + 10_000)
    changed["at"] += np.timedelta64(31, "D")
    ledger.monitored(changed.assign(c=changed["c"].fillna(value)))
    assert ledger.show("drift", "m").set_index("period")["value"]["2024-03"] > 0.25
