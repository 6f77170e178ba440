"""A server under mixed load for a long time, watched from outside: memory, files, what waits to be judged."""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import os
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.visitor import visiting
from tests.acceptance.portfolio import claims
from tests.api.test_live import EVENT, Running

# Growth that is allowed: a ledger grows with what is written, and memory is measured in pages. Until everything was
# used once and DuckDB has filled its buffers, which takes half an hour of this load, it grows more.
MB_AN_HOUR, MB_FREE, MB_WARMING = 5.0, 12.0, 48.0
WARM_SECONDS = 1_800.0
FILES_FREE = 8
# Seconds for which models may wait to be judged in one go, and how large the database's log of writes may get.
LONGEST_WAIT, LARGEST_LOG_MB = 180.0, 8.0
SAMPLE_SECONDS = 5.0
PAGES = ("", "inventory", "performance", "drift", "history", "audit")
VIEWS = ("models", "status", "performance", "drift", "timeline", "gaps", "ranking", "audit")


@dataclass(frozen=True)
class Sample:
    """What was seen at a moment: seconds since the begin, MB of memory, open files, models to judge, MB of the log."""

    at: float
    memory_mb: float
    files: int
    to_judge: int
    log_mb: float


def faults_of(samples: Sequence[Sample]) -> list[str]:
    """What does not hold over a run: the second quarter, when all is warm, is compared with the last one."""
    quarter = len(samples) // 4
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    hours = (late[0].at - early[0].at) / 3600
    found = []
    grown = _middle(late, "memory_mb") - _middle(early, "memory_mb")
    free = MB_FREE if early[0].at >= WARM_SECONDS else MB_WARMING
    if grown > free + MB_AN_HOUR * hours:
        found.append(f"memory grew by {grown:.0f} MB in {60 * hours:.0f} minutes")
    files = _middle(late, "files") - _middle(early, "files")
    if files > FILES_FREE:
        found.append(f"{files:.0f} more files are open")
    waited = longest_wait(samples)
    if waited > LONGEST_WAIT:
        found.append(f"models waited {waited:.0f} s to be judged")
    if max(sample.log_mb for sample in samples) > LARGEST_LOG_MB:
        found.append("the database's log of writes grew large")
    return found


def _middle(samples: Sequence[Sample], name: str) -> float:
    return float(statistics.median(getattr(sample, name) for sample in samples))


def longest_wait(samples: Sequence[Sample]) -> float:
    """The longest time in seconds for which some model waited at every look."""
    longest, since = 0.0, None
    for sample in samples:
        if not sample.to_judge:
            since = None
            continue
        since = sample.at if since is None else since
        longest = max(longest, sample.at - since)
    return longest


@dataclass
class Soak:
    """A server under load."""

    server: Running
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    _ends: threading.Event = field(default_factory=threading.Event)

    def run(self, seconds: float) -> None:
        """Load the server for so long, and look at it meanwhile."""
        works = (self._write, self._deliver, self._read, self._monitor, self._break, self._visit, self._linger)
        threads = [threading.Thread(target=self._again_and_again, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        try:
            while time.monotonic() < begun + seconds and self.server.process.poll() is None:
                self.samples.append(self._look(time.monotonic() - begun))
                self._ends.wait(SAMPLE_SECONDS)
        finally:
            self._ends.set()
            for thread in threads:
                thread.join()

    def open_files(self) -> int:
        """Count what the server has open now."""
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    def _look(self, at: float) -> Sample:
        status = Path(f"/proc/{self.server.process.pid}/status").read_text(encoding="ascii")
        memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
        log = self.server.home / "store.duckdb.wal"
        size = log.stat().st_size / 2**20 if log.exists() else 0.0
        return Sample(at, memory, self.open_files(), self._to_judge(), size)

    def _to_judge(self) -> int:
        _, text = self._ask("GET", "/metrics", b"", {})
        line = next(line for line in text.splitlines() if line.startswith("dashboard_models_to_judge "))
        return int(float(line.split()[1]))

    def _again_and_again(self, work: Callable[[int], float]) -> None:
        """Do a piece of work, number after number, pausing for as long as it says."""
        for number in itertools.count():
            try:
                pause = work(number)
            except Exception as fault:  # noqa: BLE001 - told at the end
                self.wrong.append(f"{work.__name__}: {type(fault).__name__} {fault}"[:300])
                pause = 5.0
            if self._ends.wait(pause):
                return

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        try:
            connection.request(method, path, body, {**self.server.headers, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _expect(self, allowed: tuple[int, ...], what: str, path: str, body: bytes, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        status, text = self._ask("GET" if what == "view" else "POST", path, body, named)
        self.answers[f"{what} {status}"] += 1
        if status not in allowed:
            self.wrong.append(f"{what}: {status} {text[:200]}")

    def _write(self, number: int) -> float:
        # Half of them are there already.
        event = json.dumps({**EVENT, "consumer": "soak", "calls": number // 2 + 1}).encode()
        self._expect((200,), "event", "/api/v1/actions/ingest_events", event, Content_Type="application/x-ndjson")
        return 1.0

    def _deliver(self, number: int) -> float:
        frame = claims(number=20, seed=number % 7).frame
        body = frame.assign(id=[f"s{number}-{place}" for place in range(len(frame))]).to_csv(index=False).encode()
        where = "/api/v1/actions/ingest_predictions?name=rows.csv&model=claims"
        self._expect((200,), "rows", where, body, Content_Type="text/csv")
        return 20.0

    def _read(self, number: int) -> float:
        self._expect((200,), "view", f"/api/v1/views/{VIEWS[number % len(VIEWS)]}?model=claims", b"")
        return 0.5

    def _monitor(self, _: int) -> float:
        self._expect((200,), "monitor", "/api/v1/actions/monitor", b"{}", Content_Type="application/json")
        return 45.0

    def _break(self, number: int) -> float:
        """Bodies that are refused: a form that is cut, gzip that is cut, rows that are wrong."""
        kinds = (
            (
                "ingest_events",
                b"--b\r\nContent-Disposition: form-data",
                {"Content-Type": "multipart/form-data; boundary=b"},
            ),
            ("ingest_events", gzip.compress(b"{}" * 9_000)[:-9], {"Content-Encoding": "gzip"}),
            ("ingest_predictions?name=a.csv&model=claims", b"id,decided\nx,never\n" * 50, {}),
        )
        action, body, headers = kinds[number % len(kinds)]
        status, text = self._ask("POST", f"/api/v1/actions/{action}", body, headers)
        self.answers[f"refused {status}"] += 1
        if status != 422:
            self.wrong.append(f"refused: {status} {text[:200]}")
        return 7.0

    def _visit(self, number: int) -> float:
        """A reader who opens a few pages and leaves."""
        with visiting(self.server.port) as visitor:
            for place in range(3):
                visitor.visit(PAGES[(number + place) % len(PAGES)], "model=claims")
        self.answers["pages"] += 3
        return 8.0

    def _linger(self, _: int) -> float:
        """Connections of which nothing comes, and that the server closes."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.port)) as half:
            half.sendall(b"GET /readyz HTTP/1.1\r\n")
            half.settimeout(60)
            half.recv(1)
        return 5.0
