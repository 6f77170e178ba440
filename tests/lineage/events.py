"""OpenLineage events as short lines: what a test is about stands in it, the rest is the standard's least."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import Store

SPACE = UUID("0190d5c1-6f4a-7d33-8c11-3f5f0f1f2a3b")
PRODUCER = "https://example.org/pipelines"
Event = dict[str, Any]
_files = itertools.count()


def run_id(name: str) -> str:
    """A UUID for a run that a test calls by a name."""
    return str(uuid5(SPACE, name))


def dataset(name: str, **facets: Any) -> Event:
    """A dataset of the namespace `db`, or `NAMESPACE|NAME`, with facets."""
    namespace, sign, rest = name.partition("|")
    found: Event = {"namespace": namespace if sign else "db", "name": rest if sign else name}
    for kind in ("inputFacets", "outputFacets"):
        if kind in facets:
            found[kind] = facets.pop(kind)
    return found | ({"facets": facets} if facets else {})


def event(
    job: str,
    at: str,
    *,
    run: str | None = None,
    state: str | None = "COMPLETE",
    reads: Sequence[str | Event] = (),
    writes: Sequence[str | Event] = (),
    job_facets: Event | None = None,
    run_facets: Event | None = None,
) -> Event:
    """A run event of a job of the namespace `jobs` (or `NAMESPACE|NAME`); the run is called by job and instant."""
    namespace, sign, rest = job.partition("|")
    return {
        "eventType": state,
        "eventTime": at if "T" in at else f"{at}T08:00:00Z",
        "producer": PRODUCER,
        "run": {"runId": run_id(run or f"{job} {at}"), "facets": run_facets or {}},
        "job": {"namespace": namespace if sign else "jobs", "name": rest if sign else job, "facets": job_facets or {}},
        "inputs": [dataset(one) if isinstance(one, str) else one for one in reads],
        "outputs": [dataset(one) if isinstance(one, str) else one for one in writes],
    }


def column_lineage(**columns: Sequence[tuple[str, str] | tuple[str, str, str]]) -> Event:
    """A facet `columnLineage`: column -> (dataset, column[, TYPE or TYPE: SUBTYPE]); `_dataset` for all columns."""

    def field(source: tuple[str, ...]) -> Event:
        named, column, *kind = source
        kinds = [one.split(": ") for one in kind]
        told = [{"type": parts[0], "subtype": parts[1] if len(parts) > 1 else ""} for parts in kinds]
        return {**dataset(named), "field": column, "transformations": told}

    whole = [field(source) for source in columns.pop("_dataset", ())]
    found: Event = {
        "fields": {name: {"inputFields": [field(one) for one in sources]} for name, sources in columns.items()}
    }
    return found | ({"dataset": whole} if whole else {})


def schema(*columns: str) -> Event:
    """A facet `schema`."""
    return {"fields": [{"name": column, "type": "string"} for column in columns]}


def send(store: Store, folder: Path, events: Iterable[Event]) -> None:
    """Let the action take events, as the API and the command line do."""
    path = folder / f"events-{next(_files)}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    run_action(store, "ingest_lineage", Files(files=(path,)), operator("local:test"))


def register(store: Store, folder: Path, *documents: Event) -> None:
    """Register cards, people and processes."""
    paths = []
    for document in documents:
        path = folder / f"document-{next(_files)}.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")
        paths.append(path)
    run_action(store, "register", Files(files=tuple(paths)), operator("local:test"))


def card(model_id: str, **parts: Any) -> Event:
    """A model card with the least, and the parts of the test."""
    data = {
        "prediction_id": "id", "predicted_at": "at", "score": "score", "actual": "late",
        "features": {"hour": {"kind": "numeric"}, "carrier": {"kind": "categorical"}},
    }  # fmt: skip
    return {
        "id": model_id,
        "name": model_id,
        "task": "binary_classification",
        "versions": [{"version": "1", "training_data": "train"}],
        **parts,
        "data": data | parts.get("data", {}),
    }
