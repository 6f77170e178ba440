"""Feedback that comes back: bundled to topics, answered by who may, with its effect, and read by who gave it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.stats import t as student

from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.cli.command_line import main
from dashboard.errors import ForbiddenError, InputRefusedError, NotFoundError
from dashboard.governance.feedback.topics import ANSWERED, BUNDLED, OPENED, topic_key, topics_of
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.store.cards import get_card
from dashboard.store.statements import Statement
from tests.acceptance.portfolio import claims
from tests.governance.feedback_world import BY_HAND, CARD, Experts, opened_with

ROLES = (
    "roles: {data_scientist: [dora], domain_expert: [eva, tom]}\n"
    "feedback: {reasons: [{en: Storm, de: Sturm}, Wrong data], minimum_cases: 20}\n"
)
SCORED_AGAIN = 60


def scored_twice() -> pd.DataFrame:
    """Rows of version 1, of which the first ones were scored by version 2 as well, which is right about all of them."""
    rows = claims(number=400).frame.assign(model_version="1")
    again = rows.head(SCORED_AGAIN).assign(model_version="2")
    again["p"] = np.where(again["fraud"].fillna(0) == 1, 0.9, 0.05)
    return pd.concat([rows, again], ignore_index=True)


@pytest.fixture
def experts(tmp_path: Path) -> Iterator[Experts]:
    with opened_with(tmp_path, CARD + ROLES, scored_twice()) as found:
        yield found


def ids(experts: Experts) -> dict[str, str]:
    """The ids of what was judged, by prediction."""
    return {one.prediction: one.feedback_id for one in list_verdicts(experts.store, "claims") if one.counts}


def opened(experts: Experts, title: str = "Storms are missing", predictions: int = 12, **about: Any) -> str:
    """A topic of Eva's on the first predictions, which version 1 made."""
    events = [
        {
            "kind": "feedback", "at": "2024-07-02", "prediction": f"c-{n}", "verdict": "wrong", "person": "eva",
            "version": "1", "reason": ["Storm"],
        }
        for n in range(predictions)
    ]  # fmt: skip
    experts.import_events(*events)
    experts.act("eva", "open_topic", title=title, feedbacks=list(ids(experts).values()), **about)
    return topic_key("claims", title)


def tasks(experts: Experts, person: str) -> list[str]:
    return [row["kind"] for row in experts.show("desk") if row["person"] == person]


def test_a_topic_goes_its_way_and_every_step_stays(experts: Experts):
    topic = opened(experts)
    experts.act("dora", "answer_topic", topic=topic, state="accepted")
    experts.act("dora", "answer_topic", topic=topic, state="in_work", reason="Weather is added.")
    experts.act("dora", "answer_topic", topic=topic, state="answered", version="2")
    (row,) = experts.show("topics")
    assert (row["state"], row["answered_by"], row["entries"], row["people"]) == ("answered", "2", 12, "eva")
    assert row["may_answer"] == "dora"
    assert [one["state"] for one in json.loads(row["history"])] == ["accepted", "in_work", "answered"]
    assert {one["state"] for one in experts.show("feedback")} == {"answered"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "rejected"}, "why it is rejected"),
        ({"state": "answered"}, "Name the version"),
        ({"state": "accepted", "version": "2"}, "only for an answer"),
        ({"state": "answered", "version": "9"}, "no version 9"),
        ({"state": "answered", "version": "1"}, "the one that was judged"),
    ],
)
def test_an_answer_says_what_it_has_to(experts: Experts, values: dict[str, str], words: str):
    topic = opened(experts)
    with pytest.raises(InputRefusedError, match=words):
        experts.act("dora", "answer_topic", topic=topic, **values)


def test_only_who_answers_for_the_model_or_trains_it_answers(experts: Experts):
    topic = opened(experts)
    with pytest.raises(ForbiddenError, match="Dora"):
        experts.act("tom", "answer_topic", topic=topic, state="accepted")
    with pytest.raises(NotFoundError):
        experts.act("dora", "answer_topic", topic="nothing", state="accepted")


def test_one_title_is_one_topic_and_entries_move_to_the_later_one(experts: Experts):
    first = opened(experts)
    assert "already" in experts.act("tom", "open_topic", title="storms  ARE missing")
    moved = list(ids(experts).values())[:5]
    experts.act("tom", "open_topic", title="Hail", feedbacks=moved)
    experts.act("tom", "bundle_feedback", topic=first, feedbacks=[list(ids(experts).values())[6]], remove=True)
    assert {row["title"]: row["entries"] for row in experts.show("topics")} == {"Storms are missing": 6, "Hail": 5}
    assert sum(row["topic"] is None for row in experts.show("feedback")) == 1


def test_who_gave_feedback_is_told_of_each_change_until_it_is_read(experts: Experts):
    topic = opened(experts)
    assert "topic_changed" not in tasks(experts, "eva")
    assert tasks(experts, "dora").count("topic_new") == 1
    experts.act("dora", "answer_topic", topic=topic, state="rejected", reason="Storms are out of scope.")
    assert "topic_new" not in tasks(experts, "dora")
    (why,) = [row["why"] for row in experts.show("desk") if row["kind"] == "topic_changed"]
    assert why == "“Storms are missing” is rejected: Storms are out of scope."
    experts.act("eva", "acknowledge_answer", topic=topic)
    assert "topic_changed" not in tasks(experts, "eva")
    experts.act("dora", "answer_topic", topic=topic, state="accepted")
    assert tasks(experts, "eva").count("topic_changed") == 1
    assert "topic_changed" not in tasks(experts, "tom")


def test_experts_are_asked_to_judge_until_agreement_can_be_told(experts: Experts):
    assert "judge_cases" in tasks(experts, "tom")
    experts.import_events(
        *(
            {"kind": "feedback", "at": "2024-07-02", "prediction": f"c-{n}", "verdict": "right", "person": "eva",
             "sample": "random"}
            for n in range(20)
        )
    )  # fmt: skip
    assert "judge_cases" not in tasks(experts, "tom")


def test_the_effect_is_measured_in_exactly_the_judged_cases(experts: Experts):
    """Accuracy of both versions on the cases that were judged, and the interval of the paired difference."""
    topic = opened(experts, predictions=20)
    experts.act("dora", "answer_topic", topic=topic, state="answered", version="2")
    (row,) = experts.show("topics")
    rows = scored_twice().set_index(["model_version", "id"])
    right = {"1": [], "2": []}
    for n in range(20):
        outcome, first = rows["fraud"]["1", f"c-{n}"], rows["p"]["1", f"c-{n}"]
        # Without an outcome it is what the expert says: the contrary of what version 1 decided.
        truth = bool(outcome) if not np.isnan(outcome) else not first >= 0.37
        for version, decided in right.items():
            decided.append(float((rows["p"][version, f"c-{n}"] >= 0.37) == truth))
    differences = np.array(right["2"]) - np.array(right["1"])
    reach = student.ppf(0.975, 19) * differences.std(ddof=1) / np.sqrt(20)
    assert (row["metric"], row["cases_before"], row["cases_after"]) == ("accuracy", 20, 20)
    assert (row["before"], row["after"]) == pytest.approx((np.mean(right["1"]), np.mean(right["2"])))
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(
        (differences.mean() - reach, differences.mean() + reach), abs=1e-9
    )
    assert row["effect"].startswith("Better: ")


def test_without_scores_of_the_new_version_there_is_no_effect_yet(experts: Experts):
    experts.import_events(
        *(
            {"kind": "feedback", "at": "2024-07-02", "prediction": f"c-{n}", "verdict": "wrong", "person": "eva"}
            for n in range(SCORED_AGAIN + 10, SCORED_AGAIN + 30)
        )
    )
    experts.act("eva", "open_topic", title="Late", feedbacks=list(ids(experts).values()))
    experts.act("dora", "answer_topic", topic=topic_key("claims", "Late"), state="answered", version="2")
    (row,) = experts.show("topics")
    assert row["effect"] == "No effect yet: version 2 has scored none of these cases with a known outcome."
    assert (row["metric"], row["before"], row["after"]) == (None, None, None)


def test_the_effect_on_a_group_is_the_metric_of_the_group_by_either_version(tmp_path: Path):
    rows = claims(number=4000).frame
    with opened_with(tmp_path, CARD + ROLES, rows) as experts:
        run_action(experts.store, "monitor", Models(models=("claims",)), BY_HAND)
        experts.act("eva", "open_topic", title="By phone", segment="channel=phone")
        experts.act("dora", "answer_topic", topic=topic_key("claims", "By phone"), state="answered", version="2")
        (row,) = experts.show("topics")
        expected = {version: of_phone(experts, version) for version in ("1", "2")}
    assert row["metric"] == "roc_auc"
    assert (row["before"], row["after"]) == pytest.approx((expected["1"]["value"], expected["2"]["value"]), abs=1e-6)
    assert (row["cases_before"], row["cases_after"]) == (expected["1"]["labelled"], expected["2"]["labelled"])
    assert row["difference_low"] < row["after"] - row["before"] < row["difference_high"]


def of_phone(experts: Experts, version: str) -> dict[str, Any]:
    shown = experts.show("performance", version=version, segment=("channel", "phone"), by="year")
    return next(row for row in shown if row["metric"] == "roc_auc")


def test_topics_are_suggested_from_what_entries_have_in_common(experts: Experts):
    channel = scored_twice().drop_duplicates("id").set_index("id")["channel"]
    phone = [name for name in channel.index if channel[name] == "phone"][:9]
    web = [name for name in channel.index if channel[name] == "web"][:3]
    for name in [*phone, *web]:
        experts.give("eva", name, "wrong", reasons=["Storm"] if name in phone[:5] else [])
    for n in range(3):
        experts.act("tom", "add_remark", text=f"Age is odd {n}", feature="age")
    found = {(row["kind"], row["value"]): row["entries"] for row in experts.show("topic-suggestions")}
    assert found["segment", "channel=phone"] == 9
    assert found["cause", "Storm"] == 5
    assert found["feature", "age"] == 3
    assert ("segment", "channel=web") not in found


def test_feedback_in_another_language_names_reasons_as_the_card_does(experts: Experts):
    experts.give("eva", "c-7", "wrong", reasons=["Sturm", "Wrong data"], corrected=1)
    (row,) = experts.show("feedback", language="de")
    assert (row["reason"], row["corrected"], row["state"], row["sample"]) == ("Sturm; Wrong data", "1", "new", "chosen")


def test_the_training_set_holds_rows_and_where_they_come_from(experts: Experts, capsys: pytest.CaptureFixture[str]):
    experts.give("eva", "c-90", "wrong", reasons=["Storm"], corrected=1, comment="Gate open")
    experts.give("tom", "c-91", "right")
    experts.act("tom", "withdraw_feedback", feedback=ids(experts)["c-91"])
    head = experts.store.ledger.head.hash
    experts.store.close()
    target = experts.folder / "set.parquet"
    assert main(["export", "feedback", "claims", "--output", str(target), "--home", str(experts.folder / "home")]) == 0
    assert head in capsys.readouterr().out
    file = pq.read_table(target)
    (row,) = file.to_pylist()
    logged = scored_twice().drop_duplicates("id").set_index("id").loc["c-90"]
    assert (row["prediction"], row["version"], row["person"], row["sample"]) == ("c-90", "1", "eva", "chosen")
    assert (row["verdict"], row["corrected"], row["reasons"], row["comment"]) == ("wrong", 1, ["Storm"], "Gate open")
    assert (row["score"], row["row.age"], row["row.channel"]) == (logged["p"], logged["age"], logged["channel"])
    assert row["head"] == head == file.schema.metadata[b"chain_head"].decode()
    assert main(["export", "feedback", "claims", "--output", "set.csv", "--home", str(experts.folder / "home")]) == 2


def test_a_version_names_the_feedback_that_it_was_trained_on(tmp_path: Path):
    head = "5f" * 32
    card = CARD.replace('{version: "2"}', f'{{version: "2", feedback: {head}}}')
    with opened_with(tmp_path, card) as experts:
        assert get_card(experts.store, "claims").versions[-1].feedback == head


def test_what_was_recorded_in_one_instant_is_read_in_the_order_in_which_it_was_done() -> None:
    moment = datetime(2026, 3, 1, 15, 10, tzinfo=UTC)

    def said(kind: str, **content: object) -> Statement:
        return Statement("x", moment, "a", "eva", "claims", kind, "t1", content)

    steps = [
        said(OPENED, title="Storms are missing"),
        said(BUNDLED, feedback=["f1", "f2"], added=True),
        said(ANSWERED, state="accepted"),
    ]
    for order in permutations(steps):
        topic = topics_of(order)["t1"]
        assert (topic.feedback, topic.state) == (("f1", "f2"), "accepted")
