"""Two hours under mixed load (`make campaign`; SOAK_MINUTES for another length): nothing grows, judgements keep up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.soaking import Soak, faults_of, longest_wait
from tests.api.test_live import Running, started, wait_for

MINUTES = float(os.environ.get("SOAK_MINUTES", "120"))
# How long the run with a leak takes, and the program that leaks: read by Python at the start of every process.
LEAKING_MINUTES = 6.0
LEAK = """
import sys, threading, time
kept = []
def leak():
    while True:
        kept.append(bytearray(b'x') * 1_000_000)
        kept.append(open("/dev/null"))
        time.sleep(1)
if "dashboard.api.launch" in " ".join(sys.orig_argv):
    threading.Thread(target=leak, daemon=True).start()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    yield from started(tmp_path)


@pytest.fixture
def leaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "sitecustomize.py").write_text(LEAK, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "leak"))
    yield from started(tmp_path)


def told(soak: Soak) -> str:
    """The figures of a run in one line; memory at nine moments."""
    samples = soak.samples
    shown = [samples[place * (len(samples) - 1) // 8] for place in range(9)]
    memory = " ".join(f"{sample.memory_mb:.0f}" for sample in shown)
    files = f"files {shown[2].files} to {shown[-1].files}"
    waited = f"models waited at most {longest_wait(samples):.0f} s"
    return f"{samples[-1].at / 60:.0f} minutes: memory {memory} MB; {files}; {waited}; {dict(soak.answers)}"


@pytest.mark.campaign
def test_nothing_grows_and_judgements_keep_up(server: Running) -> None:
    soak = Soak(server)
    soak.run(60 * MINUTES)
    print(f"\n{told(soak)}")
    assert soak.wrong == []
    assert faults_of(soak.samples) == []
    # Once everybody has left, no more is open than while they were there.
    wait_for(lambda: soak.open_files() <= max(sample.files for sample in soak.samples[: len(soak.samples) // 2]))
    assert server.ask("POST", "/api/v1/upkeep/verify", "{}")[0] == 200
    assert not (server.home / "uploads").exists()


@pytest.mark.campaign
def test_a_leak_would_be_found(leaking: Running) -> None:
    soak = Soak(leaking)
    soak.run(60 * LEAKING_MINUTES)
    print(f"\nwith a leak, {told(soak)}")
    found = " ".join(faults_of(soak.samples))
    assert "memory grew" in found
    assert "files are open" in found
