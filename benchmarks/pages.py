"""CPU seconds of every page about the whole portfolio: `python -m benchmarks.pages HOME`; HOME as of `portfolio.py`.

Each page is asked in a process of its own, on a copy of the home: what its views cost at first, again while nothing
changed, after one fact was recorded, and about a past day. The floor reads the same facts and the latest profiles once.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.children import Taken, run
from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, run_action
from dashboard.profiles.encoding import unpack
from dashboard.store.cards import card_histories
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, open_store
from dashboard.store.events import list_events
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, run_view

# The views that a page reads without a model, in its order.
PAGES = {
    "Overview": ("models", "status", "acceptances", "changes"),
    "Inventory": ("models", "volumes", "status"),
    "Desk": ("desk",),
    "Alerts": ("models", "alerts", "status"),
    "Risk matrix": ("risk-class", "risk", "risk-record"),
    "Ownership": ("people", "gaps", "departures", "models", "loads", "knowledge"),
    "Sign-offs": ("sign-offs", "uses"),
    "Minimum rules": ("rules", "rule-meanings", "rules-over-time"),
    "`show status`": ("status",),
}
FLOOR = "floor"
READER = operator("benchmark")
STEPS = ("first", "again", "after a fact", "a past day")


def ask(store: Store, page: str, query: Query) -> int:
    """The rows of all views of a page."""
    return sum(len(run_view(store, view, query, READER)) for view in PAGES[page])


def read_once(store: Store) -> int:
    """Cards and events parsed, and the outcomes of every period unpacked: less than any page could do with."""
    with store.cursor() as cursor:
        blocks = cursor.execute("SELECT outcomes FROM profiles WHERE segment_column IS NULL").fetchall()
    return len([unpack(block) for (block,) in blocks]) + len(card_histories(store)) + len(list_events(store))


def record_a_fact(store: Store, model_id: str) -> None:
    """One more event of a model."""
    event = {"kind": "usage", "model": model_id, "at": "2026-09-01", "consumer": "benchmark", "purpose": "p"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "event.jsonl"
        path.write_text(json.dumps({**event, "calls": 1}) + "\n", encoding="utf-8")
        run_action(store, "ingest_events", Files(files=(path,)), READER)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, all threads."""
    before = time.process_time()
    work()
    return time.process_time() - before


def measure(home: Path, page: str) -> dict[str, Any]:
    """Each step of a page in this process; what is imported at first is not counted."""
    VIEWS.all()
    ACTIONS.all()
    store = open_store(home)
    models = list(card_histories(store))
    run_view(store, "risk", Query(model=models[1]), READER)
    if page == FLOOR:
        return {"first": cpu(lambda: read_once(store))}
    found: dict[str, Any] = {"first": cpu(lambda: ask(store, page, Query()))}
    found["again"] = cpu(lambda: ask(store, page, Query()))
    record_a_fact(store, models[1])
    found["after a fact"] = cpu(lambda: ask(store, page, Query()))
    past = Query(on=now().date() - timedelta(days=100))
    found["a past day"] = cpu(lambda: ask(store, page, past))
    store.close()
    return found


def child(home: Path, page: str) -> Taken:
    """A page in a process of its own, on a copy of the home."""
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        for name in ("store.duckdb", "journal.jsonl"):
            shutil.copy(home / name, folder)
        return run([sys.executable, "-m", "benchmarks.pages", folder, "--page", page])


def main() -> None:
    """Read the command line; without a page print the table of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--page", choices=[FLOOR, *PAGES])
    chosen = parser.parse_args()
    if chosen.page:
        began = time.process_time()
        found = measure(chosen.home, chosen.page)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**found, "inside_s": time.process_time() - began, "peak_mb": peak}))
        return
    floor = child(chosen.home, FLOOR).found["first"]
    print(f"floor: {floor:.2f} s\n\n| page | {' | '.join(STEPS)} | first to the floor | peak MB |")
    print(f"|---{'|---' * len(STEPS)}|---|---|")
    for page in PAGES:
        taken = child(chosen.home, page)
        cells = " | ".join(f"{taken.found[step]:.2f}" for step in STEPS)
        print(f"| {page} | {cells} | {taken.found['first'] / floor:.1f} | {taken.peak_mb:.0f} |", flush=True)


if __name__ == "__main__":
    main()
