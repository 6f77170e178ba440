"""Trainings that are started: recorded before anybody is called, called once, and ended by an answer."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
import yaml

from dashboard.actions import retraining_calls
from dashboard.actions.retraining_calls import resume_interrupted
from dashboard.connectors.outgoing import leaving
from dashboard.connectors.outgoing.leaving import CallInterruptedError
from dashboard.errors import InputRefusedError
from dashboard.governance.retraining.runs import Run, run_under_way, runs
from dashboard.views.records import records
from tests.governance.conftest import History
from tests.outgoing.receiver import answer, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VERSIONS = [{"version": "1", "trained_at": "2024-01-31"}]


@pytest.fixture
def opened(history: History, monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.setenv("TRAINING_SECRET", SECRET)
    monkeypatch.setattr("dashboard.connectors.outgoing.webhook.WAITS", (0.0, 0.0))
    history.on("2024-05-01")
    history.people("people: [{id: anna, name: Anna}, {id: ben, name: Ben}]\n")
    history.card("{data_scientist: [ben]}", versions=VERSIONS)
    return history


def configure(history: History, **hook: object) -> None:
    folder = history.store.home / "config"
    folder.mkdir(exist_ok=True)
    (folder / "dashboard.yaml").write_text(yaml.safe_dump({"retraining": {"hooks": {"default": hook}}}))


def start(history: History, **values: object) -> str:
    return history.act("ben", "start_retraining", **{"reason": "It declines.", **values})


def known(history: History, on: str | None = None) -> list[Run]:
    return runs(history.situation(on), "claims")


def last(history: History) -> Run:
    return known(history)[-1]


def test_without_a_hook_the_start_is_recorded_and_it_is_said_what_to_do_by_hand(opened: History):
    assert "train it by hand" in start(opened)
    run = last(opened)
    assert (run.way, run.state, run.person, run.reason) == ("hand", "running", "ben", "It declines.")
    with pytest.raises(InputRefusedError, match="under way"):
        start(opened)
    assert len(known(opened)) == 1


def test_a_card_with_a_new_version_ends_the_training(opened: History):
    start(opened)
    opened.on("2024-05-02")
    opened.card("{data_scientist: [ben]}", versions=[*VERSIONS, {"version": "2"}])
    run = last(opened)
    assert (run.state, run.version, run.ended_at is not None) == ("done", "2", True)
    assert known(opened, "2024-05-01")[0].state == "running"
    assert "train it by hand" in start(opened)


def test_who_trains_says_how_it_ended_and_only_while_it_is_under_way(opened: History):
    with pytest.raises(InputRefusedError, match="No training of this model is under way"):
        opened.act("ben", "end_retraining", outcome="done", reason="Well.")
    start(opened)
    opened.act("ben", "end_retraining", outcome="failed", reason="No disk space.")
    assert (last(opened).state, last(opened).detail) == ("failed", "No disk space.")
    with pytest.raises(InputRefusedError, match="under way"):
        opened.act("ben", "end_retraining", outcome="done", reason="Well.")


def test_a_webhook_is_called_once_after_the_start_is_recorded(opened: History):
    with receiving(answer(202, "queued")) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        assert "has begun (it answered 202: queued)" in start(opened)
    run = last(opened)
    assert (run.way, run.state) == ("webhook", "running")
    assert [headers["webhook-id"] for headers in receiver.headers] == [run.retraining]
    sent = json.loads(receiver.bodies[0])
    assert sent["data"]["model"] == "claims"
    assert sent["data"]["retraining"] == run.retraining
    resume_interrupted(opened.store)
    assert len(receiver.bodies) == 1


def test_the_pipeline_answers_with_an_event_by_its_id(opened: History):
    with receiving(answer(202)) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        start(opened)
    opened.event("retraining_ended", "2024-05-01T12:30:00Z", outcome="done", retraining="another")
    assert last(opened).state == "running"
    opened.event(
        "retraining_ended", "2024-05-01T13:00:00Z", outcome="done", retraining=last(opened).retraining, version="2"
    )
    assert (last(opened).state, last(opened).version) == ("done", "2")


def test_a_refused_call_is_a_failed_training_and_another_may_begin(opened: History):
    with receiving(answer(403, "who are you")) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        assert "has failed (it answered 403: who are you)" in start(opened)
        assert "has failed" in start(opened)
    assert [run.state for run in known(opened)] == ["failed", "failed"]
    assert len({headers["webhook-id"] for headers in receiver.headers}) == 2


def test_where_nobody_knows_whether_it_began_nothing_is_started_again_until_somebody_says_so(opened: History):
    with receiving(answer(500)) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        assert "nobody knows" in start(opened)
        assert last(opened).state == "unknown"
        with pytest.raises(InputRefusedError, match="under way"):
            start(opened)
        called = len(receiver.bodies)
        opened.act("ben", "end_retraining", outcome="failed", reason="It never came up.")
        start(opened)
    assert len(receiver.bodies) == 2 * called


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_usable_secret_nothing_is_recorded(opened: History, monkeypatch: pytest.MonkeyPatch, secret: str):
    monkeypatch.setenv("TRAINING_SECRET", secret)
    configure(opened, url="http://localhost:9/", secret_env="TRAINING_SECRET")
    with pytest.raises(InputRefusedError, match="no usable secret in TRAINING_SECRET"):
        start(opened)
    assert known(opened) == []


def test_a_command_is_waited_for_and_its_end_is_the_end_of_the_training(opened: History, tmp_path: Path):
    configure(opened, command=["/bin/sh", "-c", "cat; echo; echo $RETRAINING_MODEL"], directory=str(tmp_path))
    assert "is done" in start(opened)
    assert last(opened).detail.endswith("claims")
    configure(opened, command=["/no/such/program"])
    assert "cannot be started" in start(opened)
    configure(opened, command=["/bin/sleep", "60"], time_limit="1s")
    assert "took longer than 1 seconds" in start(opened)
    assert sorted(run.state for run in known(opened)) == ["done", "failed", "failed"]


def test_the_pipeline_of_a_card_runs_only_where_the_settings_say_so(opened: History):
    opened.on("2024-05-02")
    opened.card("{data_scientist: [ben]}", versions=VERSIONS, pipeline={"command": ["/bin/echo", "trained"]})
    assert "by hand" in start(opened)
    opened.act("ben", "end_retraining", outcome="failed", reason="No.")
    configure(opened, pipeline=True)
    assert "is done (it ended well: trained)" in start(opened)
    opened.on("2024-05-03")
    opened.card("{data_scientist: [ben]}", versions=VERSIONS)
    with pytest.raises(InputRefusedError, match="names no pipeline"):
        start(opened)


def test_two_starts_at_once_are_one(opened: History):
    begun, go_on = threading.Event(), threading.Event()

    def hang(connection: object) -> None:
        begun.set()
        go_on.wait(60)
        connection.sendall(answer(202))  # type: ignore[attr-defined]

    with receiving(hang) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        first = threading.Thread(target=start, args=(opened,))
        first.start()
        assert begun.wait(60)
        with pytest.raises(InputRefusedError, match="under way"):
            start(opened)
        resume_interrupted(opened.store)
        go_on.set()
        first.join(60)
    assert len(receiver.bodies) == 1
    assert [run.state for run in known(opened)] == ["running"]


def start_interrupted(opened: History) -> None:
    """Start a training while the program ends."""
    try:
        leaving.end_calls()
        with pytest.raises(CallInterruptedError):
            start(opened)
    finally:
        leaving.begin_calls()


def test_an_interrupted_call_is_made_again_under_its_id_and_its_answer_recorded(opened: History):
    with receiving(answer(202)) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        start_interrupted(opened)
        assert (last(opened).state, receiver.bodies) == ("calling", [])
        resume_interrupted(opened.store)
        resume_interrupted(opened.store)
    assert [headers["webhook-id"] for headers in receiver.headers] == [last(opened).retraining]
    assert last(opened).state == "running"


def test_of_an_interrupted_command_nobody_knows_how_far_it_came(opened: History, tmp_path: Path):
    made = tmp_path / "made"
    configure(opened, command=["/usr/bin/touch", str(made)])
    start_interrupted(opened)
    made.unlink(missing_ok=True)
    resume_interrupted(opened.store)
    assert (last(opened).state, last(opened).detail) == ("unknown", retraining_calls.INTERRUPTED)
    assert not made.exists()


def test_a_start_that_somebody_imported_calls_nobody(opened: History):
    with receiving(answer(202)) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        opened.event("retraining_started", "2024-05-01T11:00:00Z", retraining="elsewhere", way="webhook")
        resume_interrupted(opened.store)
    assert receiver.bodies == []
    assert last(opened).state == "running"


def test_an_answer_of_the_program_is_no_event_that_could_be_imported(opened: History):
    with pytest.raises(InputRefusedError):
        opened.event("retraining_called", "2024-05-01", retraining="a", answer="accepted")
    assert run_under_way(opened.situation(), "claims") is None


def test_every_step_is_in_the_audit_trail_with_who_did_it(opened: History):
    with receiving(answer(202)) as receiver:
        configure(opened, url=receiver.url, secret_env="TRAINING_SECRET")
        start(opened)
    found = [row for row in records(opened.show("audit")) if row["action"] == "start_retraining"]
    assert [row["actor"] for row in found] == ["login:ben", "login:ben"]
    answered, begun = (json.loads(str(row["after"])) for row in found)
    assert (begun["way"], answered["answer"]) == ("webhook", "accepted")
