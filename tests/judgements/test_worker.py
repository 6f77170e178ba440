"""The worker of a server: it keeps up, tells how far behind it is, ends with its store, and survives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.governance.judgements import worker as workers
from dashboard.governance.judgements.renewal import PRESENT, bring_up_to_date, find_stale
from dashboard.governance.judgements.worker import Worker, worker_of
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.governance.conftest import History

READER = operator("test")


@pytest.fixture
def worker(history: History) -> Worker:
    started = Worker(history.store)
    started.start()
    assert started.caught_up(60)
    return started


def gaps(store: Store, *, waits: bool = True) -> set[tuple[str, str]]:
    frame = run_view(store, "gaps", Query(waits=waits), READER)
    return set(zip(frame["model"], frame["gap"], strict=True))


def test_a_program_that_asks_gets_what_is_committed(history: History, worker: Worker) -> None:
    assert ("claims", "no_deputy") in gaps(history.store)
    history.event("role", at="2024-04-30", role="deputy", person="ben")
    assert ("claims", "no_deputy") not in gaps(history.store)
    assert worker.behind["present"] == 0
    assert find_stale(history.store, PRESENT, "present").facts == {}


def test_a_page_shows_what_was_judged_last(history: History, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_work", lambda lane: None)
    history.event("role", at="2024-04-30", role="deputy", person="ben")
    assert ("claims", "no_deputy") in gaps(history.store, waits=False)
    # A question about one model is answered on what is committed all the same.
    found = run_view(history.store, "gaps", Query(model="claims", waits=False), READER)
    assert "no_deputy" not in set(found["gap"])


def test_who_waits_in_vain_gets_the_newest_that_is_kept(
    history: History, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.05)
    monkeypatch.setattr(worker, "_seen_version", -1)
    monkeypatch.setattr(worker, "_run", lambda: None)
    worker.stop()
    assert not Worker(history.store).caught_up(0.05)


def test_what_it_commits_itself_does_not_wake_it(history: History) -> None:
    worker = Worker(history.store, _thread=threading.current_thread())
    history.store.when_changed = worker._wake
    bring_up_to_date(history.store)
    assert not worker._woken.is_set()
    other = threading.Thread(target=lambda: history.event("role", at="2024-04-30", role="deputy", person="ben"))
    other.start()
    other.join()
    assert worker._woken.is_set()


def test_it_ends_with_its_store(tmp_path: Path) -> None:
    store = open_store(tmp_path / "home")
    worker = Worker(store)
    worker.start()
    assert worker_of(store) is worker
    store.close()
    assert worker_of(store) is None
    assert worker._thread is not None
    assert not worker._thread.is_alive()


KILLED = """
    import sys, time
    from pathlib import Path
    from dashboard.governance.judgements.renewal import bring_up_to_date
    from dashboard.governance.judgements import renewal
    from dashboard.store.engine.database import open_store

    renewal.TOGETHER = 1
    store = open_store(Path(sys.argv[1]))
    while True:
        with store.writing() as cursor:
            for table in ("judgements", "judged_models", "judged_names"):
                cursor.execute(f"DELETE FROM {table}")
        bring_up_to_date(store, progress=lambda done, number: print(done, flush=True))
"""


@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_kill_while_judging_loses_nothing(history: History, tmp_path: Path, after: int) -> None:
    wanted = gaps(history.store)
    home = history.store.home
    history.store.close()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(after):
        process.stdout.readline()
    time.sleep(0.01 * after)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    store = open_store(home)
    try:
        assert gaps(store) == wanted
    finally:
        store.close()
