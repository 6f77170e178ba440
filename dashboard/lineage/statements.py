"""What one OpenLineage event says, and nothing else: the same for the same event, whatever was known before.

So the derivation does not depend on the order in which events come, on repetition or on lateness: intervals and
symlinks are worked out of all statements together, in `intervals` and `symlinks`. A facet that does not have the shape
of the standard says nothing here; the event that holds it is kept whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.lineage.measured import (
    Description,
    Event,
    Measurement,
    dataset_of,
    datasets_in,
    descriptions_of,
    entries_of,
    facet_of,
    job_of,
    mapping_of,
    measurements_of,
    named_by,
    run_of,
    shortened,
    text_of,
)
from dashboard.lineage.names import dataset_id, job_id

Scope = Literal["data", "columns", "parent", "symlink"]
CONTINUOUS = frozenset({"STREAMING", "SERVICE"})


@dataclass(frozen=True)
class Relation:
    """One edge, or with scope `symlink` one other name, that an event tells; columns are None for whole tables.

    `scope` says what the event spoke of: a later run that speaks of the same scope and does not name the edge ends it.
    """

    scope: Scope
    kind: str
    source: str
    source_column: str | None
    target: str
    target_column: str | None
    detail: str | None

    @property
    def key(self) -> tuple[str, ...]:
        """What sorts relations, absent columns first."""
        parts = (self.scope, self.kind, self.source, self.source_column, self.target, self.target_column, self.detail)
        return tuple("" if part is None else f" {part}" for part in parts)


@dataclass(frozen=True)
class Statement:
    """What one event says. `origin` is the id of the job, or of the dataset for an event about a dataset alone."""

    origin: str
    state: str | None
    run: str | None
    parent_run: str | None
    streaming: bool
    relations: tuple[Relation, ...]
    descriptions: tuple[Description, ...]
    measurements: tuple[Measurement, ...]
    error: str | None
    nominal_time: str | None


def statement_of(event: Event) -> Statement:
    """What an event says that `parse_lineage` has accepted."""
    if event.get("job") is None:
        return _of_dataset(event)
    job = mapping_of(event["job"])
    run = mapping_of(event.get("run"))
    origin = job_of(job)
    inputs, outputs = datasets_in(event, "inputs"), datasets_in(event, "outputs")
    relations = [
        *_parents(origin, run),
        *(_table("reads", dataset_of(one), origin) for one in inputs),
        *(_table("writes", origin, dataset_of(one)) for one in outputs),
        *(found for one in (*inputs, *outputs) for found in _reported_by(one, origin)),
        *_explicit(facet_of(job, "lineage"), origin),
    ]
    described = [(origin, job), *((dataset_of(one), one) for one in (*inputs, *outputs))]
    facets = mapping_of(run.get("facets"))
    return Statement(
        origin=origin,
        state=text_of(event.get("eventType")),
        run=run_of(run.get("runId")),
        parent_run=_parent_run(facets),
        streaming=mapping_of(facet_of(job, "jobType")).get("processingType") in CONTINUOUS,
        relations=_once(relations),
        descriptions=descriptions_of(described),
        measurements=tuple(measurements_of(inputs, outputs, facets)),
        error=shortened(mapping_of(facets.get("errorMessage")).get("message")),
        nominal_time=text_of(mapping_of(facets.get("nominalTime")).get("nominalStartTime")),
    )


def _of_dataset(event: Event) -> Statement:
    dataset = mapping_of(event["dataset"])
    origin = dataset_of(dataset)
    measured = tuple(measurements_of([dataset], [], {}))
    relations = _once(_reported_by(dataset, None))
    return Statement(
        origin, None, None, None, False, relations, descriptions_of([(origin, dataset)]), measured, None, None
    )  # fmt: skip


def _once(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    """Each relation once, in an order of its own; of several details of one edge all are reported."""
    details: dict[Relation, list[str]] = {}
    for one in relations:
        known = details.setdefault(replace(one, detail=None), [])
        if one.detail is not None and one.detail not in known:
            known.append(one.detail)
    found = [replace(one, detail="; ".join(sorted(texts)) or None) for one, texts in details.items()]
    return tuple(sorted(found, key=lambda one: one.key))


def _table(kind: str, source: str, target: str, detail: str | None = None) -> Relation:
    return Relation("data", kind, source, None, target, None, detail)


def _parents(origin: str, run: Event) -> Iterator[Relation]:
    facets = mapping_of(run.get("facets"))
    for name in ("parent", "parentRun"):
        facet = mapping_of(facets.get(name))
        parent = named_by(facet.get("job"))
        if parent is None:
            continue
        above = job_id(*parent)
        if above != origin:
            yield Relation("parent", "parent", above, None, origin, None, None)
        root = named_by(mapping_of(facet.get("root")).get("job"))
        if root is not None and job_id(*root) not in (above, origin):
            yield Relation("parent", "parent", job_id(*root), None, above, None, None)


def _parent_run(facets: Event) -> str | None:
    for name in ("parent", "parentRun"):
        found = run_of(mapping_of(mapping_of(facets.get(name)).get("run")).get("runId"))
        if found is not None:
            return found
    return None


def _reported_by(dataset: Event, job: str | None) -> Iterator[Relation]:
    """What the facets of a dataset tell: other names, earlier names, columns; `job` is whose event it is."""
    own = dataset_of(dataset)
    for other in entries_of(mapping_of(facet_of(dataset, "symlinks")).get("identifiers")):
        named = named_by(other)
        if named is not None and dataset_id(*named) != own:
            yield Relation("symlink", "symlink", own, None, dataset_id(*named), None, text_of(other.get("type")))
    change = mapping_of(facet_of(dataset, "lifecycleStateChange"))
    before = named_by(change.get("previousIdentifier"))
    if before is not None and dataset_id(*before) != own:
        yield _table("derives", dataset_id(*before), own, "RENAME")
    lineage = mapping_of(facet_of(dataset, "columnLineage"))
    for column, field in mapping_of(lineage.get("fields")).items():
        facts = mapping_of(field)
        old = _transformation({"type": "DIRECT", "subtype": facts.get("transformationType")})
        for entry in entries_of(facts.get("inputFields")):
            yield from _column(entry, (own, text_of(column)), job, old)
    for entry in entries_of(lineage.get("dataset")):
        yield from _column(entry, (own, None), job, "INDIRECT")
    yield from _explicit({"entries": [{**mapping_of(facet_of(dataset, "lineage")), **_identity(dataset)}]}, job)


def _identity(dataset: Event) -> dict[str, object]:
    return {"type": "DATASET", "namespace": dataset["namespace"], "name": dataset["name"]}


def _column(entry: Event, target: tuple[str, str | None], job: str | None, default: str) -> Iterator[Relation]:
    """An edge from the column that an entry names, and that its table is read."""
    named, field = named_by(entry), text_of(entry.get("field"))
    if named is None:
        return
    source = dataset_id(*named)
    if source != target[0]:
        yield _table("reads", source, job) if job else _table("derives", source, target[0])
    if field is None or (source, field) == target:
        return
    reported = [_transformation(one) for one in entries_of(entry.get("transformations"))] or [default]
    # What decides which rows there are bears on every column of the table.
    direct = target[1] is not None and any(text.startswith("DIRECT") for text in reported)
    kind = "derives" if direct else "influences"
    yield Relation("columns", kind, source, field, target[0], target[1], "; ".join(sorted(set(reported))))


def _transformation(reported: Event) -> str:
    kind = text_of(reported.get("type")) or "DIRECT"
    subtype = text_of(reported.get("subtype"))
    masked = " (masked)" if reported.get("masking") is True or subtype == "MASKED" else ""
    return f"{kind.upper()}{f': {subtype}' if subtype else ''}{masked}"


def _explicit(facet: object, job: str | None) -> Iterator[Relation]:
    """What the newer facet `lineage` of a job or dataset tells of itself and of others."""
    for entry in entries_of(mapping_of(facet).get("entries")):
        named = named_by(entry)
        if entry.get("type") == "JOB":
            target = job_id(*named) if named is not None else job
            sources = [named_by(one) for one in entries_of(entry.get("inputs")) if one.get("type") == "DATASET"]
            yield from (_table("reads", dataset_id(*one), target) for one in sources if one is not None and target)
        elif named is not None:
            yield from _feeding(dataset_id(*named), entry, job)


def _feeding(own: str, entry: Event, job: str | None) -> Iterator[Relation]:
    parts = [
        (None, entry),
        *((text_of(name), mapping_of(part)) for name, part in mapping_of(entry.get("fields")).items()),
    ]
    for column, part in parts:
        for source in entries_of(part.get("inputs")):
            if source.get("type") == "JOB":
                named = named_by(source)
                writer = job_id(*named) if named is not None else job
                if writer:
                    yield _table("writes", writer, own)
            else:
                yield from _column(source, (own, column), job, "DIRECT" if column else "INDIRECT")
                if job:
                    yield _table("writes", job, own)


def named_in(event: Event, reported: Statement) -> dict[str, tuple[str, str]]:
    """Namespace and name of every dataset and job that a statement tells of, by node, from its event."""
    nodes = {reported.origin, *(node for one in reported.relations for node in (one.source, one.target))}
    found: dict[str, tuple[str, str]] = {}
    waiting: list[object] = [event]
    while waiting:
        held = waiting.pop()
        if isinstance(held, list):
            waiting += held
        elif isinstance(held, dict):
            waiting += held.values()
            named = named_by(held)
            if named is not None:
                found.update((node, named) for node in (dataset_id(*named), job_id(*named)) if node in nodes)
    return found
