"""Two clocks: what was shown on a day is told beside what is known now, and is what was asked on that day."""

from __future__ import annotations

from datetime import UTC, datetime
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
    prices = {"currency": "EUR", "promised_per_month": 500, "outcomes": {"true_positive": 9, "false_positive": -2}}
    history.people("people: [{id: anna, name: Anna}]")
    history.card("{accountable_executive: [anna]}", time_zone="UTC", business={"value": prices})
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


def by_month(world: History, view: str, **asked: object) -> dict[str, dict[str, object]]:
    found = run_view(world.store, view, Query(model="claims", by="month", **asked), operator("test"))
    return {row["period"]: row for row in records(found)}


def test_money_then_is_what_was_shown_and_now_is_what_is_shown(learned: History):
    day = parse_day("2024-05-10")
    told = by_month(learned, "value-two-clocks", on=day)
    then = by_month(learned, "value", as_of=datetime(2024, 5, 10, 23, 59, 59, tzinfo=UTC))
    now = by_month(learned, "value")
    assert list(told) == list(then)
    for period, row in told.items():
        before, after = then[period], now[period]
        assert (row["believed_low"], row["believed_verdict"]) == (before["low"], before["verdict"])
        assert (row["low"], row["verdict"], row["source"]) == (after["low"], after["verdict"], after["source"])
        if row["believed_source"] == "realised":
            assert row["believed"] == before["realised"]
        if row["believed"] is not None and row["value"] is not None:
            assert row["difference"] == pytest.approx(row["value"] - row["believed"])
    assert any(row["source"] == "realised" for row in told.values())
    assert any(row["believed"] != row["value"] for row in told.values())


def test_a_promise_stated_afterwards_was_not_believed_then(learned: History):
    learned.act("anna", "promise", per_month=9_000, start="2024-01-01", reason="We were wrong.")
    told = by_month(learned, "value-two-clocks", on=parse_day("2024-05-10"))
    assert (told["2024-02"]["promised"], told["2024-02"]["believed_promised"]) == (9_000, 500)


def test_a_status_of_a_day_is_judged_by_what_was_known_and_by_what_is_known(learned: History):
    told = {row["area"]: row for row in records(learned.show("status-two-clocks", on="2024-05-10"))}
    for name, at in (("believed_status", "2024-05-10T23:59:59+00:00"), ("status", None)):
        shown = {row["area"]: row["status"] for row in records(learned.show("status", "2024-05-10", at))}
        assert {area: row[name] for area, row in told.items()} == shown
    assert any(row["believed_reason"] != row["reason"] for row in told.values())
