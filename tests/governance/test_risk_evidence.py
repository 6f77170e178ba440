"""Evidence from the prediction log: levels follow from outcomes made to order, and only from periods that were over."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.governance.risk.evidence.registry import Evidence, evidence_of
from dashboard.governance.risk.evidence.silence import silent_spans
from tests.acceptance.portfolio import Rows
from tests.governance.risk_world import World

MONTH_ROWS = 600
CARD = """
business: {process: triage, key_metrics: [{metric: accuracy, target: 0.8, limit: 0.7}]}
"""


def in_words(found: Evidence, world: World) -> str:
    """Everything that evidence says."""
    card = world.situation("2024-04-30").cards["claims"]
    return " ".join(sentence.render("en") for sentence in found.sentences(card))


def made(
    accuracies: dict[str, float], south: float | tuple[float, ...] | None = None, without: tuple[str, ...] = ()
) -> Rows:
    """Rows of 2024 with exactly this accuracy in each month; `south` is that of the region south, a quarter of it."""
    if not isinstance(south, tuple):
        south = tuple(accuracy if south is None else south for accuracy in accuracies.values())
    parts = []
    for number, (month, accuracy) in enumerate(accuracies.items()):
        days = pd.date_range(f"{month}-01", periods=pd.Period(month).days_in_month, tz="UTC")
        place = np.arange(MONTH_ROWS)
        region = np.where(place % 4 == 0, "south", "north")
        share = np.where(region == "south", south[number], accuracy)
        rank = np.where(
            region == "south", place // 4 / (MONTH_ROWS / 4), (place - place // 4 - 1) / (MONTH_ROWS * 0.75)
        )
        parts.append(
            pd.DataFrame(
                {
                    "id": [f"{number}-{one}" for one in place],
                    "decided": days[place % len(days)] + pd.Timedelta(hours=12),
                    "p": 0.9,
                    "fraud": (rank < share).astype(int),
                    "customer": place,
                    "amount": 1.0 + place % 7,
                    "age": 30.0 + place % 11,
                    "constant": 1.0,
                    "region": region,
                    "channel": "web",
                    "model_version": "1",
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[~frame["decided"].dt.strftime("%Y-%m-%d").isin(without)]
    return Rows(frame, frame["decided"].dt.tz_localize(None))


def months(*accuracies: float) -> dict[str, float]:
    return {f"2024-{number:02d}": accuracy for number, accuracy in enumerate(accuracies, 1)}


@pytest.mark.parametrize(
    ("accuracies", "south", "level"),
    [
        ((0.9, 0.9, 0.9), None, 1),
        ((0.9, 0.9, 0.87), 0.72, 2),
        ((0.9, 0.9, 0.9), 0.55, 3),
        ((0.9, 0.9, 0.75), None, 3),
        ((0.9, 0.9, 0.6), None, 4),
        ((0.9, 0.6, 0.6, 0.6), None, 5),
    ],
)
def test_errors_of_the_latest_period_reach_a_step(
    world: World, accuracies: tuple[float, ...], south: float | None, level: int
) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(*accuracies), south))
    last = pd.Period(f"2024-{len(accuracies):02d}").end_time.date().isoformat()
    found = evidence_of(world.situation(last), "claims", "wrong_predictions")
    assert found.level == level
    assert found.number == MONTH_ROWS


def test_evidence_of_a_day_looks_at_nothing_later(world: World) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(0.9, 0.9, 0.6)))
    assert evidence_of(world.situation("2023-12-31"), "claims", "wrong_predictions").level is None
    february = evidence_of(world.situation("2024-02-29"), "claims", "wrong_predictions")
    assert (february.level, february.until and february.until.isoformat()) == (1, "2024-02-29")
    assert evidence_of(world.situation("2024-03-31"), "claims", "wrong_predictions").level == 4
    old = evidence_of(world.situation("2026-03-31"), "claims", "wrong_predictions")
    assert old.level == 4
    assert "nothing newer than 31 Mar 2024 was delivered" in " ".join(note.render("en") for note in old.notes)


@pytest.mark.parametrize(
    ("accuracies", "level"),
    [
        ((0.9, 0.9, 0.9, 0.9), 1),
        ((0.95, 0.95, 0.85, 0.85), 3),
        # Half the room of 0.1 between target and limit is 0.05; the newer half misses the target.
        ((0.84, 0.84, 0.78, 0.78), 4),
        ((0.9, 0.9, 0.75, 0.75), 5),
        ((0.75, 0.75, 0.9, 0.9), 1),
    ],
)
def test_a_decline_from_the_older_to_the_newer_half(world: World, accuracies: tuple[float, ...], level: int) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(*accuracies)))
    assert evidence_of(world.situation("2024-04-30"), "claims", "degradation").level == level


@pytest.mark.parametrize(
    ("south", "level", "told"),
    [
        ((0.9, 0.9, 0.9, 0.9), 1, "did not diverge beyond chance (columns compared: 1)"),
        ((0.9, 0.9, 0.88, 0.88), 1, "did not diverge beyond chance (columns compared: 1)"),
        ((0.8, 0.8, 0.9, 0.9), 1, "did not diverge beyond chance (columns compared: 1)"),
        # The room between target and limit is 0.2: 0.12 is three fifths of it, 0.22 more than all of it.
        (
            (0.9, 0.9, 0.78, 0.78),
            4,
            "region: groups diverged in Accuracy, 0.000 before, 0.120 now, most between south and",
        ),
        (
            (0.9, 0.9, 0.68, 0.68),
            5,
            "region: groups diverged in Accuracy, 0.000 before, 0.220 now, most between south and",
        ),
    ],
)
def test_protected_groups_that_grow_apart_reach_a_step(
    world: World, south: tuple[float, ...], level: int, told: str
) -> None:
    world.card("{}", parts=CARD.replace("limit: 0.7", "limit: 0.6"), groups="protected: [region]")
    world.rows(made(months(0.9, 0.9, 0.9, 0.9), south))
    found = evidence_of(world.situation("2024-04-30"), "claims", "degradation")
    assert found.level == level
    assert told in in_words(found, world)
    assert found.figures["widened"] == (level > 1)
    # As a whole accuracy still meets its target.
    assert found.figures["decline"] == 0


def test_fairness_that_cannot_be_compared_is_said_to_be_unknown(world: World) -> None:
    world.card("{}", parts=CARD, groups="protected: [channel]")
    world.rows(made(months(0.9, 0.9, 0.9, 0.9)))
    found = evidence_of(world.situation("2024-04-30"), "claims", "degradation")
    assert "widened" not in found.figures
    assert "Whether fairness is declining is unknown" in in_words(found, world)


# Low ends of Wilson's 95 % interval: 2 of 10: 0.057, 3 of 10: 0.108, 5 of 10: 0.237, 6 of 10: 0.313, 16 of 20: 0.584.
@pytest.mark.parametrize(
    ("wrong", "judged", "level"),
    [(0, 10, 1), (2, 10, 1), (3, 10, 2), (5, 10, 2), (6, 10, 3), (16, 20, 4), (9, 9, None)],
)
def test_what_experts_call_wrong_reaches_a_step(world: World, wrong: int, judged: int, level: int | None) -> None:
    world.card("{}", parts=CARD)
    for number in range(judged):
        verdict = "wrong" if number < wrong else "right"
        world.event("feedback", "2024-03-01", prediction=f"0-{number}", verdict=verdict, person="dora")
    found = evidence_of(world.situation("2024-03-02"), "claims", "wrong_predictions")
    assert (found.level, found.number) == (level, None if level is None else judged)
    assert evidence_of(world.situation("2024-02-29"), "claims", "wrong_predictions").level is None
    assert evidence_of(world.situation("2025-03-01"), "claims", "wrong_predictions").level is None


def test_the_last_verdict_on_a_case_counts_beside_the_log(world: World) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(0.9, 0.9, 0.9)))
    before = evidence_of(world.situation("2024-03-31"), "claims", "wrong_predictions")
    assert before.level == 1
    assert "No expert feedback" in before.notes[-1].render("en")
    for number in range(10):
        world.event("feedback", "2024-03-10", prediction=f"2-{number}", verdict="wrong", person="dora")
    after = evidence_of(world.situation("2024-03-31"), "claims", "wrong_predictions")
    # 10 of 10: low end 0.722.
    assert (after.level, after.number, after.until and after.until.isoformat()) == (4, MONTH_ROWS, "2024-03-10")
    assert [note.render("en") for note in after.notes[-2:]] == [
        "Experts rated 10 of 10 reviewed predictions as wrong: 100%, 95% interval 72 to 100%.",
        "Imported among these reviews: 10.",
    ]
    world.event("feedback", "2024-03-11", prediction="2-0", verdict="unsure", person="ben")
    assert evidence_of(world.situation("2024-03-31"), "claims", "wrong_predictions").level == 1
    world.event("feedback", "2024-03-12", prediction="2-0", verdict="right", person="ben")
    judged = evidence_of(world.situation("2024-03-31"), "claims", "wrong_predictions")
    # 9 of 10: low end 0.596.
    assert judged.figures["called_wrong"] == pytest.approx(0.596, abs=0.001)
    assert evidence_of(world.situation("2024-03-10"), "claims", "wrong_predictions").figures["called_wrong"] > 0.7


def test_days_without_predictions_are_silent_and_count_up_to_their_level(world: World) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(0.9, 0.9, 0.9), without=("2024-02-05", "2024-02-06", "2024-03-13")))
    situation = world.situation("2024-03-31")
    window = (situation.day("claims").replace(month=1, day=1), situation.day("claims"))
    spans = [(str(first.date()), str(last.date())) for first, last in silent_spans(situation, "claims", window)]
    assert spans == [("2024-02-05", "2024-02-07"), ("2024-03-13", "2024-03-14")]
    found = evidence_of(situation, "claims", "outage")
    # 72 hours of silence are 18 times what the process tolerates, which would be level 4 had somebody reported it.
    assert (found.level, found.figures["long_outages"], found.figures["hours"]) == (3, 2, 72)
    assert evidence_of(world.situation("2024-02-04"), "claims", "outage").level == 1


def test_a_reported_incident_is_not_counted_again_as_silence(world: World) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(0.9, 0.9), without=("2024-02-05",)))
    world.event("incident", "2024-02-05T00:00:00Z", until="2024-02-05T23:59:00Z", severity=3)
    found = evidence_of(world.situation("2024-02-29"), "claims", "outage")
    assert found.figures["outages"] == 1


def test_an_incident_without_an_end_is_not_told_as_nought_hours(world: World) -> None:
    world.card("{}", parts=CARD)
    world.rows(made(months(0.9, 0.9)))
    world.event("incident", "2024-02-05T00:00:00Z", severity=5)
    found = evidence_of(world.situation("2024-02-29"), "claims", "outage")
    assert found.sentence.render() == "Incidents in the window: 1, none with a stated end; severe: 1."
    world.event("incident", "2024-02-06T00:00:00Z", until="2024-02-06T02:00:00Z", severity=2)
    words = in_words(evidence_of(world.situation("2024-02-29"), "claims", "outage"), world)
    assert "2, of which 1 without a stated end; the others lasted 2 hours" in words
