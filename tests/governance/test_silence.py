"""A model that predicts no more: its log says how long a pause is usual; after a longer one its status is unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.governance.situation.rhythm import silence_of, usual_distance
from dashboard.profiles.periods import following
from dashboard.store.log import writing
from tests.acceptance.portfolio import write_rows
from tests.governance.conftest import History

CARD = {
    "time_zone": "UTC",
    "status": "production",
    "business": {"key_metrics": [{"metric": "roc_auc", "target": 0.6, "limit": 0.5}]},
    "versions": [{"version": "1"}],
    "data": {
        "prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y",
        "features": {"x": {"kind": "numeric"}},
        "reference": {"from": "2024-01-01", "to": "2024-01-31"},
    },
}  # fmt: skip


def rows(days: list[date], a_day: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(len(days))
    number = a_day * len(days)
    score = rng.random(number).round(3)
    return pd.DataFrame(
        {
            "id": [f"{day}-{index}" for day in days for index in range(a_day)],
            "at": [pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=9) for day in days for _ in range(a_day)],
            "p": score,
            "y": (rng.random(number) < score).astype(int),
            "x": rng.normal(size=number),
        }
    )


def days(first: str, number: int, step: int = 1) -> list[date]:
    return [date.fromisoformat(first) + timedelta(days=step * index) for index in range(number)]


def logged(history: History, frame: pd.DataFrame, period: str) -> None:
    history.on("2024-01-01")
    history.card("{accountable_executive: [anna]}", period=period, **CARD)
    history.predictions(write_rows(frame, history.folder / f"{period}.parquet"))


@pytest.mark.parametrize(
    ("period", "when", "last_day_of_patience", "words"),
    [
        ("day", days("2024-01-01", 90), "2024-04-01", "predictions came every day"),
        ("day", [day for day in days("2024-01-01", 90) if day.weekday() < 5], "2024-04-03", "every 3 days"),
        ("week", days("2024-01-01", 14, 7), "2024-04-14", "every 7 days"),
        ("month", days("2024-01-01", 90), "2024-04-30", "every month"),
    ],
    ids=["days", "working days", "weeks", "months"],
)
def test_the_log_tells_how_long_a_pause_is_usual(
    history: History, period: str, when: list[date], last_day_of_patience: str, words: str
) -> None:
    logged(history, rows(when), period)
    after = date.fromisoformat(last_day_of_patience) + timedelta(days=1)
    assert silence_of(history.situation(last_day_of_patience), "claims") is None
    silence = silence_of(history.situation(after.isoformat()), "claims")
    assert silence is not None
    assert (silence.last, silence.since) == (when[-1], after)
    assert words in silence.reason.render()
    assert silence_of(history.situation((after + timedelta(days=400)).isoformat()), "claims") == silence


def test_a_silent_model_is_unknown_and_a_gap_in_every_face(history: History) -> None:
    logged(history, rows(days("2024-01-01", 90)), "day")
    history.on("2024-03-31")
    status = history.show("status").set_index("area")["status"]
    assert (status["performance"], status["drift"]) == ("ok", "ok")
    assert "not_monitored" not in history.gaps("2024-03-31")
    history.on("2024-06-30")
    status = history.show("status").set_index("area")
    assert set(status["status"][["performance", "drift"]]) == {"unknown"}
    assert status["reason"]["performance"].startswith("Nothing has been logged since 30 Mar 2024")
    assert "The last assessment was: ROC AUC" in status["reason"]["performance"]
    # That data do not come is a fault of the data.
    assert status.loc["quality", "status"] == "warn"
    assert history.show("models")["status"].tolist() == ["warn"]
    gap = history.gaps("2024-06-30")["not_monitored"]
    assert [(one.severity, str(one.since), one.person) for one in gap] == [("high", "2024-04-02", "anna")]


def test_silence_makes_no_trouble_better(history: History) -> None:
    frame = rows(days("2024-01-01", 90))
    late = frame["at"] >= "2024-03-01"
    frame.loc[late, "y"] = (np.random.default_rng(0).random(int(late.sum())) > frame.loc[late, "p"]).astype(int)
    logged(history, frame, "day")
    history.on("2024-06-30")
    status = history.show("status").set_index("area")
    assert status["status"]["performance"] == "alert"
    assert status["reason"]["performance"].startswith("Nothing has been logged since 30 Mar 2024")


def test_who_stopped_a_model_is_not_told_that_it_is_silent(history: History) -> None:
    logged(history, rows(days("2024-01-01", 90)), "day")
    history.on("2024-04-01")
    history.card("{accountable_executive: [anna]}", period="day", **{**CARD, "status": "retired"})
    history.on("2024-06-30")
    assert "not_monitored" not in history.gaps("2024-06-30")
    status = history.show("status").set_index("area")
    assert status["status"]["drift"] == "ok"
    assert "That period ended 91 days ago; nothing newer could be assessed." in status["reason"]["drift"]


def test_files_that_come_once_a_month_are_waited_for(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    every = rows(days("2024-01-01", 91))
    monkeypatch.setattr(writing, "now", lambda: datetime.fromisoformat("2024-02-01T08:00:00+00:00"))
    logged(history, every[every["at"] < "2024-02-01"], "day")
    for month, arrives in (("2024-02", "2024-03-01"), ("2024-03", "2024-04-01")):
        moment = datetime.fromisoformat(f"{arrives}T08:00:00+00:00")
        monkeypatch.setattr(writing, "now", lambda moment=moment: moment)
        part = every[every["at"].dt.strftime("%Y-%m") == month]
        history.predictions(write_rows(part, history.folder / f"{month}.parquet"))
    # Files came on 1 February, 1 March and 1 April: 31 days apart at most, twice of which is patience enough.
    assert silence_of(history.situation("2024-06-01"), "claims") is None
    assert silence_of(history.situation("2024-06-02"), "claims") is not None


def test_a_card_may_ask_for_more_patience(history: History) -> None:
    history.on("2024-01-01")
    history.card("{}", period="day", monitoring={"silence": {"least_days": 30}}, **CARD)
    history.predictions(write_rows(rows(days("2024-01-01", 60)), history.folder / "rows.parquet"))
    assert silence_of(history.situation("2024-03-30"), "claims") is None
    assert silence_of(history.situation("2024-03-31"), "claims") is not None


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60),
    st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]),
)
def test_the_usual_distance_is_the_one_that_95_of_100_do_not_exceed(steps: list[int], grain: str) -> None:
    start = datetime(2001, 1, 1)
    busy = [start]
    for step in steps:
        for _ in range(step):
            start = following(start, grain)
        busy.append(start)
    assert usual_distance(busy, grain) == int(np.quantile(steps, 0.95, method="inverted_cdf"))


def test_data_that_no_longer_come_are_a_fault_until_they_come_again(history: History) -> None:
    logged(history, rows(days("2024-01-01", 60)), "day")

    def faults() -> list[tuple[str, str, bool]]:
        found = history.show("quality-faults")
        found = found[found["check"] == "freshness"]
        return list(zip(found["since"], found["state"], found["ongoing"], strict=True))

    def fresh() -> tuple[str, str]:
        found = history.show("quality").set_index("check").loc["freshness"]
        return found["period"], found["status"]

    history.on("2024-03-01")
    assert (faults(), fresh()) == ([], ("2024-02-29", "ok"))
    history.on("2024-03-10")
    run_action(history.store, "monitor", Models(models=("claims",)), operator("test"))
    assert (faults(), fresh()) == ([("2024-03-03", "new", True)], ("2024-03-03", "warn"))
    history.on("2024-03-20")
    history.predictions(write_rows(rows(days("2024-03-11", 9)), history.folder / "again.parquet"))
    assert (faults(), fresh()) == ([("2024-03-03", "over", False)], ("2024-03-19", "ok"))
