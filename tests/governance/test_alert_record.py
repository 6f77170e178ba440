"""The record of alerts: verdicts by hand, and a simulated history in which one drift did harm and one did not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import proportion_confint

from dashboard.access.principal import operator
from dashboard.actions import monitor as monitoring
from dashboard.actions.ingest import Delivery
from dashboard.actions.registry import run_action
from dashboard.governance import alerts as lives
from dashboard.governance.alert_record import limits
from dashboard.governance.alert_record.limits import best_split
from dashboard.governance.alert_record.record import AreaRecord
from dashboard.governance.alert_record.verdicts import (
    VERDICTS,
    Stood,
    harmful_runs,
    in_words,
    judge_alert,
    missed,
)
from dashboard.measures.judging.alarms import Run
from dashboard.schema.card.card import ModelCard
from dashboard.store import alerts
from dashboard.views.records import records
from dashboard.words import Sentence
from tests.acceptance.portfolio import BINARY_CARD, write_rows
from tests.governance.conftest import History, history  # noqa: F401 - a fixture

CALM = dict.fromkeys(range(20), False)
LABELS = {number: f"2024-{number:02}" for number in range(1, 13)}


def harmed(*periods: int) -> dict[int, bool]:
    return {**CALM, **dict.fromkeys(periods, True)}


@pytest.mark.parametrize(
    ("alert", "harms", "verdict"),
    [
        (Stood(5, 6), harmed(5), "right"),
        (Stood(5, 6), harmed(7), "right"),
        (Stood(5, 6), harmed(8), "wrong"),
        (Stood(5, 6, last=5), harmed(6), "wrong"),
        (Stood(5, 6, last=4), harmed(5), "right"),
        (Stood(5, 7), harmed(5), "right"),
        (Stood(5, 8), harmed(5), "too_late"),
        (Stood(5, 6), harmed(4, 5), "right"),
        (Stood(5, 6), harmed(3, 4, 5), "too_late"),
        (Stood(5, 6), {3: True, 5: True}, "too_late"),
        (Stood(5, 6, last=8, cause="repaired"), CALM, "right"),
        (Stood(5, 6, last=8, cause="retrained"), None, "right"),
        (Stood(5, 6, last=8, cause="false_alarm"), harmed(6), "right"),
        (Stood(5, 6, last=8, cause="false_alarm"), None, "wrong"),
        (Stood(5, 6, last=8, cause="expected_change"), CALM, "wrong"),
        (Stood(5, 6, last=8, cause="expected_change"), None, "unknown"),
        (Stood(5, 6), None, "unknown"),
        (Stood(5, 6, last=8, cause="status_returned"), {5: False, 7: False}, "unknown"),
        (Stood(5, 6), {5: False, 6: False}, "unknown"),
        (Stood(5, 6), {}, "unknown"),
    ],
)
def test_outcomes_decide_and_before_them_how_an_alert_was_closed(
    alert: Stood, harms: dict[int, bool] | None, verdict: str
) -> None:
    judged = judge_alert(alert, harms, 19)
    assert judged.verdict == verdict
    english, german = (in_words(judged, LABELS).render(language) for language in ("en", "de"))
    assert "{" not in english + german
    assert english != german


def test_the_reason_names_the_periods_and_how_late_it_was() -> None:
    late = in_words(judge_alert(Stood(5, 8), harmed(4, 5), 19), LABELS).render("en")
    assert "begun in April 2024, 4 periods before" in late
    assert late.endswith("(May 2024)")
    calm = in_words(judge_alert(Stood(5, 6, last=9), CALM, 19), LABELS).render("en")
    assert calm.endswith("(May 2024 – July 2024)")
    waiting = judge_alert(Stood(18, 19), {18: False, 19: False}, 19)
    assert "1" in in_words(waiting, LABELS).render("en")


def test_what_an_earlier_alert_told_is_not_told_too_late_by_the_next() -> None:
    harms, first, second = harmed(3, 4, 5, 6), Stood(3, 4, last=4), Stood(6, 7)
    assert judge_alert(second, harms, 19).verdict == "too_late"
    assert judge_alert(second, harms, 19, [first]).verdict == "right"


def test_harms_are_runs_and_those_without_an_alert_are_missed() -> None:
    harms = {1: True, 2: True, 3: False, 5: True, 7: True, 8: False, 10: True}
    assert harmful_runs(harms, 0) == [Run(1, 2), Run(5, 7), Run(10, 10)]
    assert harmful_runs(harms, 7) == [Run(5, 7), Run(10, 10)]
    assert missed(harmful_runs(harms, 0), [Stood(0, 1, last=1), Stood(11, 12)]) == [Run(5, 7), Run(10, 10)]
    assert missed(harmful_runs(harms, 0), [Stood(6, 7)]) == [Run(1, 2)]


@given(
    st.dictionaries(st.integers(0, 15), st.booleans()),
    st.integers(0, 15),
    st.integers(1, 4),
    st.one_of(st.none(), st.integers(0, 15)),
)
def test_an_alert_is_right_or_late_only_where_a_period_of_its_own_shows_harm(
    harms: dict[int, bool], first: int, delay: int, last: int | None
) -> None:
    alert = Stood(first, first + delay, last)
    judged = judge_alert(alert, harms, 15)
    hurt = any(harms.get(period) for period in alert.speaks_for())
    assert (judged.verdict in ("right", "too_late")) == hurt
    runs = harmful_runs(harms, 0)
    assert sum(harms.values()) == sum(harms.get(period, False) for run in runs for period in range(*_ends(run)))


def _ends(run: Run) -> tuple[int, int]:
    return run.first, run.last + 1


def test_a_share_has_its_interval_and_is_not_told_of_too_few() -> None:
    def record(right: int, wrong: int) -> AreaRecord:
        return AreaRecord("drift", {**dict.fromkeys(VERDICTS, 0), "right": right, "wrong": wrong, "unknown": 9}, 2, 1)

    assert record(1, 3).share is None
    reason = record(1, 3).reason
    assert reason is not None
    assert "4" in reason.render("en")
    known = record(1, 6)
    assert known.reason is None
    assert known.share is not None
    assert known.share[0] == pytest.approx(1 / 7)
    assert known.share[1:] == pytest.approx(proportion_confint(1, 7, method="wilson"), abs=1e-6)
    assert (known.alerts, known.settled) == (16, 7)


MONTHS = pd.period_range("2024-01", "2024-10", freq="M")
HARMLESS, HARMFUL = "2024-05", ("2024-08", "2024-09")
CARD = {
    "time_zone": "UTC",
    "period": "month",
    "status": "production",
    "business": {"key_metrics": [{"metric": "bias", "target": 0.05, "limit": 0.1}]},
    "roles": "{accountable_executive: [anna]}",
}


def month_of(month: pd.Period, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of a month; `amount` moves in May and in August and September, when outcomes leave the scores as well."""
    number, name = 600, str(month)
    score = rng.uniform(0.05, 0.95, number).round(3)
    moved = name == HARMLESS or name in HARMFUL
    rate = np.clip(score - 0.3, 0.01, 1) if name in HARMFUL else score
    return pd.DataFrame(
        {
            "id": [f"{name}-{place}" for place in range(number)],
            "decided": month.start_time.tz_localize("UTC") + pd.to_timedelta(rng.uniform(0, 27, number), unit="D"),
            "p": score, "fraud": (rng.random(number) < rate).astype(float), "customer": rng.integers(0, 10**6, number),
            "amount": rng.normal(3.0 if moved else 0.0, 1, number), "age": rng.normal(40, 9, number).round(),
            "constant": 7.0, "region": "north", "channel": "web", "model_version": "1",
        }
    )  # fmt: skip


@pytest.fixture
def lived(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:  # noqa: F811 - the fixture
    """Ten months, each delivered and monitored on the second day of the next one; outcomes come a month later."""
    rng, late = np.random.default_rng(7), pd.DataFrame(columns=["id", "fraud"])
    for month in MONTHS:
        day = f"{(month + 1).start_time:%Y-%m}-02"
        moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        history.on(day)
        for module in (alerts, lives, monitoring):
            monkeypatch.setattr(module, "now", lambda moment=moment: moment)
        if month == MONTHS[0]:
            history.card(**CARD)
        rows, path = month_of(month, rng), tmp_path / f"{month}.parquet"
        if not late.empty:
            write_rows(late, tmp_path / "late.csv")
            delivery = Delivery(model="claims", files=(tmp_path / "late.csv",))
            run_action(history.store, "ingest_actuals", delivery, operator("test"))
        rows.drop(columns="fraud").to_parquet(path)
        history.predictions(path)
        late = rows[["id", "fraud"]]
    return history


def test_a_simulated_history_has_the_record_that_it_earned(lived: History) -> None:
    verdicts = {
        (row["area"], row["opened_at"][:10], row["verdict"])
        for row in records(lived.show("alert-verdicts"))
        if row["area"] != "quality"
    }
    assert verdicts == {
        ("performance", "2024-10-02", "right"),
        ("drift", "2024-06-02", "wrong"),
        ("drift", "2024-09-02", "right"),
    }
    by_area = {row["area"]: row for row in records(lived.show("alert-record"))}
    drift = by_area["drift"]
    assert (drift["alerts"], drift["right_alerts"], drift["wrong_alerts"], drift["too_late_alerts"]) == (2, 1, 1, 0)
    assert (drift["harms"], drift["missed"], drift["right_share"]) == (1, 0, None)
    assert "2" in str(drift["reason"])
    assert (by_area["performance"]["right_alerts"], by_area["performance"]["missed"]) == (1, 0)
    then = {row["area"]: row for row in records(lived.show("alert-record", on="2024-07-15"))}
    assert (then["drift"]["alerts"], then["drift"]["harms"]) == (1, 0)


@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=3, max_size=12),
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=3, max_size=12),
)
def test_a_proposed_limit_spares_more_than_it_loses_and_no_value_does_better(
    right: list[float], wrong: list[float]
) -> None:
    split = best_split(right, wrong)
    gains = [sum(one < cut for one in wrong) - sum(one < cut for one in right) for cut in [*right, *wrong]]
    if split is None:
        assert max(gains) <= 0
        return
    assert split.spared == sum(one < split.value for one in wrong)
    assert split.lost == sum(one < split.value for one in right)
    assert split.spared - split.lost == max(gains)


def test_nothing_is_proposed_of_few_alerts() -> None:
    assert best_split([0.5, 0.6], [0.1, 0.2, 0.3]) is None
    assert best_split([0.5, 0.6, 0.7], [0.1, 0.2]) is None
    split = best_split([0.5, 0.6, 0.7], [0.26, 0.3, 0.55])
    assert split is not None
    assert (split.value, split.spared, split.lost) == (pytest.approx(0.4), 2, 0)


def test_limits_follow_from_alerts_in_their_own_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    card = ModelCard.model_validate(yaml.safe_load(BINARY_CARD))

    def alert(area: str, name: str, value: float, verdict: str) -> object:
        key = "method" if area == "drift" else "metric"
        alarm = SimpleNamespace(area=area, reason=Sentence("x", {key: name, "value": value}))
        known = SimpleNamespace(alert=SimpleNamespace(alarm=alarm))
        return SimpleNamespace(known=known, judged=SimpleNamespace(verdict=verdict))

    found = [
        *(alert("drift", "psi", value, "right") for value in (0.6, 0.7, 0.8)),
        *(alert("drift", "psi", value, "wrong") for value in (0.26, 0.3, 0.4)),
        alert("drift", "psi", 0.01, "unknown"),
        *(alert("performance", "roc_auc", value, "too_late") for value in (0.5, 0.55, 0.58)),
        *(alert("performance", "roc_auc", value, "wrong") for value in (0.66, 0.68, 0.69)),
        *(alert("performance", "bias", value, "right") for value in (-0.3, 0.2, 0.25)),
        *(alert("performance", "bias", value, "wrong") for value in (-0.06, 0.07, 0.1)),
    ]
    monkeypatch.setattr(limits, "judged_alerts", lambda *_: found)
    proposed = {
        one.name: (one.area, one.current, one.limit, one.place)
        for one in limits.proposed_limits(SimpleNamespace(cards={"claims": card}), "claims")  # type: ignore[arg-type]
    }
    assert proposed == {
        "psi": ("drift", 0.25, pytest.approx(0.5), "monitoring.drift.psi.alert"),
        "roc_auc": ("performance", 0.7, pytest.approx(0.62), "business.key_metrics"),
        "bias": ("performance", 0.05, pytest.approx(0.15), "business.key_metrics"),
    }
