"""Which runs of jobs checked a dataset, and what each of them checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from dashboard.measures.quality.unchecked import CheckingRun
from dashboard.store.engine.clock import as_utc
from dashboard.store.engine.database import Store
from dashboard.store.lineage_checks import list_checking_runs


def checking_runs(
    store: Store, called: Mapping[str, str], asked: tuple[datetime | None, datetime | None]
) -> dict[str, list[CheckingRun]]:
    """The runs over datasets by id: those that made checks (column, assertion), and those of the same jobs without any.

    `called` has the dataset of each name that events call it by. A run that failed, or has not ended, may have left out
    anything: it stands only for the checks that it made.
    """
    found: dict[str, dict[tuple[str, str], CheckingRun]] = defaultdict(dict)
    for name, job, run, at, whole, checks in list_checking_runs(store, called, asked):
        known = found[called[name]].get((job, run))
        made = frozenset((column, assertion) for column, assertion in checks)
        if not whole and not made:
            continue
        # One table under two names is checked by a run once.
        together = made if known is None else made | known.checks
        found[called[name]][job, run] = CheckingRun(as_utc(at), together, job, whole=whole)
    return {dataset: list(runs.values()) for dataset, runs in found.items()}
