"""The demo portfolio in a home: built by the pipelines under `data/demo`, then taken in like anybody's data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import yaml

from dashboard.access.principal import operator
from dashboard.actions.ingest import ModelFiles
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.errors import DashboardError
from dashboard.resources import resource
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import now, written
from dashboard.store.engine.database import Store, open_store
from dashboard.store.grants import list_grants
from dashboard.words import mark

DEMO = resource("data", "demo")
PIPELINES, ACCESS, RECENT = DEMO / "build.py", DEMO / "access.yaml", DEMO / "recent.jsonl"
ACTOR = operator("demo")
STEP = re.compile(r"^ *(\d+)% (.+)$")
# Shares of the whole time, measured on two cores.
BUILT, INGESTED = 0.25, 0.5

Progress = Callable[[float, str], None]


class DemoBuildError(DashboardError):
    """A pipeline of the demo stopped."""


def build_demo(home: Path, progress: Progress) -> None:
    """Build the demo portfolio into `home`; a second call finds everything there and writes nothing new.

    `progress` receives the share done (0 to 1) and what is being done. Raises DemoBuildError when a pipeline stops.
    """
    store = open_store(home)
    try:
        add_demo(store, progress)
    finally:
        store.close()


def add_demo(store: Store, progress: Progress) -> None:
    """Build the demo portfolio into an open store's home; see `build_demo`.

    Cards of models that are registered already stay as they are, so that what people changed is kept.
    """
    folder = store.home / "demo-build"
    _run_pipelines(folder, lambda share, step: progress(BUILT * share, step))
    known = list_cards(store)
    cards = sorted((folder / "cards").glob("*.yaml"))
    new = [card for card in cards if card.stem not in known]
    if new:
        run_action(store, "register", Files(files=(*new, folder / "people.yaml")), ACTOR)
    _grant_access(store)
    for position, card in enumerate(cards):
        progress(BUILT + (INGESTED - BUILT) * position / len(cards), card.stem)
        predictions = folder / "predictions" / f"{card.stem}.parquet"
        run_action(store, "ingest_predictions", ModelFiles(model=card.stem, files=(predictions,)), ACTOR)
    events = (folder / "events.jsonl", _recent_events(folder))
    run_action(store, "ingest_events", Files(files=events), ACTOR)
    models = Models(models=tuple(card.stem for card in cards))
    run_action(store, "monitor", models, ACTOR, lambda share, step: progress(INGESTED + (1 - INGESTED) * share, step))
    progress(1.0, mark("The demo is ready"))


def _grant_access(store: Store) -> None:
    """Give the demo's people their roles; whoever was given or refused something since keeps that."""
    known = list_grants(store)
    for values in yaml.safe_load(ACCESS.read_text(encoding="utf-8")):
        if values["person"] not in known:
            run_action(store, "grant_access", read_payload("grant_access", values), ACTOR)


def _recent_events(folder: Path) -> Path:
    """The events of the last months, dated from the day of the first build on, so that the demo is looked after."""
    dated = folder / "recent.jsonl"
    if not dated.is_file():
        today = now().replace(hour=9, minute=0, second=0, microsecond=0)
        lines = []
        for line in RECENT.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            at = written(today - timedelta(days=event.pop("days_ago")))
            lines.append(json.dumps({**event, "at": at, "known_at": at}, ensure_ascii=False) + "\n")
        dated.write_text("".join(lines), encoding="utf-8")
    return dated


def _run_pipelines(folder: Path, progress: Progress) -> None:
    """Run the pipelines in a process of their own, once: what has been built stays, since the log rests on it."""
    complete = folder / "complete"
    if complete.is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(PIPELINES), str(folder)]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:  # noqa: S603 - the program's own file
        for line in running.stdout or ():
            said.append(line)
            if step := STEP.match(line):
                progress(int(step[1]) / 100, step[2].strip())
    if running.returncode:
        last = said[-1].strip() if said else "nothing was said"
        raise DemoBuildError(f"the demo's pipelines stopped: {last}; run `{' '.join(command)}` to see all of it")
    complete.touch()
