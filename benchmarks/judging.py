"""What judging costs, in a process of its own: `python -m benchmarks.judging HOME`. It writes to the home.

All models from nothing: the present and, with `--history`, what was the case at the ends of the last months; then one
model again, when it is known which one, and when it has to be found.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from dashboard.actions.registry import ACTIONS
from dashboard.governance.judgements.registry import Lane
from dashboard.governance.judgements.renewal import bring_up_to_date
from dashboard.store.cards import card_histories
from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.selection import Models, of_models
from dashboard.views.registry import VIEWS

LANES: tuple[Lane, ...] = ("present", "history")
AGAIN = 5


def forget(store: Store, lane: Lane, models: Models = None) -> None:
    """Delete what the judgements of a lane rest on, of some models or of all, so that they have to be made anew."""
    only, chosen = of_models(models)
    with store.writing() as cursor:
        cursor.execute(f"DELETE FROM judged_models WHERE lane = ? AND {only}", [lane, *chosen])


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, all threads."""
    before = time.process_time()
    work()
    return time.process_time() - before


def measure(home: Path, lanes: Sequence[Lane]) -> dict[str, float]:
    """CPU seconds of all models by lane, and milliseconds of one; what is imported at first is not counted."""
    VIEWS.all()
    ACTIONS.all()
    store = open_store(home)
    models = list(card_histories(store))
    bring_up_to_date(store, models=models[0])
    found = {}
    for lane in lanes:
        forget(store, lane)
        found[f"{lane}_s"] = cpu(partial(bring_up_to_date, store, lane=lane))
    one, found_one = [], []
    for number in range(AGAIN):
        model_id = models[number * 7 % len(models)]
        forget(store, "present", model_id)
        one.append(cpu(partial(bring_up_to_date, store, models=model_id)))
        forget(store, "present", model_id)
        found_one.append(cpu(partial(bring_up_to_date, store)))
    store.close()
    return found | {"one_ms": 1000 * statistics.median(one), "found_one_ms": 1000 * statistics.median(found_one)}


def main() -> None:
    """Read the command line, measure, and print what was found as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--history", action="store_true")
    chosen = parser.parse_args()
    began = time.process_time()
    found = measure(chosen.home, LANES if chosen.history else LANES[:1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "inside_s": time.process_time() - began, "peak_mb": peak}))


if __name__ == "__main__":
    main()
