"""Two clocks: what was shown on a day is told beside what is known now, and is what was asked on that day."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.schema.times import parse_day
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import claims, write_rows
from tests.governance.conftest import History, history  # noqa: F401 - a fixture


@pytest.fixture
def learned(history: History, tmp_path: Path) -> History:  # noqa: F811 - the fixture above
    """A model whose rows were logged on 1 May without outcomes from the latest third, which came on 1 June."""
    rows = claims(number=3000).frame.sort_values("decided", kind="stable").reset_index(drop=True)
    late = rows.index >= 2000
    history.on("2024-05-01")
    history.card(time_zone="UTC")
    history.predictions(write_rows(rows.assign(fraud=rows["fraud"].where(~late)), tmp_path / "first.parquet"))
    history.on("2024-06-01")
    labels = tmp_path / "later.csv"
    rows[late & rows["fraud"].notna()][["id", "fraud"]].to_csv(labels, index=False)
    run_action(history.store, "ingest_actuals", Delivery(model="claims", files=(labels,)), operator("test"))
    run_action(history.store, "monitor", Models(models=("claims",)), operator("test"))
    return history


def test_then_is_what_was_shown_and_now_is_what_is_shown(learned: History):
    told = records(learned.show("two-clocks", on="2024-05-10"))
    shown_then = {
        (row["period"], row["metric"]): (row["value"], row["labelled"])
        for row in records(learned.show("performance", as_of="2024-05-10T23:00:00+00:00"))
    }
    shown_now = {(row["period"], row["metric"]): row["value"] for row in records(learned.show("performance"))}
    assert told
    for row in told:
        key = (row["period"], row["metric"])
        assert row["value"] == shown_now[key]
        if row["believed_source"] == "measured":
            assert (row["believed"], row["believed_labelled"]) == shown_then[key]
        if row["believed"] is not None and row["value"] is not None:
            assert row["difference"] == pytest.approx(row["value"] - row["believed"])
    assert any(row["believed_labelled"] < row["labelled"] for row in told)


def test_a_metric_may_be_chosen_and_a_day_before_everything_was_believed_nothing(learned: History):
    query = Query(model="claims", on=parse_day("2024-05-10"), metric="roc_auc")
    assert set(run_view(learned.store, "two-clocks", query, operator("test"))["metric"]) == {"roc_auc"}
    assert learned.show("two-clocks", on="2023-12-01").empty
