"""Where one id stands for several predictions, a judgement is about exactly the one that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.errors import NotFoundError
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.governance.risk.evidence.expert_feedback import expert_feedback
from tests.acceptance.portfolio import claims
from tests.governance.feedback_world import CARD, Experts, opened_with

BY_INSTANT = CARD.replace("  prediction_id: id\n", "  prediction_id: id\n  key: id+instant\n")
BY_VERSION = CARD.replace("  prediction_id: id\n", "  prediction_id: id\n  key: id+version\n")
ROLES = "roles: {data_scientist: [dora], domain_expert: [eva, tom]}\nfeedback: {minimum_cases: 20}\n"
IDS = 30
DAYS = ["2024-03-04T10:00:00Z", "2024-03-05T10:00:00Z", "2024-03-06T10:00:00Z"]


def scored_daily() -> pd.DataFrame:
    """Every id scored at three instants by both versions; all happen on the second day, where version 1 says no."""
    known = claims(number=IDS).frame
    parts = []
    for place, day in enumerate(DAYS):
        rows = known.assign(decided=pd.Timestamp(day), age=30 + place, fraud=float(place == 1), channel="web")
        parts += [
            rows.assign(model_version="1", p=0.1 + np.arange(IDS) / 1000),
            rows.assign(model_version="2", p=0.9 if place == 1 else 0.1),
        ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def daily(tmp_path: Path) -> Iterator[Experts]:
    with opened_with(tmp_path, BY_INSTANT + ROLES, scored_daily()) as found:
        yield found


def test_a_judgement_keeps_the_instant_that_it_names(daily: Experts):
    daily.give("eva", "c-7", "wrong", version="1", predicted_at=DAYS[1])
    daily.give("eva", "c-7", "right", version="1", predicted_at=DAYS[0])
    daily.give("eva", "c-7", "right", version="2", predicted_at=DAYS[1])
    assert "says so already" in daily.give("eva", "c-7", "wrong", version="1", predicted_at=DAYS[1])
    given = list_verdicts(daily.store, "claims")
    assert [one.counts for one in given] == [True, True, True]
    shown = {(row["version"], row["predicted_at"]): row["verdict"] for row in daily.show("feedback")}
    assert shown == {("1", DAYS[1]): "wrong", ("1", DAYS[0]): "right", ("2", DAYS[1]): "right"}
    everything = daily.show("agreement")[0]
    assert (everything["judged_all"], everything["experts"]) == (3, 1)
    found = expert_feedback(*daily.this_year())
    assert (found.judged, found.wrong) == (3, 1)


def test_what_names_no_instant_is_about_the_last_one_and_says_which(daily: Experts):
    daily.give("eva", "c-7", "wrong")
    daily.give("eva", "c-8", "wrong", version="1")
    assert [(row["version"], row["predicted_at"]) for row in daily.show("feedback")] == [("1", DAYS[2]), ("2", DAYS[2])]


def test_a_prediction_that_was_not_made_so_is_refused_with_those_that_were(daily: Experts):
    with pytest.raises(NotFoundError, match=f"version 2 at {DAYS[2]}, version 1 at {DAYS[2]}"):
        daily.give("eva", "c-7", "wrong", predicted_at="2024-03-04T11:00:00Z")
    with pytest.raises(NotFoundError, match="it was made by version 2"):
        daily.give("eva", "c-7", "wrong", version="3")
    assert list_verdicts(daily.store, "claims") == []


def test_imported_judgements_name_their_instant_too(daily: Experts):
    event = {"kind": "feedback", "at": "2024-07-02", "prediction": "c-3", "verdict": "wrong", "person": "eva"}
    daily.import_events(
        {**event, "version": "1", "predicted_at": DAYS[0]}, {**event, "version": "1", "predicted_at": DAYS[1]}
    )
    rows = daily.show("feedback-set")
    assert {row["predicted_at"] for row in rows} == set(DAYS[:2])


def test_the_training_set_has_the_row_of_that_instant(daily: Experts):
    for place, day in enumerate(DAYS):
        daily.give("eva", "c-7", "unsure", version="1", predicted_at=day)
        (row,) = [one for one in daily.show("feedback-set") if one["predicted_at"] == day]
        assert json.loads(row["row"])["age"] == 30 + place
        assert json.loads(row["actual"]) == (1.0 if place == 1 else 0.0)


def test_the_effect_is_that_of_the_judged_instants(daily: Experts):
    for number in range(8):
        daily.give("eva", f"c-{number}", "wrong", version="1", predicted_at=DAYS[1])
    for number in range(4):
        daily.give("eva", f"c-{number}", "right", version="1", predicted_at=DAYS[0])
    ids = [row["feedback"] for row in daily.show("feedback")]
    daily.act("eva", "open_topic", title="Second days", feedbacks=ids)
    (topic,) = daily.show("topics")
    daily.act("dora", "answer_topic", topic=topic["topic"], state="answered", version="2")
    (row,) = daily.show("topics")
    assert (row["metric"], row["cases_before"], row["cases_after"]) == ("accuracy", 12, 12)
    assert (row["before"], row["after"]) == (pytest.approx(4 / 12), 1)


def test_a_case_of_the_queue_is_one_instant_and_others_of_its_id_stay_open(daily: Experts):
    daily.act("eva", "start_review", cases=100)
    queue = daily.show("review-queue", person="eva")
    keys = [(row["prediction"], row["version"], row["predicted_at"]) for row in queue]
    assert len(set(keys)) == len(keys) > IDS
    twice = next(one for one in keys if sum(key[:2] == one[:2] for key in keys) > 1)
    daily.give("eva", twice[0], "right", version=twice[1], predicted_at=twice[2])
    after = daily.show("review-queue", person="eva")
    judged = [
        (row["prediction"], row["version"], row["predicted_at"]) for row in after if row["verdict"] is not None
    ]  # fmt: skip
    assert judged == [twice]
    shown = daily.show("review-case", prediction=twice[0], version=twice[1], predicted_at=pd.Timestamp(twice[2]))
    assert {row["name"]: row["value"] for row in shown}["age"] == str(30 + DAYS.index(twice[2]))
    (given,) = list_verdicts(daily.store, "claims")
    assert given.sample in ("random", "queue")


def test_a_version_is_judged_by_name_though_a_later_one_scored_the_case(tmp_path: Path):
    rows = claims(number=40).frame.assign(model_version="1", p=0.1)
    again = rows.assign(model_version="2", p=0.9)
    with opened_with(tmp_path, BY_VERSION + ROLES, pd.concat([rows, again], ignore_index=True)) as experts:
        experts.give("eva", "c-3", "wrong", version="1")
        experts.give("eva", "c-3", "right", version="2")
        given = list_verdicts(experts.store, "claims")
        assert [(one.version, one.predicted_at, one.counts) for one in given] == [("1", None, True), ("2", None, True)]
        scores = {row["version"]: json.loads(row["score"]) for row in experts.show("feedback-set")}
        assert scores == {"1": 0.1, "2": 0.9}
