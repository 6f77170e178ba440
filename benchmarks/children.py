"""Processes that are measured: CPU seconds of the whole process (user and system), peak memory, and what it printed."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rows import CATEGORIES, CONTINUOUS, INTEGERS

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / "build" / "benchmarks"
# What each tool needs in an environment of its own, pinned; NannyML imports statsmodels without asking for it.
PINNED = ROOT / "benchmarks" / "environments"
PEERS = ("evidently", "nannyml")
# Nothing is told to anybody's telemetry.
SILENT = {"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"}


@dataclass(frozen=True)
class Taken:
    """What a process took; `inside_s` is the CPU time of its task alone."""

    cpu_s: float
    inside_s: float
    peak_mb: float
    found: dict[str, Any]


def run(command: Sequence[str]) -> Taken:
    """Run a command to its end; raises RuntimeError when it fails."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, cwd=ROOT, env={**os.environ, **SILENT}) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        told, complaint = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(complaint.strip().splitlines()[-1] if complaint.strip() else f"exit code {child.returncode}")
    found = json.loads(told.strip().splitlines()[-1])
    return Taken(usage.ru_utime + usage.ru_stime, found["inside_s"], found["peak_mb"], found)


def machine() -> str:
    """Processor, system and Python."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    named = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    name = named[0] if named else platform.processor()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def task(name: str, folder: Path, times: int = 1) -> Taken:
    """One of `benchmarks.tasks`, the median of several runs."""
    return middle([run([sys.executable, "-m", "benchmarks.tasks", name, str(folder)]) for _ in range(times)])


class PeerMissingError(RuntimeError):
    """Another tool could not be installed; the message says why."""


def peer(name: str, folder: Path, idle: bool = False) -> Taken:
    """Another tool's drift of the same rows; makes its environment the first time. Raises RuntimeError."""
    python = peer_python(name)
    columns = json.dumps([*CONTINUOUS, *INTEGERS]), json.dumps(CATEGORIES)
    script = str(ROOT / "benchmarks" / "peers.py")
    return run([str(python), script, "nothing" if idle else name, str(folder), *columns])


def peer_python(name: str) -> Path:
    """The Python of another tool's own environment, made the first time. Raises PeerMissingError."""
    environment = ENVIRONMENTS / name
    python = environment / "bin" / "python"
    if not (environment / "installed").exists():
        _install(environment, python, PINNED / f"{name}.txt")
    return python


def _install(environment: Path, python: Path, requirements: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    installer = [str(uv), "pip", "install", "--quiet", "--python", str(python)]
    if not uv.exists():
        installer = [str(python), "-m", "pip", "install", "--quiet"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(environment)],
        [*installer, "--requirement", str(requirements)],
    ):
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode:
            complaint = (finished.stderr.strip().splitlines() or ["?"])[-1]
            raise PeerMissingError(f"could not be installed ({complaint})")
    (environment / "installed").touch()


def middle(runs: Sequence[Taken]) -> Taken:
    """The medians of several runs of one task, and the largest peak."""
    return Taken(
        statistics.median(run.cpu_s for run in runs),
        statistics.median(run.inside_s for run in runs),
        max(run.peak_mb for run in runs),
        runs[-1].found,
    )
