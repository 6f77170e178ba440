"""What is recommended for made-up models with a known story, and the arithmetic behind it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from statsmodels.stats.proportion import proportion_confint

from benchmarks.retraining_cases import (
    AFTER,
    BINARY,
    COST,
    DAYS,
    ERRORS,
    GROWTH,
    OUTCOMES,
    PAIRS,
    REFERENCE,
    REGRESSION,
    RIGHT,
    TASKS,
    answered,
    card_of,
    read,
    rows_of,
)
from dashboard.governance.retraining.loss import Loss
from dashboard.governance.retraining.movement import BLOCKS, _jump
from dashboard.governance.retraining.reasons import CAUSES, TEXTS, Advice, Stated, reason_of
from dashboard.governance.retraining.recommendation import Recommendation, recommendation_of, weeks_to_pay_back
from dashboard.governance.retraining.status import STATUSES, retraining_verdict
from dashboard.governance.retraining.track_record import Chance
from dashboard.words import LANGUAGES, Sentence
from tests.governance.conftest import History

SIX = (
    "steady decline", "one event with recovery", "feature drift without harm", "broken feature: missing",
    "fairness gap without decline", "control",
)  # fmt: skip
CAUSE_OF = {
    "steady decline": "real_change", "growth": "growth", "one event with recovery": "event",
    "feature drift without harm": "harmless_drift", "broken feature: missing": "broken_feature",
    "fairness gap without decline": "fairness", "control": "none",
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("case", SIX)
def test_the_right_thing_is_recommended_for_its_reason(case: str, task: str, tmp_path: Path) -> None:
    found = answered(case, task, 1_000, tmp_path)
    assert found.recommendation in RIGHT[case]
    assert found.cause == CAUSE_OF[case]
    if found.recommendation == "now":
        assert found.row["weeks"] == pytest.approx(COST / found.row["expected_loss_per_week"])
        assert 0 < found.row["low"] < found.row["expected_loss_per_week"] < found.row["high"]
    assert found.row["chance"] is None
    assert found.row["planned_on"] is None


@pytest.mark.campaign
@pytest.mark.parametrize(("case", "task"), PAIRS)
def test_the_right_thing_is_recommended_over_many_seeds(case: str, task: str, tmp_path: Path) -> None:
    wrong = 0
    for seed in range(2_000, 2_020):
        folder = tmp_path / str(seed)
        folder.mkdir()
        wrong += answered(case, task, seed, folder, importance=seed % 2 == 0).recommendation not in RIGHT[case]
    assert wrong <= 1


def started(history: History, tmp_path: Path, case: str, task: str, **changes: object) -> pd.DataFrame:
    """A home with the rows of a case, on the day after the last of them; `changes` replace parts of the card."""
    history.on("2025-01-10")
    card = {**card_of(task), **changes}
    history.register_text(yaml.safe_dump(card))
    rows, path = rows_of(case, task, 7), tmp_path / "rows.parquet"
    rows.to_parquet(path, index=False)
    history.predictions(path, "m")
    return rows


@pytest.mark.parametrize("task", TASKS)
def test_money_per_case_and_loss_are_those_of_the_rows(history: History, tmp_path: Path, task: str) -> None:
    rows = started(history, tmp_path, "steady decline", task)
    row = read(history.store).row
    known = rows[rows["y"].notna()]
    if task == BINARY:
        chosen, happened = known["p"] >= 0.35, known["y"] > 0
        cells = [chosen & happened, chosen & ~happened, ~chosen & happened, ~chosen & ~happened]
        money = np.select(cells, list(OUTCOMES.values()))
    else:
        error = known["p"] - known["y"]
        money = ERRORS["per_prediction"] + ERRORS["over_per_unit"] * error.clip(lower=0)
        money += ERRORS["under_per_unit"] * (-error).clip(lower=0)
    money = pd.Series(money, index=known.index)
    first, last = (pd.Timestamp(end, tz="UTC") for end in REFERENCE.values())
    in_reference = (known["at"] >= first) & (known["at"] < last + pd.Timedelta(days=1))
    assert row["value_then"] == pytest.approx(money[in_reference].mean())
    begin, end = (part.strip() for part in row["span"].split("–")) if "–" in row["span"] else (row["span"],) * 2
    months = known["at"].dt.strftime("%Y-%m").between(begin, end)
    assert row["value_now"] == pytest.approx(money[months].mean())
    assert row["cases_per_week"] == pytest.approx(40 * 7)
    # What was lost is the whole difference without what other cases brought.
    whole = (row["value_then"] - row["value_now"]) * row["cases_per_week"]
    assert row["expected_loss_per_week"] == pytest.approx(whole + row["other_cases"], rel=1e-6)


def test_a_day_is_answered_by_what_had_happened_until_then(history: History, tmp_path: Path) -> None:
    started(history, tmp_path, "steady decline", BINARY)
    answers = {day: recommendation_of(history.situation(day), "m").answer for day in ("2024-04-30", "2024-12-31")}
    assert answers == {"2024-04-30": "no", "2024-12-31": "now"}


def test_a_card_that_says_never_is_respected_and_the_reason_says_so(history: History, tmp_path: Path) -> None:
    started(history, tmp_path, "steady decline", REGRESSION, retraining={"policy": "never", "cost": COST})
    found = read(history.store)
    assert found.recommendation == "no"
    assert "never trained again" in found.row["reason"]


def test_without_prices_a_decline_is_answered_and_its_cost_is_not_known(history: History, tmp_path: Path) -> None:
    started(history, tmp_path, "steady decline", REGRESSION, business={})
    found = read(history.store)
    assert found.recommendation == "now"
    assert found.row["expected_loss_per_week"] is None
    assert "is not known" in found.row["reason"]


def test_a_training_that_pays_back_too_late_waits(history: History, tmp_path: Path) -> None:
    started(history, tmp_path, "steady decline", REGRESSION, retraining={"policy": "on_decline", "cost": 10_000_000})
    found = read(history.store)
    assert found.recommendation == "later"
    assert found.row["weeks"] > 52


def test_an_earlier_version_that_helped_makes_a_chance(history: History, tmp_path: Path) -> None:
    """Version 2 begins in October and is right again about what had declined since April."""
    history.on("2025-01-10")
    card = card_of(REGRESSION)
    lives = [{"environment_name": "production", "from": first} for first in ("2024-01-01", "2024-10-01")]
    card["versions"] = [{"version": str(place + 1), "deployments": [live]} for place, live in enumerate(lives)]
    history.register_text(yaml.safe_dump(card))
    rows = rows_of("growth", REGRESSION, 3)
    second = rows["at"] >= pd.Timestamp("2024-10-01", tz="UTC")
    passed = (rows["at"] - pd.Timestamp("2024-04-01", tz="UTC")).dt.days.clip(lower=0) / (DAYS - AFTER)
    rows["p"] = rows["p"].where(~second, rows["p"] * (1 + GROWTH * passed))
    path = tmp_path / "rows.parquet"
    rows.assign(model_version=np.where(second, "2", "1")).to_parquet(path, index=False)
    history.predictions(path, "m")
    row = read(history.store).row
    low, high = proportion_confint(1, 1, method="wilson")
    assert (row["chance"], row["chance_cases"]) == (1.0, 1)
    assert (row["chance_low"], row["chance_high"]) == (pytest.approx(low), pytest.approx(high))


def test_no_outcome_after_the_reference_is_not_known(history: History, tmp_path: Path) -> None:
    history.on("2025-01-10")
    history.register_text(yaml.safe_dump(card_of(BINARY)))
    rows, path = rows_of("control", BINARY, 1), tmp_path / "rows.parquet"
    late = rows["at"] > pd.Timestamp("2024-04-01", tz="UTC")
    rows.assign(y=rows["y"].where(~late)).to_parquet(path, index=False)
    history.predictions(path, "m")
    found = read(history.store)
    assert (found.recommendation, found.cause) == ("unknown", "unknown")
    assert "Whether to train again is not known" in found.row["reason"]


@pytest.mark.parametrize(("helped", "cases"), [(0, 1), (1, 3), (7, 9)])
def test_the_chance_is_a_share_with_wilsons_interval(helped: int, cases: int) -> None:
    chance = Chance(helped, cases)
    assert chance.share == helped / cases
    assert chance.ends == pytest.approx(proportion_confint(helped, cases, method="wilson"))
    assert math.isnan(Chance(0, 0).share)


def test_a_gain_is_no_loss() -> None:
    gained = Loss(-50.0, -80.0, -20.0)
    assert (gained.expected, gained.ends, gained.is_certain) == (0.0, (0.0, 0.0), False)
    assert math.isnan(weeks_to_pay_back(gained, 100.0))
    assert weeks_to_pay_back(Loss(50.0, 20.0, 80.0), 100.0) == 2.0
    assert math.isnan(weeks_to_pay_back(Loss(50.0, 20.0, 80.0), None))
    assert math.isnan(weeks_to_pay_back(Loss(50.0, -20.0, 120.0), 100.0))


def advices() -> Iterator[Advice]:
    for key in TEXTS:
        said, _, answer = key.partition(" ")
        for cause in CAUSES:
            yield Advice(answer or "now", cause, said, Sentence("No label is known yet."))  # type: ignore[arg-type]


@pytest.mark.parametrize("advice", list(advices()), ids=lambda advice: f"{advice.said} {advice.cause} {advice.answer}")
def test_every_reason_is_a_sentence_in_each_language(advice: Advice) -> None:
    for weeks in (0.4, 1.2, math.nan):
        reason = reason_of(advice, Loss(100.0, 50.0, 150.0), Stated("EUR", 200.0, weeks))
        texts = {language: reason.render(language) for language in LANGUAGES}
        assert len(set(texts.values())) == len(LANGUAGES)
        assert all("{" not in text and text.endswith((".", "!")) for text in texts.values())


@pytest.mark.parametrize("answer", STATUSES)
def test_the_area_follows_the_answer(answer: str) -> None:
    found = Recommendation(answer, "none", Sentence("No loss of money is measurable."), period="2024-05")  # type: ignore[arg-type]
    verdict = retraining_verdict(found)
    wanted = {"now": "alert", "fix_data": "alert", "later": "warn", "no": "ok", "unknown": "unknown"}[answer]
    assert verdict.status == wanted
    assert verdict.reason.render().endswith("(May 2024)")


def shares(days: int, of_day: object) -> np.ndarray:
    rng = np.random.default_rng(5)
    return np.array([rng.multinomial(60, of_day(day)) for day in range(days)], dtype=float)  # type: ignore[operator]


def test_a_jump_is_found_on_its_day_and_slow_change_is_none() -> None:
    found = _jump(shares(90, lambda day: [0.5, 0.3, 0.2] if day < 40 else [0.1, 0.3, 0.6]), BLOCKS["day"])
    assert found is not None
    place, distance = found
    assert abs(place - 40) <= 1
    assert distance == pytest.approx(0.4, abs=0.05)
    assert _jump(shares(90, lambda day: [0.5 - 0.4 * day / 90, 0.3, 0.2 + 0.4 * day / 90]), BLOCKS["day"]) is None
    assert _jump(shares(90, lambda _: [0.5, 0.3, 0.2]), BLOCKS["day"]) is None
