"""Experts judge single predictions in their own name: kept, taken back, said once however often it is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.actions.registry import read_payload, run_action
from dashboard.errors import ForbiddenError, InputRefusedError, NotFoundError
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.governance.risk.evidence.expert_feedback import expert_feedback
from dashboard.store.audit.verify import verify_home
from tests.governance.feedback_world import CARD, Experts, opened_with

REASONS = "feedback: {reasons: [{en: Storm not seen, de: Sturm nicht gesehen}, Wrong data], minimum_cases: 20}\n"


@pytest.fixture
def experts(tmp_path: Path) -> Iterator[Experts]:
    with opened_with(tmp_path, CARD + REASONS) as found:
        yield found


def test_a_judgement_is_kept_with_who_when_and_the_version_that_predicted(experts: Experts):
    experts.give("eva", "c-7", "wrong", corrected="1", reasons=["storm NOT seen", "Wrong data"], comment=" Gate open ")
    (given,) = list_verdicts(experts.store, "claims")
    assert (given.person, given.prediction, given.version, given.verdict) == ("eva", "c-7", "1", "wrong")
    assert (given.corrected, given.reasons, given.comment) == (1, ("Storm not seen", "Wrong data"), "Gate open")
    assert (given.sample, given.imported, given.counts) == ("chosen", False, True)


def test_the_same_judgement_sent_again_writes_nothing(experts: Experts):
    sentences = [experts.give("eva", "c-7", "wrong", corrected=value) for value in (1, "1", True, 1.0)]
    assert len(list_verdicts(experts.store, "claims")) == 1
    assert sentences[0].startswith("recorded")
    assert all("says so already" in one for one in sentences[1:])


def test_a_later_judgement_of_a_person_replaces_the_earlier_one_which_stays(experts: Experts):
    experts.give("eva", "c-7", "wrong")
    experts.give("eva", "c-7", "right")
    experts.give("tom", "c-7", "wrong")
    found = list_verdicts(experts.store, "claims")
    assert [(one.person, one.verdict, one.counts) for one in found] == [
        ("eva", "wrong", False),
        ("eva", "right", True),
        ("tom", "wrong", True),
    ]


def test_undo_is_an_entry_of_its_own_after_which_the_same_may_be_said_again(experts: Experts):
    experts.give("eva", "c-7", "wrong")
    (given,) = list_verdicts(experts.store, "claims")
    experts.act("eva", "withdraw_feedback", feedback=given.feedback_id)
    assert [one.counts for one in list_verdicts(experts.store, "claims")] == [False]
    with pytest.raises(InputRefusedError, match="does not count any more"):
        experts.act("eva", "withdraw_feedback", feedback=given.feedback_id)
    experts.give("eva", "c-7", "wrong")
    assert [one.counts for one in list_verdicts(experts.store, "claims")] == [False, True]


def test_nobody_takes_back_what_another_one_said(experts: Experts):
    experts.give("eva", "c-7", "wrong")
    (given,) = list_verdicts(experts.store, "claims")
    with pytest.raises(ForbiddenError, match="Eva"):
        experts.act("tom", "withdraw_feedback", feedback=given.feedback_id)
    with pytest.raises(NotFoundError, match="not known"):
        experts.act("tom", "withdraw_feedback", feedback="f" * 64)


@pytest.mark.parametrize(
    ("values", "fault", "words"),
    [
        ({"prediction": "c-99999"}, NotFoundError, "not in the log of claims"),
        ({"corrected": "perhaps"}, InputRefusedError, "0 or 1"),
        ({"verdict": "right", "corrected": 1}, InputRefusedError, "needs no corrected value"),
        ({"reasons": ["Bad luck"]}, InputRefusedError, "Storm not seen, Wrong data"),
        ({"verdict": "maybe"}, InputRefusedError, "right"),
    ],
)
def test_what_does_not_fit_the_model_is_refused_and_nothing_is_written(experts: Experts, values, fault, words):
    given = {"model": "claims", "prediction": "c-7", "verdict": "wrong", **values}
    with pytest.raises(fault, match=words):
        run_action(experts.store, "give_feedback", read_payload("give_feedback", given), experts.principal("eva"))
    assert list_verdicts(experts.store, "claims") == []


def test_a_program_judges_nothing(experts: Experts):
    payload = read_payload("give_feedback", {"model": "claims", "prediction": "c-7", "verdict": "right"})
    nobody = replace(experts.principal("eva"), person=None)
    with pytest.raises(ForbiddenError, match="named person"):
        run_action(experts.store, "give_feedback", payload, nobody)


def test_twenty_at_once_lose_and_double_nothing(experts: Experts):
    """Each of twenty people judges the same four cases, sends every judgement twice, and takes one of them back."""
    people = [f"p{number:02}" for number in range(20)]
    faults: list[Exception] = []

    def judge(person: str) -> None:
        try:
            for number in range(4):
                for _ in range(2):
                    experts.give(person, f"c-{number}", "wrong" if number % 3 else "right")
            mine = next(one for one in list_verdicts(experts.store, "claims") if one.person == person)
            experts.act(person, "withdraw_feedback", feedback=mine.feedback_id)
        except Exception as fault:  # noqa: BLE001 - told by the test, whatever it is
            faults.append(fault)

    experts.store.writer.start()
    threads = [threading.Thread(target=judge, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    experts.store.writer.stop()
    assert faults == []
    found = list_verdicts(experts.store, "claims")
    assert len(found) == 20 * 4
    assert {(one.person, one.prediction) for one in found} == {(p, f"c-{n}") for p in people for n in range(4)}
    assert sum(not one.counts for one in found) == 20
    assert not verify_home_of(experts)


def verify_home_of(experts: Experts) -> list[object]:
    """The faults of the chain of a home that is closed for it."""
    experts.store.close()
    return list(verify_home(experts.store.home).faults)


def test_a_request_that_is_repeated_under_its_key_is_done_once(experts: Experts):
    payload = read_payload("give_feedback", {"model": "claims", "prediction": "c-7", "verdict": "right"})
    who = experts.principal("eva")
    first = run_action(experts.store, "give_feedback", payload, who, request_key="click-1")
    again = run_action(experts.store, "give_feedback", payload, who, request_key="click-1")
    assert first.startswith("recorded")
    assert again.startswith("done before")
    assert len(list_verdicts(experts.store, "claims")) == 1


def test_evidence_of_wrong_predictions_leaves_out_what_was_taken_back_and_what_the_queue_picked(experts: Experts):
    for number in range(12):
        experts.give("eva", f"c-{number}", "wrong")
    for one in list_verdicts(experts.store, "claims")[:2]:
        experts.act("eva", "withdraw_feedback", feedback=one.feedback_id)
    experts.give("eva", "c-30", "wrong", sample="queue")
    found = expert_feedback(*experts.this_year())
    assert found is not None
    assert (found.judged, found.wrong) == (10, 10)


def test_a_remark_names_a_part_of_the_model_that_is_there(experts: Experts):
    experts.act("eva", "add_remark", text="Storms are missing.", segment="channel=web", period="2024-03")
    for about in ({"segment": "colour=red"}, {"segment": "channel"}, {"feature": "weight"}, {"period": "soon"}):
        with pytest.raises(InputRefusedError):
            experts.act("eva", "add_remark", text="Storms are missing.", **about)
