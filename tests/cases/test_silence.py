"""A model that stopped predicting does not stay green; one that keeps its rhythm does."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases.ledger import Ledger, days_ago, rows

pytestmark = pytest.mark.campaign


def made_until(ledger: Ledger, period: str, days: int, silent: float) -> None:
    """A model in production whose rows cover some days and end `silent` days ago."""
    end = days_ago(silent)
    start = end - np.timedelta64(days, "D")
    third = start + (end - start) / 3
    ledger.card(
        period=period, status="production",
        data={"reference": {"from": f"{start:%Y-%m-%d}", "to": f"{third:%Y-%m-%d}"}},
        business={"key_metrics": [{"metric": "roc_auc", "target": 0.7, "limit": 0.6}]},
    )  # fmt: skip
    made = rows(1500, days=1)
    made["at"] = start + np.linspace(0.01, 0.999, len(made)) * (end - start)
    made["at"] = made["at"].dt.floor("s")
    ledger.monitored(made)


@pytest.mark.parametrize(
    ("period", "days", "silent"), [("month", 200, 1000), ("day", 60, 40), ("hour", 20, 15), ("week", 200, 90)]
)
def test_silence_beyond_the_rhythm_is_not_green(ledger, period, days, silent):
    made_until(ledger, period, days, silent)
    assert ledger.show("models")["status"].iloc[0] != "ok"
    assert (
        "not_monitored" in set(ledger.show("gaps")["gap"]) or ledger.status().loc["performance", "status"] == "unknown"
    )


@pytest.mark.parametrize(("period", "days", "silent"), [("day", 60, 0.5), ("week", 200, 0.8), ("month", 300, 0.5)])
def test_a_model_in_its_rhythm_is_not_called_silent(ledger, period, days, silent):
    # The rhythm is that of the log, which here goes on every day.
    made_until(ledger, period, days, silent)
    assert "not_monitored" not in set(ledger.show("gaps")["gap"])
    assert "nothing since" not in str(ledger.status().loc["performance", "reason"]).lower()
