"""What the pipelines tell about themselves while they run: OpenLineage events of every step of every month.

Columns, rows, versions and checks are those of the tables that the steps read and write; where the raw files came from
stands in `flows.yaml`. A month's run begins before its first prediction and ends after its last one.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipelines import facets
from pipelines.columns import Origins, told_columns
from pipelines.routine import CHECKS, Card, Event
from pipelines.tables import Built, ModelTables, Table

JOBS = "ml-pipelines"
REPOSITORY = "https://git.example.org/models/demo"
HOUR = pd.Timedelta(hours=1)
# How many times its rhythm a table may stay without rows before its run fails.
PATIENCE = 12


@dataclass(frozen=True)
class Step:
    """A job: who keeps it, what it does, and which file of the repository holds it."""

    name: str
    team: str
    says: str
    path: str
    revision: str


@dataclass(frozen=True)
class Run:
    """A run of a step: what it reads and writes, the origins of what it writes, and what was counted."""

    step: Step
    begin: pd.Timestamp
    end: pd.Timestamp
    reads: Sequence[Table]
    writes: Sequence[Table] = ()
    origins: Mapping[str, Sequence[tuple[Table, str]]] = field(default_factory=dict)
    rows: int | None = None
    version: str | None = None
    read_facets: Mapping[str, Any] = field(default_factory=dict)
    fault: str | None = None


def events(built: Built) -> list[Event]:
    """The events of all runs of a model's pipeline, in the order of time."""
    tables, steps = ModelTables(built), _steps(built.card)
    runs = [*_monthly(built, tables, steps), *_labels(built, tables, steps), *_trainings(built, tables, steps)]
    found = [event for run in runs for event in _told(run)]
    return sorted(found, key=lambda event: event["eventTime"])


def _steps(card: Card) -> dict[str, Step]:
    """The steps of a model's pipeline; the revision is that of the code that made the model."""
    model = card["id"]
    path = f"data/demo/pipelines/{model.replace('-', '_')}.py"
    told = {
        "collect": ("ml-platform", "Reads the sources and joins them to one row for each case.", path),
        "prepare": ("data-science", "Makes ids, instants in UTC, segments and features.", path),
        "train": ("data-science", "Draws the rows of training by cluster.", "data/demo/pipelines/training.py"),
        "score": ("ml-platform", "Asks the model about each case.", "data/demo/pipelines/training.py"),
        "label": ("data-science", "Adds what turned out to be true.", path),
    }
    revision = card["versions"][0]["code_revision"]
    # Only the job that asks the model is named as it: by that name the ledger knows a run of the model.
    named = {name: f"{name}.{model}" if name == "score" else f"{model}.{name}" for name in told}
    return {name: Step(named[name], team, says, place, revision) for name, (team, says, place) in told.items()}


def _monthly(built: Built, tables: ModelTables, steps: Mapping[str, Step]) -> Iterator[Run]:
    """Collecting, preparing and scoring of every month that has cases."""
    data = built.card["data"]
    at = data["predicted_at"]
    scored = dict(list(built.log.groupby(_month(built.log[at], built.card))))
    for month, rows in built.frame.groupby(_month(built.frame[at], built.card)):
        first, last = rows[at].min(), rows[at].max()
        in_force = [
            (source, table)
            for source, table in zip(built.flow["sources"], tables.sources, strict=True)
            if source.get("from", month) <= month <= source.get("until", month)
        ]
        for source, table in in_force:
            if "made_by" in source:
                yield _export(source, table, steps["collect"], first, last)
        read = [table for _, table in in_force]
        origins = _origins_of_raw(in_force)
        version, count = _version(rows), len(rows)
        yield Run(steps["collect"], first - 3 * HOUR, last - 2 * HOUR, read, [tables.raw], origins, count, version)
        yield from _stalls(built, rows[at], steps["collect"], read, tables.raw)
        kept = tables.features.columns
        made = {name: [(tables.raw, one) for one in built.tried[name]] for name in kept}
        yield Run(
            steps["prepare"], first - 2 * HOUR, last - HOUR, [tables.raw], [tables.features], made, count, version
        )
        cases = scored.get(month)
        if cases is not None:
            yield _scoring(built, tables, steps["score"], cases)


def _scoring(built: Built, tables: ModelTables, step: Step, cases: pd.DataFrame) -> Run:
    """The scoring of a month: its cases are checked before the model is asked."""
    data = built.card["data"]
    same = [data["prediction_id"], data["predicted_at"]]
    origins = {name: [(tables.features, name)] for name in same}
    origins[data["score"]] = [(tables.features, name) for name in data["features"]]
    checked = {
        "dataQualityMetrics": facets.metrics(cases, list(data["features"])),
        "dataQualityAssertions": facets.assertions(cases, CHECKS[built.card["id"]]),
    }
    at = cases[data["predicted_at"]]
    return Run(
        step, at.min(), at.max() + HOUR, [tables.features], [tables.predictions], origins, len(cases),
        _version(cases), checked,
    )  # fmt: skip


def _labels(built: Built, tables: ModelTables, steps: Mapping[str, Step]) -> Iterator[Run]:
    """The labels of every month in which some became known."""
    data = built.card["data"]
    known = built.log[built.log[data["actual"]].notna() & built.log[data["known_at"]].notna()]
    origins = {name: [(tables.raw, one) for one in built.tried[name]] for name in tables.labels.columns}
    for _, rows in known.groupby(_month(known[data["known_at"]], built.card)):
        at = rows[data["known_at"]]
        yield Run(
            steps["label"], at.min(), at.max() + HOUR, [tables.raw], [tables.labels], origins, len(rows),
            _version(rows),
        )  # fmt: skip


def _trainings(built: Built, tables: ModelTables, steps: Mapping[str, Step]) -> Iterator[Run]:
    """The drawing of the training rows of each version, in the hour in which it was trained."""
    for version, table, rows in zip(built.card["versions"], tables.training, built.trained_rows, strict=True):
        end = pd.Timestamp(version["trained_at"])
        origins = {name: [(tables.features, name)] for name in table.columns}
        yield Run(steps["train"], end - HOUR, end, [tables.features], [table], origins, rows, _version(built.frame))


def _export(source: Mapping[str, Any], table: Table, like: Step, first: pd.Timestamp, last: pd.Timestamp) -> Run:
    """The run in which a source system fills one of its tables from another one."""
    made_by = source["made_by"]
    says = f"Fills {source['table']} from {made_by['reads']}."
    step = replace(like, name=made_by["job"], says=says, path=f"exports/{made_by['job']}.sql", revision="")
    origin = replace(table, name=made_by["reads"], says="Kept by the payment system.")
    origins = {name: [(origin, name)] for name in table.columns}
    return Run(step, first - 4 * HOUR, last - 3 * HOUR, [origin], [table], origins)


def _stalls(built: Built, instants: pd.Series, step: Step, read: Sequence[Table], raw: Table) -> Iterator[Run]:
    """The runs that failed because no rows came for twelve times the rhythm of the source."""
    if "rhythm" not in built.flow:
        return
    known = instants.sort_values(ignore_index=True)
    gaps = known.diff()
    for place in gaps.index[gaps > PATIENCE * pd.Timedelta(built.flow["rhythm"])]:
        since, end = known[place - 1], known[place]
        fault = f"no rows for {(end - since) / HOUR:.0f} hours"
        yield Run(step, since + HOUR, end, read, [raw], fault=fault)


def _origins_of_raw(in_force: Sequence[tuple[Mapping[str, Any], Table]]) -> dict[str, list[tuple[Table, str]]]:
    found: dict[str, list[tuple[Table, str]]] = {}
    for source, table in in_force:
        told: Origins = told_columns(source["table"], source["columns"])
        for name, pairs in told.items():
            found.setdefault(name, []).extend((table, column) for _, column in pairs)
    return found


def _told(run: Run) -> Iterator[Event]:
    """The event of a run's begin, which names its tables, and that of its end, which tells everything."""
    bare = {"inputs": [facets.named(one) for one in run.reads], "outputs": [facets.named(one) for one in run.writes]}
    yield {**_about(run, run.begin, "START"), **bare}
    if run.fault is not None:
        failed = _about(run, run.end, "FAIL")
        failed["run"]["facets"]["errorMessage"] = facets.error(run.fault)
        yield {**failed, **bare}
        return
    read = [{**facets.told(one), "inputFacets": dict(run.read_facets)} for one in run.reads]
    write = [
        {**facets.told(one, run.origins, run.version), "outputFacets": facets.counted(run.rows)} for one in run.writes
    ]
    yield {**_about(run, run.end, "COMPLETE"), "inputs": read, "outputs": write}


def _about(run: Run, at: pd.Timestamp, state: str) -> Event:
    begin, end = _written(run.begin), _written(run.end)
    place = f"{JOBS}/{run.step.name}/{begin}"
    return {
        "eventType": state,
        "eventTime": _written(at),
        "producer": facets.PRODUCER,
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": str(uuid.uuid5(uuid.NAMESPACE_URL, place)),
            "facets": {"nominalTime": facets.nominal_time(begin, end)},
        },
        "job": {"namespace": JOBS, "name": run.step.name, "facets": facets.of_job(run.step, REPOSITORY)},
    }


def _month(instants: pd.Series, card: Card) -> pd.Series:
    return instants.dt.tz_convert(card.get("time_zone", "UTC")).dt.strftime("%Y-%m")


def _version(rows: pd.DataFrame) -> str:
    """A name for the content of these rows: the first 12 digits of a SHA-256."""
    hashed = pd.util.hash_pandas_object(rows, index=False)
    return hashlib.sha256(hashed.to_numpy().tobytes()).hexdigest()[:12]


def _written(instant: pd.Timestamp) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
