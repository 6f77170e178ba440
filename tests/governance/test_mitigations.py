"""What was done about a bias is a topic about a protected group, and its effect is the group's gap before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from tests.governance.feedback_world import BY_HAND, CARD, Experts, opened_with

PROTECTED = CARD.replace("  segments: [region, channel]\n", "  segments: [region]\n  protected: [channel]\n")
ROLES = "roles: {data_scientist: [dora], domain_expert: [eva, tom]}\n"
ROWS = 4_000


def two_versions() -> pd.DataFrame:
    """Version 1 says yes to web far more often than to phone, version 2 to both alike; outcomes do not differ."""
    rng = np.random.default_rng(11)
    version = np.repeat(["1", "2"], ROWS // 2)
    web = rng.random(ROWS) < 0.5
    score = np.clip(rng.beta(2, 3, ROWS) + np.where((version == "1") & web, 0.25, 0), 0.01, 0.99)
    return pd.DataFrame(
        {
            "id": [f"c-{number}" for number in range(ROWS)],
            "decided": pd.date_range("2024-01-01", periods=ROWS, freq="h", tz="UTC"),
            "model_version": version,
            "p": score,
            "fraud": (rng.random(ROWS) < 0.4).astype(float),
            "customer": rng.integers(0, 400, ROWS),
            "amount": rng.normal(size=ROWS),
            "age": rng.normal(size=ROWS),
            "constant": 7.0,
            "region": "north",
            "channel": np.where(web, "web", "phone"),
        }
    )


@pytest.fixture
def experts(tmp_path: Path) -> Iterator[Experts]:
    with opened_with(tmp_path, PROTECTED + ROLES, two_versions()) as found:
        run_action(found.store, "monitor", Models(models=("claims",)), BY_HAND)
        yield found


def calibration_gap(rows: pd.DataFrame, version: str) -> float:
    """Mean prediction less the rate of web, less the same of phone, of a version."""
    mine = rows[rows["model_version"] == version]
    error = (mine["p"] - mine["fraud"]).groupby(mine["channel"]).mean()
    return float(error["web"] - error["phone"])


def test_the_effect_of_a_mitigation_is_the_gap_before_and_after(experts: Experts):
    rows = two_versions()
    experts.act("eva", "open_topic", title="Web customers are suspected", segment="channel=web")
    (topic,) = experts.show("topics")
    assert topic["effect"] is None
    experts.act(
        "dora", "answer_topic", topic=topic["topic"], state="answered", version="2", reason="Weights by channel."
    )
    (found,) = experts.show("topics")
    assert found["metric"] == "calibration_gap"
    before, after = calibration_gap(rows, "1"), calibration_gap(rows, "2")
    assert before > 0.2 > abs(after) * 3
    assert (found["before"], found["after"]) == (pytest.approx(before, abs=1e-9), pytest.approx(after, abs=1e-9))
    assert found["difference_low"] < after - before < found["difference_high"] < 0
    web = rows["channel"] == "web"
    assert found["cases_before"] == int((web & (rows["model_version"] == "1")).sum())
    assert found["effect"].startswith("Smaller: the gap of channel=web to everybody else in")
    (german,) = experts.show("topics", language="de")
    assert german["effect"].startswith("Kleiner: Der Abstand von channel=web zu allen anderen bei")


def test_a_gap_that_stays_is_no_effect_yet(experts: Experts):
    experts.act("eva", "open_topic", title="Customers from nowhere", segment="channel=letter")
    (topic,) = experts.show("topics")
    experts.act("dora", "answer_topic", topic=topic["topic"], state="answered", version="2", reason="Weights.")
    assert experts.show("topics")[0]["effect"].startswith("No effect yet")
