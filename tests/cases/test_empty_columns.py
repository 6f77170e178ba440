"""An optional column without any value is as good as none, in each format."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.cases.ledger import OK, rows

pytestmark = pytest.mark.campaign

FORMS = ["parquet", "csv", "lines"]


def written(ledger, frame: pd.DataFrame, form: str):
    return frame if form == "parquet" else getattr(ledger, form)(frame)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("empty", [None, np.nan])
def test_no_label_is_known_yet(ledger, form, empty):
    ledger.card(data={"known_at": "known"})
    made = rows(60).assign(y=empty, known=None)
    assert ledger.predictions(written(ledger, made, form)).code == OK
    ledger.monitor()
    assert ledger.labelled() == 0


@pytest.mark.parametrize("form", FORMS)
def test_labels_without_any_instant_of_knowledge(ledger, form):
    ledger.card(data={"known_at": "known"})
    made = rows(60)
    ledger.predictions(made.drop(columns="y"))
    told = ledger.actuals(written(ledger, made[["id", "y"]].assign(known=None), form))
    assert told.code == OK, told.err
    ledger.monitor()
    assert ledger.labelled() == len(made)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["numeric", "categorical"])
def test_a_feature_that_is_always_missing(ledger, form, kind):
    ledger.card(features={"x": {"kind": kind}}, data={"segments": ["x"]})
    told = ledger.predictions(written(ledger, rows(120).assign(x=None), form))
    assert told.code == OK, told.err
    ledger.monitor()
    assert ledger.show("segments", "m").drop_duplicates("group")["predictions"].sum() == 120
