"""Random kill -9 of writers behind every face: nothing acknowledged is lost, nothing doubled, the store opens at once.

`make campaign` runs it; the normal suite has the short forms in test_kills.py and tests/api/test_server.py.
"""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import do_action
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.verify import verify
from dashboard.store.engine.database import open_store
from dashboard.store.tokens import create_token
from tests.architecture.tree import ROOT

KILLS = 17
OPENED_WITHIN = 2.0
EVENT = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "consumer": "campaign", "purpose": "p"}
# Each writes event after event under a key and says its number once it is acknowledged.
COMMON = """
import json, os, sys, threading
from pathlib import Path
home, folder, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def file_of(number):
    path = folder / f"{number}.jsonl"
    event = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "consumer": "campaign", "purpose": "p"}
    path.write_text(json.dumps({**event, "calls": number}))
    return path
def acknowledge(number):
    # One write for number and line end: print makes two, and threads come in between.
    os.write(1, f"{number}\\n".encode())
"""
PAGE = """
from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.shared_stores import held_store
store = held_store(home)
store.writer.start()
def session(begin):
    for number in range(begin, begin + 1000):
        payload = Files(files=(file_of(number),))
        run_action(store, "ingest_events", payload, operator("page:x"), request_key=f"k{number}")
        acknowledge(number)
threads = [threading.Thread(target=session, args=(first + 1000 * place,)) for place in range(4)]
[thread.start() for thread in threads]
"""
COMMAND = """
import contextlib, io
from dashboard.cli.command_line import main
for number in range(first, first + 1000):
    with contextlib.redirect_stdout(io.StringIO()):
        code = main(["ingest", "events", str(file_of(number)), "--home", str(home)])
    if code == 0:
        acknowledge(number)
"""
SERVER = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.api.service import Service
service = Service(home)
service.store.writer.start()
service.ready = True
app = Starlette(routes=routes(service), middleware=[Middleware(Guard, service=service, pages=["drift"])])
listening = socket.create_server(("127.0.0.1", 0))
print("port", listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="critical")).run([listening])
"""


def writing(script: str, home: Path, folder: Path, first: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", COMMON + script, str(home), str(folder), str(first)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def killed_writer(script: str, home: Path, folder: Path, first: int) -> set[int]:
    """What a process acknowledged on its output before it was killed."""
    writer = writing(script, home, folder, first)
    assert writer.stdout is not None
    begun = writer.stdout.readline()
    time.sleep(random.Random(first).uniform(0.02, 0.8))
    writer.send_signal(signal.SIGKILL)
    rest = writer.stdout.read()
    writer.stdout.close()
    writer.wait()
    return {int(word) for word in re.findall(r"^\d+(?=\n)", begun + rest, re.MULTILINE)}


def killed_server(home: Path, folder: Path, first: int, key: str) -> set[int]:
    """What four clients were told was done before the server was killed."""
    server = writing(SERVER, home, folder, first)
    assert server.stdout is not None
    port = int(server.stdout.readline().split()[1])
    acknowledged: set[int] = set()
    address = f"http://127.0.0.1:{port}/api/v1/actions/ingest_events"

    def client(begin: int) -> None:
        for number in range(begin, begin + 1000):
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
            body = json.dumps({**EVENT, "calls": number}).encode()
            request = urllib.request.Request(address, body, {**headers, "Idempotency-Key": f"k{number}"})
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    assert answer.status == 200
            except urllib.error.HTTPError:
                raise
            except OSError:
                return
            acknowledged.add(number)

    threads = [threading.Thread(target=client, args=(first + 1000 * place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    while not acknowledged:
        time.sleep(0.01)
    time.sleep(random.Random(first).uniform(0.02, 0.8))
    server.send_signal(signal.SIGKILL)
    server.stdout.close()
    server.wait()
    for thread in threads:
        thread.join()
    return acknowledged


@pytest.mark.campaign
@pytest.mark.parametrize("face", ["api", "command line", "page"])
def test_kills_behind_every_face_lose_and_double_nothing(home: Path, tmp_path: Path, face: str) -> None:
    store = open_store(home)
    with store.writing(AuditContext("create_token", "test", after={"token w": 1})) as cursor:
        key = create_token(cursor, "w", ["events"], "test")
    store.close()
    acknowledged: set[int] = set()
    opened: list[float] = []
    for attempt in range(KILLS):
        first = 10_000 * attempt
        if face == "api":
            acknowledged |= killed_server(home, tmp_path, first, key)
        else:
            acknowledged |= killed_writer(PAGE if face == "page" else COMMAND, home, tmp_path, first)
        began = time.monotonic()
        store = open_store(home)
        opened.append(time.monotonic() - began)
        assert verify(store).faults == []
        if face == "page":
            # Whoever lost the answer sends again under the same key: done once, whatever had become of it.
            for number in range(first, first + 20):
                path = tmp_path / f"{number}.jsonl"
                path.write_text(json.dumps({**EVENT, "calls": number}))
                do_action(store, "ingest_events", Files(files=(path,)), operator("page:x"), request_key=f"k{number}")
        with store.cursor() as cursor:
            found = cursor.execute("SELECT content FROM events WHERE contains(content, 'campaign')").fetchall()
        store.close()
        times = Counter(json.loads(str(row[0]))["calls"] for row in found)
        assert acknowledged <= times.keys()
        assert set(times.values()) <= {1}
    figures = f"{KILLS} kills, {len(acknowledged)} acknowledged, opened in at most {max(opened):.2f} s"
    print(f"\n{face}: {figures}")
    assert max(opened) < OPENED_WITHIN
