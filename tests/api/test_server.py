"""The server as a process: it holds the home, the command line talks to it, killing it loses nothing acknowledged."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows
from tests.architecture.tree import ROOT

# Generous: what is tested is what happens, not how long that takes beside everything else on the machine.
READY_WITHIN = 600


def run(home: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, output and error lines of one command."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", *words, "--home", str(home)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


class Server:
    """A server process on a home."""

    def __init__(self, home: Path, *, wait: bool = True) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = ["serve", "--port", str(self.port), "--home", str(home)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if wait:
            self.wait()

    def wait(self) -> None:
        ends = time.monotonic() + READY_WITHIN
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=60):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"server not ready; exit code {self.process.poll()}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=600)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    (tmp_path / "claims.yaml").write_text(BINARY_CARD, encoding="utf-8")
    write_rows(claims(number=600).frame, tmp_path / "claims.parquet")
    (tmp_path / "bad.jsonl").write_text('{"kind": "usage", "model": "clams"}\n', encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("id: a b\nname: x\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def server(inputs: Path) -> Iterator[Server]:
    running = Server(inputs / "served")
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)


def commands(folder: Path) -> list[list[str]]:
    """Commands that write and read, good and bad, in an order that makes sense on an empty home."""
    rows = str(folder / "claims.parquet")
    return [
        ["register", str(folder / "bad.yaml")],
        ["register", str(folder / "claims.yaml")],
        ["register", str(folder / "claims.yaml"), str(folder / "none.yaml")],
        ["ingest", "predictions", "clams", rows],
        ["ingest", "predictions", "claims", rows],
        ["ingest", "predictions", "claims", rows],
        ["ingest", "predictions", "claims", str(folder / "bad.jsonl")],
        ["ingest", "predictions", "claims", str(folder / "none.csv")],
        ["ingest", "events", str(folder / "bad.jsonl")],
        ["ingest", "events", str(folder / "none.jsonl")],
        ["monitor"],
        ["show", "status", "claims"],
        ["show", "performance", "claims", "--by", "month", "--format", "json"],
        ["show", "drift", "claims", "--by", "quarter", "--format", "csv"],
        ["show", "performance", "--format", "json"],
        ["show", "performance", "claims", "--from", "never"],
        ["token", "revoke", "nobody"],
    ]


def test_a_command_says_the_same_with_and_without_a_server(inputs: Path, server: Server) -> None:
    for words in commands(inputs):
        assert run(server.home, *words) == run(inputs / "alone", *words), words


def test_one_server_holds_the_home_and_ends_cleanly(server: Server) -> None:
    told = server.home / "server.json"
    assert told.stat().st_mode & 0o777 == 0o600
    for words in (["serve", "--port", "1"], ["demo"]):
        code, _, error = run(server.home, *words)
        assert code == 75
        assert str(server.process.pid) in error
    server.end()
    assert not told.exists()
    assert not (server.home / "store.duckdb.wal").exists()
    assert run(server.home, "show", "models")[0] == 0


def test_commands_that_meet_a_starting_server_wait_for_it(inputs: Path) -> None:
    """It holds the home from its first moment to its last: no command takes it away while it starts."""
    home = inputs / "starting"
    assert run(home, "register", str(inputs / "claims.yaml"))[0] == 0
    with ThreadPoolExecutor(3) as pool:
        codes: list[tuple[int, str, str]] = []
        begun = threading.Event()

        def ask() -> None:
            begun.wait()
            for _ in range(3):
                codes.append(run(home, "show", "models"))

        asking = [pool.submit(ask) for _ in range(3)]
        begun.set()
        server = Server(home)
        for one in asking:
            one.result()
    server.end()
    assert [code for code, _, _ in codes] == [0] * 9, codes


@pytest.mark.parametrize("why", ["held", "no space"])
def test_a_server_that_cannot_start_ends_with_the_reason_and_its_code(inputs: Path, why: str) -> None:
    home = inputs / "held"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = [sys.executable, "-m", "dashboard.api.launch", "--server.address", "127.0.0.1", "--server.port", port]
    limits = {"held": lambda: None, "no space": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))}
    store = open_store(home) if why == "held" else None
    try:
        done = subprocess.run(
            words, env={**os.environ, "DASHBOARD_HOME": str(home)}, capture_output=True, text=True, check=False,
            cwd=ROOT, preexec_fn=limits[why],
        )  # fmt: skip
    finally:
        if store is not None:
            store.close()
    assert done.returncode == (75 if why == "held" else 1), done.stderr[-2_000:]
    assert "Traceback" not in done.stderr
    assert ("is held by process" if why == "held" else "larger than this system allows") in done.stderr


def test_without_login_only_this_machine_is_served(tmp_path: Path) -> None:
    code, _, error = run(tmp_path / "home", "serve", "--host", "0.0.0.0")
    assert code == 2
    assert "DASHBOARD_ALLOW_UNAUTHENTICATED" in error


@pytest.mark.parametrize("seed", range(5))
def test_kill_loses_nothing_that_was_acknowledged(inputs: Path, seed: int) -> None:
    home = inputs / "killed"
    assert run(home, "register", str(inputs / "claims.yaml"))[0] == 0
    key = run(home, "token", "create", "writer", "--scope", "events", "read")[1].split()[-1]
    server = Server(home)
    event = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "consumer": "web", "purpose": "p"}
    chance, acknowledged = random.Random(seed), 0
    os.kill(server.process.pid, 0)
    limit = time.monotonic() + chance.uniform(0.2, 1.5)
    for number in range(10_000):
        if time.monotonic() > limit:
            # The next upload is under way when the process dies.
            with socket.create_connection(("127.0.0.1", server.port)) as half:
                head = (
                    f"POST /api/v1/actions/ingest_events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
                )
                half.sendall(f"{head}Content-Length: 100000\r\n\r\n{{".encode())
                server.end(signal.SIGKILL)
            break
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/api/v1/actions/ingest_events",
            json.dumps({**event, "calls": number}).encode(),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"},
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            assert "added 1" in json.load(answer)["done"]
        acknowledged += 1
    assert acknowledged > 0
    again = Server(home)
    code, text, _ = run(home, "show", "timeline", "claims", "--format", "json")
    assert code == 0
    from dashboard.store.engine.database import open_store

    again.end()
    store = open_store(home)
    with store.cursor() as cursor:
        (kept,) = cursor.execute("SELECT count(*) FROM events").fetchone()
    store.close()
    assert kept == acknowledged
    assert list((home / "uploads").glob("*")) == []
    assert text
