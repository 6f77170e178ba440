"""A home with many made-up models, to measure views by: `python -m benchmarks.portfolio HOME [--count 1000]`."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import open_store
from tests.demo.thousand_models import write_portfolio

ACTOR = operator("benchmark")


def build(home: Path, count: int) -> None:
    """A home with `count` models, their people, predictions and events, all monitored."""
    store = open_store(home)
    with tempfile.TemporaryDirectory(prefix="portfolio-") as folder:
        made = write_portfolio(Path(folder), count)
        run_action(store, "register", Files(files=(*made.cards, made.people)), ACTOR)
        run_action(store, "ingest_events", Files(files=(made.events,)), ACTOR)
        for model_id, path in made.predictions.items():
            run_action(store, "ingest_predictions", Delivery(model=model_id, files=(path,)), ACTOR)
    run_action(store, "monitor", Models(models=tuple(made.states)), ACTOR)
    store.close()


def main() -> None:
    """Read the command line and build the home."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.portfolio", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    chosen = parser.parse_args()
    began = time.process_time()
    build(chosen.home, chosen.count)
    print(json.dumps({"inside_s": time.process_time() - began}))


if __name__ == "__main__":
    main()
