"""What one OpenLineage event says, and nothing else: the same for the same event, whatever was known before.

So the derivation does not depend on the order in which events come, on repetition or on lateness: intervals and
symlinks are worked out of all statements together, in `intervals` and `symlinks`. A facet that does not have the shape
of the standard says nothing here; the event that holds it is kept whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from dashboard.lineage.names import dataset_id, job_id
from dashboard.schema.lineage import LONGEST_NAME
from dashboard.store.audit.facts import canonical

Scope = Literal["data", "columns", "parent", "symlink"]
# Facets that describe a dataset or a job and change seldom; others stay in the event alone.
DESCRIBING = frozenset(
    {
        "schema", "documentation", "ownership", "dataSource", "storage", "datasetType", "tags", "catalog", "hierarchy",
        "sourceCodeLocation", "sourceCode", "sql", "jobType",
    }
)  # fmt: skip
ASSERTIONS = ("dataQualityAssertions", "greatExpectations_assertions")
METRICS = ("dataQualityMetrics", "dataQuality")
CONTINUOUS = frozenset({"STREAMING", "SERVICE"})
LONGEST_ERROR = 2_000
Event = Mapping[str, Any]


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
class Description:
    """A describing facet of a dataset or job (`subject`, an id), as JSON text."""

    subject: str
    facet: str
    content: str


@dataclass(frozen=True)
class Measurement:
    """What a run measured of a dataset: the result of an assertion, counted rows, or metrics of a column.

    `measure` is assertion, metrics, read or written; `passed` only for assertions; `content` is JSON text.
    """

    dataset: str
    column: str | None
    measure: str
    name: str
    passed: bool | None
    content: str


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
    job = _mapping(event["job"])
    run = _mapping(event.get("run"))
    origin = _job(job)
    inputs, outputs = _datasets(event, "inputs"), _datasets(event, "outputs")
    relations = [
        *_parents(origin, run),
        *(_table("reads", _dataset(one), origin) for one in inputs),
        *(_table("writes", origin, _dataset(one)) for one in outputs),
        *(found for one in (*inputs, *outputs) for found in _told_by(one, origin)),
        *_explicit(_facet(job, "lineage"), origin),
    ]
    described = [(origin, job), *((_dataset(one), one) for one in (*inputs, *outputs))]
    facets = _mapping(run.get("facets"))
    return Statement(
        origin=origin,
        state=_text(event.get("eventType")),
        run=_run(run.get("runId")),
        parent_run=_parent_run(facets),
        streaming=_mapping(_facet(job, "jobType")).get("processingType") in CONTINUOUS,
        relations=_once(relations),
        descriptions=_descriptions(described),
        measurements=tuple(_measurements(inputs, outputs, facets)),
        error=_short(_mapping(facets.get("errorMessage")).get("message")),
        nominal_time=_text(_mapping(facets.get("nominalTime")).get("nominalStartTime")),
    )


def _of_dataset(event: Event) -> Statement:
    dataset = _mapping(event["dataset"])
    origin = _dataset(dataset)
    measured = tuple(_measurements([dataset], [], {}))
    relations = _once(_told_by(dataset, None))
    return Statement(
        origin, None, None, None, False, relations, _descriptions([(origin, dataset)]), measured, None, None
    )  # fmt: skip


def _once(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    """Each relation once, in an order of its own; of several details of one edge all are told."""
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
    facets = _mapping(run.get("facets"))
    for name in ("parent", "parentRun"):
        facet = _mapping(facets.get(name))
        parent = _named(facet.get("job"))
        if parent is None:
            continue
        above = job_id(*parent)
        if above != origin:
            yield Relation("parent", "parent", above, None, origin, None, None)
        root = _named(_mapping(facet.get("root")).get("job"))
        if root is not None and job_id(*root) not in (above, origin):
            yield Relation("parent", "parent", job_id(*root), None, above, None, None)


def _parent_run(facets: Event) -> str | None:
    for name in ("parent", "parentRun"):
        found = _run(_mapping(_mapping(facets.get(name)).get("run")).get("runId"))
        if found is not None:
            return found
    return None


def _told_by(dataset: Event, job: str | None) -> Iterator[Relation]:
    """What the facets of a dataset tell: other names, earlier names, columns; `job` is whose event it is."""
    own = _dataset(dataset)
    for other in _entries(_mapping(_facet(dataset, "symlinks")).get("identifiers")):
        named = _named(other)
        if named is not None and dataset_id(*named) != own:
            yield Relation("symlink", "symlink", own, None, dataset_id(*named), None, _text(other.get("type")))
    change = _mapping(_facet(dataset, "lifecycleStateChange"))
    before = _named(change.get("previousIdentifier"))
    if before is not None and dataset_id(*before) != own:
        yield _table("derives", dataset_id(*before), own, "RENAME")
    lineage = _mapping(_facet(dataset, "columnLineage"))
    for column, field in _mapping(lineage.get("fields")).items():
        facts = _mapping(field)
        old = _transformation({"type": "DIRECT", "subtype": facts.get("transformationType")})
        for entry in _entries(facts.get("inputFields")):
            yield from _column(entry, (own, _text(column)), job, old)
    for entry in _entries(lineage.get("dataset")):
        yield from _column(entry, (own, None), job, "INDIRECT")
    yield from _explicit({"entries": [{**_mapping(_facet(dataset, "lineage")), **_identity(dataset)}]}, job)


def _identity(dataset: Event) -> dict[str, object]:
    return {"type": "DATASET", "namespace": dataset["namespace"], "name": dataset["name"]}


def _column(entry: Event, target: tuple[str, str | None], job: str | None, default: str) -> Iterator[Relation]:
    """An edge from the column that an entry names, and that its table is read."""
    named, field = _named(entry), _text(entry.get("field"))
    if named is None:
        return
    source = dataset_id(*named)
    if source != target[0]:
        yield _table("reads", source, job) if job else _table("derives", source, target[0])
    if field is None or (source, field) == target:
        return
    told = [_transformation(one) for one in _entries(entry.get("transformations"))] or [default]
    # What decides which rows there are bears on every column of the table.
    direct = target[1] is not None and any(text.startswith("DIRECT") for text in told)
    kind = "derives" if direct else "influences"
    yield Relation("columns", kind, source, field, target[0], target[1], "; ".join(sorted(set(told))))


def _transformation(told: Event) -> str:
    kind = _text(told.get("type")) or "DIRECT"
    subtype = _text(told.get("subtype"))
    masked = " (masked)" if told.get("masking") is True or subtype == "MASKED" else ""
    return f"{kind.upper()}{f': {subtype}' if subtype else ''}{masked}"


def _explicit(facet: object, job: str | None) -> Iterator[Relation]:
    """What the newer facet `lineage` of a job or dataset tells of itself and of others."""
    for entry in _entries(_mapping(facet).get("entries")):
        named = _named(entry)
        if entry.get("type") == "JOB":
            target = job_id(*named) if named is not None else job
            sources = [_named(one) for one in _entries(entry.get("inputs")) if one.get("type") == "DATASET"]
            yield from (_table("reads", dataset_id(*one), target) for one in sources if one is not None and target)
        elif named is not None:
            yield from _feeding(dataset_id(*named), entry, job)


def _feeding(own: str, entry: Event, job: str | None) -> Iterator[Relation]:
    parts = [(None, entry), *((_text(name), _mapping(part)) for name, part in _mapping(entry.get("fields")).items())]
    for column, part in parts:
        for source in _entries(part.get("inputs")):
            if source.get("type") == "JOB":
                named = _named(source)
                writer = job_id(*named) if named is not None else job
                if writer:
                    yield _table("writes", writer, own)
            else:
                yield from _column(source, (own, column), job, "DIRECT" if column else "INDIRECT")
                if job:
                    yield _table("writes", job, own)


def _descriptions(subjects: Iterable[tuple[str, Event]]) -> tuple[Description, ...]:
    found = {
        (subject, name): Description(subject, name, canonical(facet))
        for subject, thing in subjects
        for name, facet in _mapping(thing.get("facets")).items()
        if name in DESCRIBING and isinstance(facet, dict)
    }
    return tuple(found[key] for key in sorted(found))


def _measurements(inputs: list[Event], outputs: list[Event], run_facets: Event) -> Iterator[Measurement]:
    for dataset, own, told in (
        *((one, "inputFacets", ("inputStatistics", "read")) for one in inputs),
        *((one, "outputFacets", ("outputStatistics", "written")) for one in outputs),
    ):
        subject = _dataset(dataset)
        facets = {**_mapping(dataset.get("facets")), **_mapping(dataset.get(own))}
        if isinstance(counted := facets.get(told[0]), dict):
            yield Measurement(subject, None, told[1], told[0], None, canonical(counted))
        for name in METRICS:
            if isinstance(metrics := facets.get(name), dict):
                yield Measurement(subject, None, "metrics", name, None, canonical(metrics))
        for name in ASSERTIONS:
            for one in _entries(_mapping(facets.get(name)).get("assertions")):
                yield from _assertion(subject, one, one.get("success"))
    # The standard does not say about which dataset the tests of a run are; where one alone is read, they are about it.
    if len(inputs) == 1 and not outputs:
        for one in _entries(_mapping(run_facets.get("test")).get("tests")):
            if one.get("status") in ("pass", "fail"):
                yield from _assertion(
                    _dataset(inputs[0]), {**one, "assertion": one.get("name")}, one["status"] == "pass"
                )


def _assertion(subject: str, one: Event, passed: object) -> Iterator[Measurement]:
    name = _text(one.get("assertion")) or _text(one.get("name"))
    if name is not None and isinstance(passed, bool):
        yield Measurement(subject, _text(one.get("column")), "assertion", name, passed, canonical(one))


def _datasets(event: Event, side: str) -> list[Event]:
    return [_mapping(one) for one in _entries(event.get(side))]


def _dataset(one: Event) -> str:
    return dataset_id(one["namespace"], one["name"])


def _job(one: Event) -> str:
    return job_id(one["namespace"], one["name"])


def _named(value: object) -> tuple[str, str] | None:
    """Namespace and name, where both are there."""
    found = _mapping(value)
    namespace, name = _text(found.get("namespace")), _text(found.get("name"))
    return None if namespace is None or name is None else (namespace, name)


def _facet(thing: Event, name: str) -> object:
    return _mapping(thing.get("facets")).get(name)


def _mapping(value: object) -> Event:
    return value if isinstance(value, dict) else {}


def _entries(value: object) -> list[Event]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    """A text that can be a part of a name."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and "\x00" not in value else None


def _run(value: object) -> str | None:
    """The id of a run in its one form."""
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _short(value: object) -> str | None:
    return value[:LONGEST_ERROR].replace("\x00", "") if isinstance(value, str) and value else None


def named_in(event: Event, told: Statement) -> dict[str, tuple[str, str]]:
    """Namespace and name of every dataset and job that a statement tells of, by node, from its event."""
    nodes = {told.origin, *(node for one in told.relations for node in (one.source, one.target))}
    found: dict[str, tuple[str, str]] = {}
    waiting: list[object] = [event]
    while waiting:
        held = waiting.pop()
        if isinstance(held, list):
            waiting += held
        elif isinstance(held, dict):
            waiting += held.values()
            named = _named(held)
            if named is not None:
                found.update((node, named) for node in (dataset_id(*named), job_id(*named)) if node in nodes)
    return found
