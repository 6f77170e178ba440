"""Servers and commands that are measured: the CPU time and memory of a process and of all that it started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.children import ROOT
from benchmarks.visitor import HOST, PATIENCE

HELLO = ROOT / "benchmarks" / "hello.py"
# A process is quiet when it takes less CPU than this, in seconds, in each of so many pauses.
QUIET, PAUSE, PAUSES = 0.003, 0.08, 2
# The scheduling clock among the CPU clocks of a process; see clock_getcpuclockid(3).
SCHEDULED = 2


@dataclass(frozen=True)
class Server:
    """A server that answers on a port of this machine."""

    pid: int
    port: int
    started_cpu: float = 0.0

    def cpu(self) -> float:
        """CPU seconds until now, user and system, of the process and of those that it started."""
        found = 0.0
        for pid in family(self.pid):
            with suppress(OSError):
                found += time.clock_gettime((~pid << 3) | SCHEDULED)
        return found

    def memory_mb(self) -> float:
        """What the processes hold of the memory; what they share with others is divided among them."""
        return sum(_proportional_kb(pid) for pid in family(self.pid)) / 1024

    def settle(self) -> float:
        """Wait until the server rests, and return its CPU seconds; raises TimeoutError when it never does."""
        end, quiet, before = time.monotonic() + PATIENCE, 0, self.cpu()
        while quiet < PAUSES:
            time.sleep(PAUSE)
            now = self.cpu()
            quiet = quiet + 1 if now - before < QUIET else 0
            before = now
            if time.monotonic() > end:
                raise TimeoutError("the server does not come to rest")
        return before


def family(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with suppress(OSError):
                # The name of a program, in parentheses, may hold anything.
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(place.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _proportional_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


@contextmanager
def dashboard_server(home: Path) -> Iterator[Server]:
    """The dashboard over a home, as `serve` starts it, until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "dashboard", "serve", "--home", str(home), "--port", str(port)]
    with _running(command, ROOT, port, "/readyz") as server:
        yield server


@contextmanager
def hello_server() -> Iterator[Server]:
    """The page of one line, in a folder of its own, so that no settings are found."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="hello-") as folder:
        script = shutil.copy(HELLO, folder)
        command = [
            sys.executable, "-m", "streamlit", "run", str(script), "--server.address", HOST, "--server.port", str(port),
            "--server.headless", "true", "--browser.gatherUsageStats", "false",
        ]  # fmt: skip
        with _running(command, Path(folder), port, "/_stcore/health") as server:
            yield server


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int, ready: str) -> Iterator[Server]:
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(command, stdout=told, stderr=told, cwd=folder, env=environment()) as process,
    ):
        try:
            _wait_ready(process, f"http://{HOST}:{port}{ready}")
            yield Server(process.pid, port, Server(process.pid, port).cpu())
        except BaseException:
            told.seek(0)
            sys.stderr.write(told.read().decode(errors="replace")[-4000:])
            raise
        finally:
            process.terminate()
            process.wait(PATIENCE)


def environment() -> dict[str, str]:
    """The environment without settings of this program, and with byte code kept, as users have it."""
    dropped = ("DASHBOARD_", "STREAMLIT_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        return int(asked.getsockname()[1])


def _wait_ready(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with (
            suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address, timeout=30) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(PAUSE)
    raise TimeoutError(f"{address} did not become ready")


def command_cpu(*words: str) -> float:
    """CPU seconds of one command of the program; raises RuntimeError when it fails."""
    command = [sys.executable, "-m", "dashboard", *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment()) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)}: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime
