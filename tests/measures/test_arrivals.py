"""Rows that arrive late are found with their days and counts; weekends, batches, backfills and jitter are not late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard.measures.quality.arrivals import longest_allowed, quality_table
from dashboard.measures.quality.checks import checked, quality_checks, windows_of
from dashboard.profiles.update import update_profiles
from dashboard.profiles.windows import open_profiles
from dashboard.store.audit.ledger import AuditContext
from dashboard.store.engine.database import Store
from dashboard.store.log import writing
from dashboard.store.log.files import list_log_files
from dashboard.store.log.withdrawals import Withdrawal, record_withdrawal
from tests.profiles.watched import card_of, log

FIRST = datetime(2021, 3, 1, tzinfo=UTC)
A_DAY = 20
CARD = card_of(features={"x": "numeric"})


def rows(day: int, number: int = A_DAY, prefix: str = "r") -> pd.DataFrame:
    rng = np.random.default_rng(day + 1_000)
    begin = pd.Timestamp(FIRST) + pd.Timedelta(days=day)
    return pd.DataFrame(
        {
            "id": [f"{prefix}{day}-{place}" for place in range(number)],
            "at": begin + pd.to_timedelta(np.sort(rng.integers(0, 86_400, number)), unit="s"),
            "score": rng.random(number).round(3),
            "actual": (rng.random(number) < 0.5).astype(float),
            "x": rng.normal(size=number),
        }
    )


def delivered(store: Store, patch: pytest.MonkeyPatch, on: int, *frames: pd.DataFrame) -> None:
    """Log rows at six in the morning of a day."""
    with patch.context() as here:
        here.setattr(writing, "now", lambda: FIRST + timedelta(days=on, hours=6))
        log(store, CARD, pd.concat(frames, ignore_index=True))


def late_in(store: Store, by: str = "month") -> list[tuple[str, str | None, int, str]]:
    update_profiles(store, CARD, "tester")
    profiles = open_profiles(store, CARD)
    assert profiles is not None
    table = quality_table(profiles)
    assert table is not None
    found = checked(table, quality_checks(table, CARD), windows_of(table, by))  # type: ignore[arg-type]
    return [
        (one.check.name, str(one.since and one.since.date()), one.affected, one.check.dimension)
        for one in found
        if one.fails
    ]


def test_late_rows_are_found_with_first_day_and_count(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    delivered(store, monkeypatch, 1, *(rows(day) for day in range(-20, 1)))
    for day in range(1, 21):
        part = rows(day)
        # A part of three days comes a week later, in one delivery with the rows of yesterday.
        whole = part if day not in (14, 15, 16) else part.head(A_DAY - 6)
        late = [rows(old).tail(6) for old in (14, 15, 16)] if day == 20 else []
        delivered(store, monkeypatch, day + 1, whole, *late)
    assert late_in(store) == [("late rows", "2021-03-15", 18, "availability")]
    by_day = late_in(store, "day")
    assert [(since, number) for _, since, number, _ in by_day] == [("2021-03-15", 6)] * 3


def test_what_was_withdrawn_and_sent_again_had_been_there_in_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    delivered(store, monkeypatch, 1, rows(0))
    for day in range(1, 14):
        delivered(store, monkeypatch, day + 1, rows(day))
    first = next(
        one for one in list_log_files(store, CARD.id) if one.last_at < FIRST + timedelta(days=4) <= one.recorded_at
    )
    with store.writing(AuditContext("withdraw_file", "tester")) as cursor:
        entry = Withdrawal("w", FIRST, "tester", CARD.id, first.delivery, True, "wrong unit")
        record_withdrawal(cursor, entry, (FIRST + timedelta(days=20)).replace(tzinfo=None))
    delivered(store, monkeypatch, 30, rows(3, prefix="again"))
    assert late_in(store) == []
    delivered(store, monkeypatch, 31, rows(4, prefix="more"))
    assert [(name, number) for name, _, number, _ in late_in(store)] == [("late rows", A_DAY)]


def test_a_backfill_of_history_is_not_late(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered(store, monkeypatch, 1, rows(0))
    for day in range(1, 13):
        delivered(store, monkeypatch, day + 1, rows(day))
    delivered(store, monkeypatch, 14, *(rows(day) for day in range(-60, 0)))
    assert late_in(store) == []


def lags(kind: str, number: int, rng: np.random.Generator) -> list[int]:
    """Days behind the oldest row: of a job of every morning, of working days with holidays, of weekly batches."""
    if kind == "daily":
        return [1 + int(rng.random() < 0.03) for _ in range(number)]
    if kind == "working days":
        return [3 if place % 5 == 0 else 1 + 3 * int(rng.random() < 0.02) for place in range(number)]
    if kind == "weekly":
        return [7 + int(rng.integers(0, 3)) for _ in range(number)]
    return [int(rng.integers(27, 34)) for _ in range(number)]


@pytest.mark.parametrize("kind", ["daily", "working days", "weekly", "monthly"])
@pytest.mark.parametrize("seed", range(20))
def test_jitter_weekends_and_batches_are_on_time(kind: str, seed: int) -> None:
    rng = np.random.default_rng([5, seed])
    assert set(longest_allowed(lags(kind, 200, rng))) == {None}


@pytest.mark.parametrize("kind", ["daily", "working days", "weekly", "monthly"])
def test_late_deliveries_in_a_row_do_not_become_usual(kind: str) -> None:
    rng = np.random.default_rng(6)
    usual = lags(kind, 40, rng)
    found = longest_allowed([*usual, *[4 * max(usual)] * 20, *usual])
    assert [most is not None for most in found] == [False] * 40 + [True] * 20 + [False] * 40
