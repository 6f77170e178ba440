"""The parent survives whatever its child does, says why there is no answer, and gets a new child."""

import os
import socket
import stat
from pathlib import Path

import pytest

from dashboard.processes.child import ChildProcess, ChildStoppedError


@pytest.fixture
def child():
    process = ChildProcess("tests.processes.misbehaving")
    yield process
    process.close()


def test_one_child_answers_several_requests_and_ends_with_its_parent(child):
    first, second = child.ask({"do": "nothing"}, 10), child.ask({"do": "babble"}, 10)
    assert first["process"] == second["process"]
    child.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first["process"], 0)
    assert not Path(first["directory"]).exists()


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("crash", "crashed; it was ended by signal SIGSEGV"),
        ("loop", "crashed; it used too much computing time"),
        ("write", "stopped; OSError: .*File too large"),
        ("raise", "stopped; ValueError: no such leaf"),
    ],
)
def test_a_child_that_stops_is_replaced(child, deed, reason):
    before = child.ask({"do": "nothing"}, 10)["process"]
    with pytest.raises(ChildStoppedError, match=reason):
        child.ask({"do": deed}, 120)
    assert child.ask({"do": "nothing"}, 10)["process"] != before


def test_a_child_that_takes_too_long_is_ended(child):
    process = child.ask({"do": "nothing"}, 10)["process"]
    with pytest.raises(ChildStoppedError, match=r"longer than 0\.2 seconds"):
        child.ask({"do": "loop"}, 0.2)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_memory_is_refused_and_the_child_replaced(child):
    before = child.ask({"do": "nothing"}, 10)["process"]
    assert child.ask({"do": "allocate"}, 20) == {"refused": "it needs more memory than it may use"}
    assert child.ask({"do": "nothing"}, 10)["process"] != before


def test_an_answer_that_is_no_object_is_nonsense(child):
    with pytest.raises(ChildStoppedError, match="nonsense"):
        child.ask({"do": "lie"}, 10)


def test_secrets_of_the_environment_stay_with_the_parent(child, monkeypatch):
    monkeypatch.setenv("LEDGER_SECRET", "hunter2")
    found = child.ask({"do": "nothing"}, 10)
    assert "hunter2" not in found["environment"].values()
    assert "LEDGER_SECRET" not in found["environment"]
    assert stat.S_IMODE(Path(found["directory"]).stat().st_mode) == 0o700


def test_a_child_reaches_nobody(child):
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = child.ask({"do": "connect", "port": server.getsockname()[1]}, 10)
    if found["network"] == os.readlink("/proc/self/ns/net"):
        pytest.skip("this system lets no process leave the network by itself")
    assert found["error"] != 0
