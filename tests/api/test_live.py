"""What a running server does beside serving: upkeep, long work in other processes, opening anew, leaving under load."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import StoreReopeningError
from dashboard.profiles.count import Plan
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.shared_stores import held_store, release_store
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows
from tests.api.test_server import Server, run
from tests.architecture.tree import ROOT

EVENT = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "purpose": "p"}
# Damages the open database for good: a checkpoint that cannot be written. Prints what happens then.
FATAL = """
import resource, sys, time
from pathlib import Path
import duckdb
from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import StoreReopeningError
from dashboard.store.audit.chain import AuditContext, read_entries
from dashboard.store.engine.shared_stores import held_store, release_store, serve_store
home = Path(sys.argv[1])
store = serve_store(home, lambda store: None)
with store.writing(AuditContext("test", "x", after={"before": 1})):
    pass
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
try:
    with store.cursor() as cursor:
        cursor.execute("CHECKPOINT")
except StoreReopeningError as away:
    print("away:", away)
except duckdb.Error as fault:
    print("no fatal error:", type(fault).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
began = time.monotonic()
while True:
    try:
        again = held_store(home)
        if again is not store:
            break
    except StoreReopeningError:
        pass
    time.sleep(0.01)
    assert time.monotonic() - began < 120
with again.writing(AuditContext("test", "x", after={"after": 1})):
    pass
with again.cursor() as cursor:
    print("records:", [entry.seq for entry in read_entries(cursor)], again.writer.serves)
release_store(home)
"""


class Running(Server):
    """A server with a registered and logged model."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        told = json.loads((home / "server.json").read_text())
        self.headers = {"Authorization": f"Bearer {told['secret']}", "X-Actor": "cli:test"}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body, {**self.headers, **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()


def started(folder: Path) -> Iterator[Running]:
    home = folder / "home"
    (folder / "claims.yaml").write_text(BINARY_CARD, encoding="utf-8")
    rows = write_rows(claims(number=3000).frame, folder / "claims.parquet")
    store = held_store(home)
    run_action(store, "register", Files(files=(folder / "claims.yaml",)), operator("test"))
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("test"))
    release_store(home)
    running = Running(home)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from started(tmp_path_factory.mktemp("live"))


@pytest.fixture
def leaving(tmp_path: Path) -> Iterator[Running]:
    """A server that ends within a test."""
    yield from started(tmp_path)


def jobs(server: Running) -> list[dict[str, Any]]:
    status, found = server.ask("GET", "/api/v1/jobs")
    assert status == 200
    assert isinstance(found, list)
    return found


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def worker_of(server: Running) -> int | None:
    """The process that counts for a server."""
    found = subprocess.run(
        ["ps", "--ppid", str(server.process.pid), "-o", "pid=,args="], capture_output=True, text=True, check=False
    )
    lines = [line.split(None, 1) for line in found.stdout.splitlines()]
    return next((int(pid) for pid, words in lines if "profiles.worker" in words), None)


def test_a_counting_that_dies_is_a_failed_job_and_the_next_one_counts(server: Running) -> None:
    status, job = server.ask("POST", "/api/v1/actions/monitor", '{"models": ["claims"]}', Prefer="respond-async")
    assert status == 202
    assert (job["action"], job["actor"], job["models"], job["state"]) == ("monitor", "cli:test", ["claims"], "running")
    status, refused = server.ask("POST", "/api/v1/actions/monitor", "{}", Prefer="respond-async")
    assert status == 409
    assert "already running" in refused["error"]
    wait_for(lambda: worker_of(server))
    os.kill(worker_of(server) or 0, signal.SIGKILL)
    wait_for(lambda: jobs(server)[-1]["state"] != "running")
    assert jobs(server)[-1]["state"] == "failed"
    assert "SIGKILL" in jobs(server)[-1]["told"]
    assert server.ask("GET", "/api/v1/views/performance?model=claims")[1] == []
    # Without a wish for less, the answer comes with the end.
    status, done = server.ask("POST", "/api/v1/actions/monitor", '{"models": ["claims"]}')
    assert status == 200
    assert done["done"].startswith("brought 1 models up to date")
    assert (jobs(server)[-1]["state"], jobs(server)[-1]["share"]) == ("done", 1.0)
    assert len(server.ask("GET", "/api/v1/views/performance?model=claims")[1]) > 100


def test_counting_apart_gives_what_counting_here_gives(server: Running, tmp_path: Path) -> None:
    """The same log counted by another process and by this one: every profile is the same, byte for byte."""
    from dashboard.profiles.count import count
    from dashboard.profiles.subprocess_counter import count_apart
    from dashboard.profiles.update import read_log
    from dashboard.store.cards import get_card
    from dashboard.store.engine.clock import now, stored

    code, _, error = run(server.home, "backup", str(tmp_path / "copy.zip"))
    assert (code, error) == (0, "")
    assert run(tmp_path / "copy", "restore", str(tmp_path / "copy.zip"))[0] == 0
    store = held_store(tmp_path / "copy")
    card = get_card(store, "claims")
    plan = Plan(card, read_log(store, card), stored(now()), None, None)
    shares: list[float] = []
    apart, here = count_apart(plan, lambda share, _: shares.append(share)), count(plan, lambda *_: None)
    release_store(tmp_path / "copy")
    assert apart.profiles == here.profiles
    assert len(apart.profiles) > 100
    assert apart.layout.to_text() == here.layout.to_text()
    assert (apart.basis, apart.is_new, apart.periods) == (here.basis, here.is_new, here.periods)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_verify_backup_and_rebuild_are_done_by_the_server(server: Running, tmp_path: Path) -> None:
    archive = tmp_path / "live.zip"
    code, told, error = run(server.home, "verify")
    assert (code, error) == (0, "")
    assert told.startswith("verified ")
    code, told, _ = run(server.home, "backup", str(archive))
    assert (code, archive.is_file()) == (0, True)
    code, _, error = run(server.home, "backup", str(archive))
    assert code == 2
    assert "choose another name" in error
    before = server.ask("GET", "/api/v1/views/audit")[1]
    code, told, error = run(server.home, "rebuild")
    assert (code, error) == (0, "")
    assert told.startswith("rebuilt ")
    # Where figures had been counted, a record gives them up.
    after = server.ask("GET", "/api/v1/views/audit")[1]
    assert [entry for entry in after if entry["action"] != "rebuild"] == before
    assert list(server.home.glob("replaced-*/store.duckdb"))
    event = json.dumps({**EVENT, "consumer": "after", "calls": 1})
    kind = {"Content-Type": "application/x-ndjson"}
    assert server.ask("POST", "/api/v1/actions/ingest_events", event, **kind)[0] == 200
    assert run(server.home, "verify")[0] == 0


def test_upkeep_is_open_to_this_machine_only(server: Running) -> None:
    key = run(server.home, "token", "create", "all", "--scope", "read", "actions", "cards")[1].split()[-1]
    for name in ("verify", "backup", "rebuild"):
        for headers in ({"Authorization": f"Bearer {key}"}, {"Authorization": ""}):
            assert server.ask("POST", f"/api/v1/upkeep/{name}", "{}", **headers)[0] == 403, name
    assert server.ask("POST", "/api/v1/upkeep/nothing", "{}")[0] == 404


def test_a_database_that_was_given_up_is_opened_anew(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FATAL, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    away, records = done.stdout.splitlines()
    assert away.startswith("away: the store has to be opened anew")
    assert records == "records: [1, 2] True"


def test_while_a_store_is_away_everybody_is_told_to_come_again(tmp_path: Path) -> None:
    from dashboard.store.engine.shared_stores import store_away

    store = held_store(tmp_path)
    with store_away(tmp_path):
        for ask in (lambda: held_store(tmp_path), lambda: store.cursor().__enter__()):
            with pytest.raises(StoreReopeningError, match="try again"):
                ask()
        with pytest.raises(StoreReopeningError), store.writing(AuditContext("test", "x", after={"a": 1})):
            pass
    again = held_store(tmp_path)
    assert again is not store
    assert again.version != store.version
    release_store(tmp_path)


def test_a_server_leaves_under_load_with_every_request_answered(leaving: Running) -> None:
    server = leaving
    answers: Counter[object] = Counter()
    acknowledged: set[int] = set()

    def send(first: int) -> None:
        for number in range(first, first + 10_000):
            event = json.dumps({**EVENT, "consumer": "leaving", "calls": number})
            try:
                status, _ = server.ask(
                    "POST", "/api/v1/actions/ingest_events", event, **{"Content-Type": "application/x-ndjson"}
                )
            except OSError as refused:
                answers[type(refused).__name__] += 1
                return
            answers[status] += 1
            acknowledged.update([number] if status == 200 else [])

    threads = [threading.Thread(target=send, args=(client * 10_000,)) for client in range(8)]
    for thread in threads:
        thread.start()
    server.ask("POST", "/api/v1/actions/monitor", "{}", Prefer="respond-async")
    wait_for(lambda: acknowledged)
    server.end()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 503, "ConnectionRefusedError", "ConnectionResetError", "RemoteDisconnected"}
    assert answers[200] > 0
    assert not (server.home / "store.duckdb.wal").exists()
    assert not (server.home / "server.json").exists()
    store = held_store(server.home)
    with store.cursor() as cursor:
        contents = cursor.execute("SELECT content FROM events WHERE contains(content, 'leaving')").fetchall()
    release_store(server.home)
    kept = [json.loads(str(row[0]))["calls"] for row in contents]
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
