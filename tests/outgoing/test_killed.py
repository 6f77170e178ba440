"""A program that is killed between the record of a start and its answer: called again under one id, or told unknown."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.actions.retraining_calls import INTERRUPTED, resume_interrupted
from dashboard.governance.retraining.runs import Run, runs
from dashboard.governance.situation.situation import Situation
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD
from tests.outgoing.receiver import answer, receiving

PROJECT = Path(__file__).parents[2]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one model and a person who trains it."""
    monkeypatch.setenv("TRAINING_SECRET", SECRET)
    card, people = tmp_path / "card.yaml", tmp_path / "people.yaml"
    value = {**yaml.safe_load(BINARY_CARD), "roles": {"data_scientist": ["ben"]}}
    card.write_text(yaml.safe_dump(value))
    people.write_text("people: [{id: ben, name: Ben}]\n")
    place = tmp_path / "home"
    store = open_store(place)
    run_action(store, "register", Files(files=(card, people)), operator("test"))
    grant = {"person": "ben", "roles": ["data_scientist"], "reason": "trains"}
    run_action(store, "grant_access", read_payload("grant_access", grant), operator("test"))
    store.close()
    return place


def configure(home: Path, **hook: object) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "dashboard.yaml").write_text(yaml.safe_dump({"retraining": {"hooks": {"default": hook}}}))


def begin(home: Path) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-m", "dashboard", "--home", str(home), "--as", "ben"]
    words = ["start", "retraining", "claims", "--reason", "It declines."]
    return subprocess.Popen([*line, *words], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def after_restart(home: Path) -> list[Run]:
    """What is known once a program has started again and looked after what was interrupted."""
    store = open_store(home)
    try:
        resume_interrupted(store)
        resume_interrupted(store)
        return runs(Situation(store), "claims")
    finally:
        store.close()
        verify_home(home)


def test_a_killed_call_is_made_again_under_its_id_and_begins_nothing_twice(home: Path):
    arrived = threading.Event()

    def hang(connection: socket.socket) -> None:
        arrived.set()
        connection.recv(1)

    with receiving(hang, answer(202)) as receiver:
        configure(home, url=receiver.url, secret_env="TRAINING_SECRET")
        process = begin(home)
        assert arrived.wait(120), process.communicate()
        kill(process)
        (run,) = after_restart(home)
        after_restart(home)
    assert run.state == "running"
    assert [headers["webhook-id"] for headers in receiver.headers] == [run.retraining] * 2
    assert receiver.bodies[0] == receiver.bodies[1]


def test_a_server_makes_an_interrupted_call_again_when_it_starts(home: Path):
    arrived, again = threading.Event(), threading.Event()

    def hang(connection: socket.socket) -> None:
        arrived.set()
        connection.recv(1)

    def accept(connection: socket.socket) -> None:
        connection.sendall(answer(202))
        again.set()

    with receiving(hang, accept) as receiver:
        configure(home, url=receiver.url, secret_env="TRAINING_SECRET")
        process = begin(home)
        assert arrived.wait(120)
        kill(process)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        line = [sys.executable, "-m", "dashboard", "serve", "--home", str(home), "--port", port]
        server = subprocess.Popen(line, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert again.wait(300)
        finally:
            server.terminate()
            server.wait(60)
        (run,) = after_restart(home)
    assert run.state == "running"
    assert len(receiver.bodies) == 2


def test_of_a_killed_command_nobody_knows_how_far_it_came(home: Path, tmp_path: Path):
    begun = tmp_path / "begun"
    configure(home, command=["/bin/sh", "-c", f"echo x >> {begun}; exec sleep 20"])
    process = begin(home)
    for _ in range(1_200):
        if begun.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    kill(process)
    (run,) = after_restart(home)
    assert (run.state, run.detail) == ("unknown", INTERRUPTED)
    assert begun.read_text() == "x\n"
