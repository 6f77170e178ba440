"""What one request takes of a server: peak memory, CPU time, and how long others wait meanwhile.

`python -m benchmarks.bodies` starts a server on a home of its own, sends bodies that are large, wide, deep or packed,
one after the other, and writes BODIES.md.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
MEGABYTE = 1_048_576
CARD = """
id: claims
name: Claims
task: binary_classification
versions: [{version: "1"}]
data:
  prediction_id: id
  predicted_at: decided
  score: p
  actual: fraud
  features: {amount: {kind: numeric}, region: {kind: categorical}}
"""
HEADER = "id,decided,p,fraud,amount,region"
ROW = "a,2024-01-01,0.5,0,1.0,n"
EVENT = {"kind": "usage", "model": "claims", "at": "2024-05-01", "purpose": "p", "calls": 3}
RUN = {
    "eventType": "START",
    "eventTime": "2024-05-01T00:00:00Z",
    "producer": "http://p",
    "job": {"namespace": "n", "name": "j"},
}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Case:
    """One request: where it goes, its file, how its content is made, and whether it is packed on the way."""

    what: str
    action: str
    name: str
    content: Callable[[], bytes]
    packed: bool = False


@dataclass(frozen=True)
class Taken:
    """What a request took: status, memory above rest in MB, CPU seconds of server and its children, longest wait."""

    status: int
    peak_mb: float
    cpu_s: float
    wait_s: float
    wall_s: float


def line(megabytes: int) -> bytes:
    """A header and one long line."""
    return f"{HEADER}\n".encode() + b"x" * megabytes * MEGABYTE


def quoted(megabytes: int) -> bytes:
    """A header and one long value of many lines."""
    return f'{HEADER}\n"'.encode() + b"x\n" * (megabytes * MEGABYTE // 2)


def wide_csv(columns: int) -> bytes:
    """One row with further columns."""
    names, values = (",".join(f"{sign}{number}" for number in range(columns)) for sign in "xv")
    return f"{HEADER},{names}\n{ROW.replace('a,', f'w{columns},', 1)},{values}\n".encode()


def parquet(rows: int, columns: int = 0) -> bytes:
    """Rows of the model, with further columns."""
    known = {
        "id": pa.array(np.arange(rows)), "decided": pa.array(["2024-01-01"] * rows).dictionary_encode(),
        "p": pa.array(np.full(rows, 0.5)), "fraud": pa.array(np.zeros(rows, int)), "amount": pa.array(np.ones(rows)),
        "region": pa.array(["n"] * rows).dictionary_encode(),
    }  # fmt: skip
    sink = pa.BufferOutputStream()
    extra = {f"x{number}": pa.array(["v"] * rows) for number in range(columns)}
    pq.write_table(pa.table({**known, **extra}), sink)
    return bytes(sink.getvalue())


def events() -> bytes:
    """As many events as a file may bring."""
    return b"".join(json.dumps(EVENT | {"consumer": f"w{number}"}).encode() + b"\n" for number in range(35_000))


def runs() -> bytes:
    """As many runs as a file may bring."""
    ids = (f"{number:08d}-0000-4000-8000-000000000000" for number in range(20_000))
    return b"".join(json.dumps(RUN | {"run": {"runId": one}}).encode() + b"\n" for one in ids)


ROWS = "ingest_predictions"
CASES = (
    Case("one CSV line of 500 MB, in gzip of 0.5 MB", ROWS, "a.csv", lambda: line(500), True),
    Case("one CSV line of 200 MB", ROWS, "a.csv", lambda: line(200)),
    Case("one quoted CSV value of 200 MB in many lines", ROWS, "a.csv", lambda: quoted(200)),
    Case("one JSON line of 200 MB", ROWS, "a.jsonl", lambda: b'{"id": "' + b"x" * 200 * MEGABYTE + b'"}'),
    Case("a JSON table with a value of 200 MB", ROWS, "a.json", lambda: b'[{"id": "' + b"x" * 200 * MEGABYTE + b'"}]'),
    Case("a .csv.gz of 1.5 GB in 1.5 MB", ROWS, "a.csv.gz", lambda: gzip.compress(b"x" * 1_500 * MEGABYTE)),
    Case("gzip of 1.5 GB to events", "ingest_events", "a.jsonl", lambda: b"x" * 1_500 * MEGABYTE, True),
    Case("gzip of 1.5 GB to lineage", "ingest_lineage", "a.jsonl", lambda: b"x" * 1_500 * MEGABYTE, True),
    Case("JSON of 2 million levels to lineage", "ingest_lineage", "a.json", lambda: b"[" * 2_000_000),
    Case("35,000 events", "ingest_events", "a.jsonl", events),
    Case("20,000 runs of lineage", "ingest_lineage", "a.jsonl", runs),
    Case("1 row with 800 extra columns, Parquet", ROWS, "a.parquet", lambda: parquet(1, 800)),
    Case("1 row with 800 extra columns, CSV", ROWS, "a.csv", lambda: wide_csv(800)),
    Case("1 row with 2,000 extra columns, Parquet", ROWS, "b.parquet", lambda: parquet(1, 2_000)),
    Case("1 row with 2,000 extra columns, CSV", ROWS, "b.csv", lambda: wide_csv(2_000)),
    Case("1 row with 10,000 extra columns, Parquet", ROWS, "c.parquet", lambda: parquet(1, 10_000)),
    Case("1 row with 10,000 extra columns, CSV", ROWS, "c.csv", lambda: wide_csv(10_000)),
    Case("Parquet of 2,000,000 rows", ROWS, "d.parquet", lambda: parquet(2_000_000)),
)  # fmt: skip


class Watched:
    """A server, watched from outside."""

    def __init__(self, home: Path) -> None:
        """Start it on a registered model."""
        (home.parent / "c.yaml").write_text(CARD, encoding="utf-8")
        words = [sys.executable, "-m", "dashboard"]
        place = ["--home", str(home)]
        subprocess.run([*words, "register", str(home.parent / "c.yaml"), *place], check=True, stdout=subprocess.DEVNULL)
        scopes = ["--scope", "predictions", "events", "lineage"]
        made = subprocess.run(
            [*words, "token", "create", "b", *scopes, *place], check=True, capture_output=True, text=True
        )
        self.key = made.stdout.split()[-1]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [*words, "serve", "--port", str(self.port), *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not self.ready():
            time.sleep(0.2)
        time.sleep(5)

    def ready(self) -> bool:
        """Whether it answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def memory(self, field: str) -> float:
        """A line of the process's status, in MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))

    def processes(self) -> Iterator[int]:
        """The server and what it started."""
        waiting = [self.process.pid]
        while waiting:
            one = waiting.pop()
            yield one
            for tasks in Path(f"/proc/{one}/task").glob("*/children"):
                waiting += map(int, tasks.read_text(encoding="ascii").split())

    def cpu(self) -> float:
        """Seconds of CPU of the server and of those whom it started, dead or alive."""
        spent = 0.0
        for one in self.processes():
            fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            spent += sum(map(int, fields[11:15])) / TICKS
        return spent

    def send(self, case: Case) -> Taken:
        """Send a request and watch."""
        content = case.content()
        if case.packed:
            content = gzip.compress(content)
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")
        rest, spent, waits, ends = self.memory("VmRSS"), self.cpu(), [0.0], threading.Event()

        def ask() -> None:
            while not ends.is_set():
                begun = time.monotonic()
                self.ready()
                waits.append(time.monotonic() - begun)
                ends.wait(0.1)

        asking = threading.Thread(target=ask)
        asking.start()
        begun = time.monotonic()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/octet-stream"}
        headers |= {"Content-Encoding": "gzip"} if case.packed else {}
        model = "&model=claims" if case.action == ROWS else ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3_600)
        # A server that refuses a body does not read it to its end, but answers.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", f"/api/v1/actions/{case.action}?name={case.name}{model}", content, headers)
        status = connection.getresponse().status
        connection.close()
        wall = time.monotonic() - begun
        ends.set()
        asking.join()
        return Taken(status, self.memory("VmHWM") - rest, self.cpu() - spent, max(waits), wall)


def main() -> None:
    """Measure every case and write the table."""
    lines = [
        "# Bodies: what one request takes of a server", "",
        "Written by `python -m benchmarks.bodies`. Memory is the highest of the server's process above what it had",
        "before the request; CPU is that of the server and of the process that reads for it; the wait is the longest",
        "answer of `/readyz`, asked ten times a second. Other work on the machine makes waits and wall time longer.",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at first.", "",
        "| request | status | memory above rest, MB | CPU, s | longest wait of /readyz, s | wall, s |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        server = Watched(Path(folder) / "home")
        try:
            for case in CASES:
                taken = server.send(case)
                figures = f"{taken.peak_mb:.0f} | {taken.cpu_s:.1f} | {taken.wait_s:.2f} | {taken.wall_s:.1f}"
                lines.append(f"| {case.what} | {taken.status} | {figures} |")
                print(lines[-1], flush=True)
        finally:
            server.process.terminate()
            server.process.wait()
    (HERE / "BODIES.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
