"""The parent survives whatever its child does, says why there is no answer, and gets a new child."""

import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.processes.child import ChildProcess, ChildStoppedError
from tests.architecture.tree import ROOT


@pytest.fixture
def child():
    process = ChildProcess("tests.processes.misbehaving")
    yield process
    process.close()


def test_one_child_answers_several_requests_and_ends_with_its_parent(child):
    first, second = child.ask({"do": "nothing"}, 300), child.ask({"do": "babble"}, 300)
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
    before = child.ask({"do": "nothing"}, 300)["process"]
    with pytest.raises(ChildStoppedError, match=reason):
        child.ask({"do": deed}, 600)
    assert child.ask({"do": "nothing"}, 300)["process"] != before


def test_a_child_that_takes_too_long_is_ended(child):
    process = child.ask({"do": "nothing"}, 300)["process"]
    with pytest.raises(ChildStoppedError, match=r"longer than 0\.2 seconds"):
        child.ask({"do": "loop"}, 0.2)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_memory_is_refused_and_the_child_replaced(child):
    before = child.ask({"do": "nothing"}, 300)["process"]
    assert child.ask({"do": "allocate"}, 300) == {"refused": "it needs more memory than it may use"}
    assert child.ask({"do": "nothing"}, 300)["process"] != before


def test_an_answer_that_is_no_object_is_nonsense(child):
    with pytest.raises(ChildStoppedError, match="nonsense"):
        child.ask({"do": "lie"}, 300)


def test_secrets_of_the_environment_stay_with_the_parent(child, monkeypatch):
    monkeypatch.setenv("LEDGER_SECRET", "hunter2")
    found = child.ask({"do": "nothing"}, 300)
    assert "hunter2" not in found["environment"].values()
    assert "LEDGER_SECRET" not in found["environment"]
    assert stat.S_IMODE(Path(found["directory"]).stat().st_mode) == 0o700


def test_a_child_reaches_nobody(child):
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = child.ask({"do": "connect", "port": server.getsockname()[1]}, 300)
    if found["network"] == os.readlink("/proc/self/ns/net"):
        pytest.skip("this system lets no process leave the network by itself")
    assert found["error"] != 0


def test_what_a_child_tells_meanwhile_comes_before_its_answer(child):
    heard = []
    assert "process" in child.ask({"do": "nothing", "shares": 3}, 60, heard.append)
    assert heard == [{"share": 0}, {"share": 1}, {"share": 2}]
    assert "process" in child.ask({"do": "nothing", "shares": 2}, 60)


def test_a_request_may_bring_its_own_limit_of_time(child):
    with pytest.raises(ChildStoppedError, match="too much computing time"):
        child.ask({"do": "loop", "cpu_seconds": 1}, 600)


def test_a_child_ends_when_its_parent_is_gone():
    """Killed with no time to say so, in the middle of a piece of work."""
    script = """
import os, signal, threading
from dashboard.processes.child import ChildProcess
child = ChildProcess("tests.processes.misbehaving")
print(child.ask({"do": "nothing"}, 60)["process"], flush=True)
threading.Thread(target=child.ask, args=({"do": "loop", "cpu_seconds": 1000}, 1000), daemon=True).start()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    process = int(done.stdout)
    for _ in range(600):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("the child is still there")
