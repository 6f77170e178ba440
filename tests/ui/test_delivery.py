"""What the page says about pauses of the log and rows without a prediction."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dashboard.ui.panels.model.delivery import longest_pause, sentences
from dashboard.ui.widgets.answers import Subject


@pytest.mark.parametrize(
    ("periods", "pause"),
    [
        (["2026-03-01", "2026-03-02", "2026-03-03"], None),
        (["2026-03-01"], None),
        ([], None),
        (["2026-03-01", "2026-03-03", "2026-03-10"], (date(2026, 3, 4), date(2026, 3, 9))),
        (["2025-11", "2026-02", "2026-03"], (date(2025, 12, 1), date(2026, 1, 31))),
        (["2026-W01", "2026-W03"], (date(2026, 1, 5), date(2026, 1, 11))),
    ],
)
def test_the_longest_pause_lies_between_two_periods(periods, pause):
    assert longest_pause(periods) == pause


def told(language: str, *rows: tuple[str, int, int]) -> str:
    frame = pd.DataFrame(
        [(period, rows, rows - missing, missing, missing / rows if rows else None) for period, rows, missing in rows],
        columns=["period", "requests", "predictions", "no_prediction", "no_prediction_share"],
    )
    return " ".join(sentences(frame, Subject("Claims", language)))


def test_pauses_and_missing_predictions_are_told():
    assert told("en", ("2026-01", 50, 0), ("2026-02", 50, 0)) == (
        "Logged from 1 Jan 2026 to 28 Feb 2026, without a pause. Every row came with a prediction."
    )
    assert told("en", ("2026-01", 50, 1), ("2026-03", 50, 10)) == (
        "Logged from 1 Jan 2026 to 31 Mar 2026; nothing came from 1 Feb 2026 to 28 Feb 2026, the longest pause. "
        "11 of 100 rows came without a prediction; the worst period is March 2026, with 20.0%."
    )
    assert "vom 01.02.2026 bis 28.02.2026 kam nichts" in told("de", ("2026-01", 50, 1), ("2026-03", 50, 10))
