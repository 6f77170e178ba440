"""What is measured, each in a process of its own: `python -m benchmarks.tasks TASK FOLDER` prints figures as JSON."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import CATEGORIES, CONTINUOUS, DAYS, FEATURES, FIRST, INTEGERS, card, write_log
from dashboard.measures.distribution import distribution
from dashboard.measures.drift import METHODS
from dashboard.profiles.count import packed, passes, reference_span, summarise
from dashboard.profiles.encoding import pack, unpack
from dashboard.profiles.engine import Engine, Sources
from dashboard.profiles.layout import Layout, layout_from_text
from dashboard.profiles.reference import make_layout
from dashboard.profiles.windows import merged, open_profiles
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store, open_store
from dashboard.store.profiles import (
    PERIOD,
    REFERENCE,
    MonitorRun,
    ProfileRow,
    append_layout,
    append_profiles,
    append_run,
)

LAYOUT = "layout.json"
NUMBERS = [*CONTINUOUS, *INTEGERS, "_score", "_actual"]
REPEATS = 15
WARMING_ROWS = 5_000


def months(folder: Path, start: datetime, end: datetime) -> list[Path]:
    """The files that can hold rows between two instants."""
    return [path for path in sorted(folder.glob("*.parquet")) if f"{start:%Y-%m}" <= path.stem <= f"{end:%Y-%m}"]


def nothing(folder: Path) -> dict[str, Any]:
    """What starting and importing costs."""
    return {}


def scan(folder: Path) -> dict[str, Any]:
    """Smallest, largest and sum of every column, as DuckDB reads them."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET memory_limit = '192MB'")
    parts = [f"min({name}), max({name}), sum({name})" for name in NUMBERS]
    parts += [f"min({name}), max({name})" for name in [*CATEGORIES, "_at"]]
    found = connection.execute(f"SELECT {', '.join(parts)} FROM read_parquet(?)", [[str(p) for p in files(folder)]])
    return {"figures": len(found.fetchall()[0])}


def files(folder: Path) -> list[Path]:
    """All files of the log."""
    return sorted(folder.glob("*.parquet"))


def layout(folder: Path) -> dict[str, Any]:
    """Bins from the reference; once for a model."""
    span = reference_span(card())
    assert span is not None
    engine = Engine(folder)
    made = make_layout(engine, card(), Sources(months(folder, *span), [], stored(now())), span)
    (folder / LAYOUT).write_text(made.to_text())
    return {"slots": made.slots}


def profile(folder: Path) -> dict[str, Any]:
    """Packed profiles of every day from the log's files."""
    days = profiles_of(folder, read_layout(folder))
    return {"days": len(days), "rows": sum(day.predictions for day in days)}


def read_layout(folder: Path) -> Layout:
    """The layout that the task `layout` made."""
    return layout_from_text("bench", "bench", (folder / LAYOUT).read_text())


def profiles_of(folder: Path, made: Layout) -> list[ProfileRow]:
    """One row of the store for each day."""
    engine = Engine(folder)
    found = []
    for run in passes(made, [FIRST + timedelta(days=day) for day in range(DAYS)]):
        ends = [*run, run[-1] + timedelta(days=1)]
        sources = Sources(months(folder, run[0], run[-1]), [], stored(now()))
        for (period, _, _), summary in summarise(engine, made, sources, ends).items():
            rows = summary.predictions, summary.labelled
            found.append(ProfileRow("1", PERIOD, run[period], None, None, *rows, *packed(summary)))
    return found


def drift(folder: Path) -> dict[str, Any]:
    """Drift of 20 features over any window, from profiles in the store: median CPU milliseconds."""
    made = read_layout(folder)
    store = filled_store(folder, made, profiles_of(folder, made))
    profiles = open_profiles(store, card())
    assert profiles is not None
    reference = merged(profiles.reference(("features",)), made)
    then = {name: distribution(reference, made, name, fixed_bins=True) for name in FEATURES}
    first = FIRST.date()
    found: dict[str, Any] = {}
    for name, span in {"365 days": 364, "28 days": 27}.items():
        for method in ("psi", "wasserstein"):
            compute = METHODS.get(method).compute

            def ask(span: int = span, compute: Callable = compute) -> list[float]:
                opened = open_profiles(store, card())
                assert opened is not None
                read = opened.read(("features",), (first, first + timedelta(days=span)))
                window = merged(read, opened.layout)
                return [compute(then[name], distribution(window, opened.layout, name)) for name in FEATURES]

            found[f"{method}, {name}"] = median_ms(ask)
    store.close()
    return found


def median_ms(ask: Callable[[], object]) -> float:
    """Median CPU milliseconds of a call, all threads."""
    ask()
    taken = []
    for _ in range(REPEATS):
        before = time.process_time()
        ask()
        taken.append((time.process_time() - before) * 1000)
    return statistics.median(taken)


def filled_store(folder: Path, made: Layout, days: Sequence[ProfileRow]) -> Store:
    """A store that holds the profiles, as `monitor` would have written them."""
    store = open_store(folder / "home")
    span = reference_span(card())
    assert span is not None
    engine = Engine(folder)
    (summary,) = summarise(engine, made, Sources(months(folder, *span), [], stored(now())), span).values()
    reference = ProfileRow("1", REFERENCE, FIRST, None, None, summary.predictions, summary.labelled, *packed(summary))
    moment = stored(now())
    with store.writing(AuditContext("monitor", "bench", computes=True)) as cursor:
        append_layout(cursor, "bench", made.layout_id, "basis", made.to_text(), moment)
        append_profiles(cursor, "bench", made.layout_id, moment, [*days, reference])
        append_run(cursor, "bench", MonitorRun(made.layout_id, moment, moment), "bench", len(days))
    return store


def size(folder: Path) -> dict[str, Any]:
    """Bytes of a feature and day in the blocks: all features together, and each kind by itself."""
    made = read_layout(folder)
    days = profiles_of(folder, made)
    parts = [made.slices[name] for name in FEATURES]
    kinds = {"continuous": CONTINUOUS, "integer": INTEGERS, "categorical": CATEGORIES}
    found = {"mix": sum(len(only(day, parts)) for day in days) / len(FEATURES) / len(days)}
    for kind, names in kinds.items():
        chosen = [made.slices[name] for name in names]
        found[kind] = sum(len(only(day, chosen)) for day in days) / len(names) / len(days)
    found["outcomes a day"] = statistics.mean(len(day.outcomes) for day in days)
    found["features block a day"] = statistics.mean(len(day.features) for day in days)
    return found


def only(day: ProfileRow, parts: Sequence[slice]) -> bytes:
    """The block of a day as it would be with some features only."""
    arrays = unpack(day.features)
    counts = np.concatenate([arrays["counts"][part] for part in parts])
    return pack({"counts": counts, "sums": arrays["sums"][: len(parts)]})


TASKS: dict[str, Callable[[Path], dict[str, Any]]] = {
    task.__name__: task for task in (nothing, scan, layout, profile, drift, size)
}


def warm_up() -> None:
    """Read and count a few rows once, so that no task pays for what is imported or compiled at a first call."""
    with tempfile.TemporaryDirectory(prefix="warming-") as scratch:
        folder = Path(scratch)
        write_log(folder, WARMING_ROWS)
        for task in (scan, layout, profile):
            task(folder)


def main() -> None:
    warm_up()
    before = time.process_time()
    began = time.perf_counter()
    found = TASKS[sys.argv[1]](Path(sys.argv[2]))
    found["inside_s"] = time.process_time() - before
    found["wall_s"] = time.perf_counter() - began
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
