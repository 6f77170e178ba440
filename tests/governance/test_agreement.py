"""What judgements prove: agreement from random cases alone, of experts with each other, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint

from tests.acceptance.portfolio import claims
from tests.governance.feedback_world import CARD, Experts, opened_with

MINIMUM = 30


@pytest.fixture
def experts(tmp_path: Path) -> Iterator[Experts]:
    with opened_with(tmp_path, CARD + f"feedback: {{minimum_cases: {MINIMUM}}}\n") as found:
        yield found


def said(person: str, number: int, verdict: str, sample: str | None = "random", at: str = "2024-07-02") -> dict:
    event = {"kind": "feedback", "at": at, "prediction": f"c-{number}", "verdict": verdict, "person": person}
    return event if sample is None else {**event, "sample": sample}


def whole(experts: Experts, **asked: object) -> dict:
    (row,) = [row for row in experts.show("agreement", **asked) if row["period"] is None and row["segment"] is None]
    return row


def test_agreement_rests_on_random_cases_alone_with_the_interval_of_statsmodels(experts: Experts):
    random = [said("eva", n, "wrong" if n % 5 == 0 else "right") for n in range(60)]
    others = [said("eva", n, "wrong", "chosen" if n % 2 else "queue") for n in range(60, 160)]
    unknown = [said("eva", n, "wrong", None) for n in range(160, 200)]
    experts.import_events(*random, *others, *unknown, said("eva", 300, "unsure"))
    found = whole(experts)
    low, high = proportion_confint(48, 60, method="wilson")
    assert (found["judged"], found["agreed"], found["judged_all"], found["sample"]) == (60, 48, 200, "random")
    assert (found["share"], found["low"], found["high"]) == pytest.approx((0.8, low, high), abs=1e-6)
    assert found["status"] == "warn"


def test_below_the_minimum_nothing_is_claimed_and_what_is_missing_is_said(experts: Experts):
    experts.import_events(*(said("eva", n, "right") for n in range(MINIMUM - 8)))
    found = whole(experts)
    assert (found["share"], found["low"], found["high"], found["status"]) == (None, None, None, "unknown")
    assert found["needed"] == 8
    assert found["reason"] == f"Too few to say: {MINIMUM - 8} of {MINIMUM} random cases are judged; 8 more are needed."


def test_without_any_judgement_agreement_is_unknown(experts: Experts):
    found = whole(experts)
    assert (found["status"], found["judged"], found["needed"], found["kappa"]) == ("unknown", 0, MINIMUM, None)


def test_two_experts_are_compared_by_cohens_kappa(experts: Experts):
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 2, 80), rng.integers(0, 2, 80)
    second[:60] = first[:60]
    words = ("right", "wrong")
    experts.import_events(
        *(said("eva", n, words[value]) for n, value in enumerate(first)),
        *(said("tom", n, words[value]) for n, value in enumerate(second)),
    )
    wanted = cohens_kappa([[np.sum((first == i) & (second == j)) for j in (0, 1)] for i in (0, 1)])
    found = whole(experts)
    assert (found["experts"], found["shared"]) == (2, 80)
    assert found["kappa"] == pytest.approx(wanted.kappa)
    assert (found["kappa_low"], found["kappa_high"]) == pytest.approx((wanted.kappa_low, wanted.kappa_upp), abs=1e-6)
    # Where both say something else, the model is not confirmed.
    assert found["agreed"] == np.sum((first == 0) & (second == 0))


def test_more_experts_are_compared_by_fleiss_kappa(experts: Experts):
    rng = np.random.default_rng(4)
    wrong = rng.random((50, 3)) < rng.choice([0.1, 0.8], 50)[:, None]
    experts.import_events(
        *(
            said(person, n, "wrong" if wrong[n, place] else "right")
            for place, person in enumerate(("eva", "tom", "dora"))
            for n in range(50)
        )
    )
    counts = np.column_stack([3 - wrong.sum(axis=1), wrong.sum(axis=1)])
    found = whole(experts)
    assert found["kappa"] == pytest.approx(fleiss_kappa(counts))
    assert found["kappa_low"] < found["kappa"] < found["kappa_high"]


def test_cases_that_the_queue_picked_tell_nothing_about_experts(experts: Experts):
    experts.import_events(*(said(who, n, "right", "queue") for who in ("eva", "tom") for n in range(40)))
    assert (whole(experts)["shared"], whole(experts)["kappa"]) == (0, None)


def test_periods_and_groups_part_the_same_cases_and_outcomes_stand_beside(experts: Experts):
    rows = claims(number=400).frame.set_index("id")
    verdicts = {n: "right" if n % 4 else "wrong" for n in range(0, 400, 2)}
    experts.import_events(*(said("eva", n, verdict) for n, verdict in verdicts.items()))
    shown = experts.show("agreement", by="month")
    total = whole(experts, by="month")
    months = [row for row in shown if row["period"]]
    channels = [row for row in shown if str(row["segment"]).startswith("channel=")]
    assert [sum(row[name] for row in months) for name in ("judged", "agreed")] == [total["judged"], total["agreed"]]
    assert sum(row["judged"] for row in channels) == total["judged"]
    known = [n for n in verdicts if not np.isnan(rows["fraud"][f"c-{n}"])]
    right = {n: (rows["p"][f"c-{n}"] >= 0.37) == (rows["fraud"][f"c-{n}"] == 1) for n in known}
    assert total["labelled"] == len(known)
    assert total["model_right"] == sum(right.values())
    assert total["experts_right"] == sum((verdicts[n] == "right") == right[n] for n in known)
    web = [n for n in verdicts if rows["channel"][f"c-{n}"] == "web"]
    assert whole_of(experts, "channel=web")["judged"] == len(web)
    (asked,) = [
        row for row in experts.show("agreement", segment=("channel", "web"), by="year") if row["period"] is None
    ]
    assert asked["judged"] == len(web)


def whole_of(experts: Experts, segment: str) -> dict:
    (row,) = [row for row in experts.show("agreement") if row["period"] is None and row["segment"] == segment]
    return row


def test_a_judgement_without_version_is_about_the_last_score_of_its_id(experts: Experts):
    experts.import_events(*(said("eva", n, "right") for n in range(40)))
    for n in range(40):
        experts.give("tom", f"c-{n}", "right")
    assert whole(experts)["shared"] == 40


def test_hot_spots_are_named_where_they_are_and_not_where_chance_makes_them(experts: Experts):
    rows = claims(number=400).frame
    rng = np.random.default_rng(11)
    wrong = {
        n: rng.random() < (0.8 if row["channel"] == "phone" else 0.1) for n, row in enumerate(rows.to_dict("records"))
    }
    experts.import_events(*(said("eva", n, "wrong" if called else "right") for n, called in wrong.items()))
    found = experts.show("disagreements")
    named = [row["group"] for row in found if row["stands_out"]]
    assert named == ["channel phone"]
    assert "channel phone: experts disagree with the model in" in found[0]["text"]


def test_without_any_difference_no_hot_spot_is_named(experts: Experts):
    rng = np.random.default_rng(12)
    experts.import_events(*(said("eva", n, "wrong" if rng.random() < 0.3 else "right") for n in range(400)))
    found = experts.show("disagreements")
    assert len(found) > 8
    assert not any(row["stands_out"] for row in found)
