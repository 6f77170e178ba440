"""What an event says about datasets and jobs beside their connections: descriptions, and what a run measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dashboard.lineage.names import dataset_id, job_id
from dashboard.schema.lineage import LONGEST_NAME
from dashboard.store.audit.facts import canonical

# Facets that describe a dataset or a job and change seldom; others stay in the event alone.
DESCRIBING = frozenset(
    {
        "schema", "documentation", "ownership", "dataSource", "storage", "datasetType", "tags", "catalog", "hierarchy",
        "sourceCodeLocation", "sourceCode", "sql", "jobType",
    }
)  # fmt: skip
ASSERTIONS = ("dataQualityAssertions", "greatExpectations_assertions")
METRICS = ("dataQualityMetrics", "dataQuality")
LONGEST_ERROR = 2_000
Event = Mapping[str, Any]


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


def descriptions_of(subjects: Iterable[tuple[str, Event]]) -> tuple[Description, ...]:
    """The describing facets of datasets and jobs, each with its id, in an order of its own."""
    found = {
        (subject, name): Description(subject, name, canonical(facet))
        for subject, thing in subjects
        for name, facet in mapping_of(thing.get("facets")).items()
        if name in DESCRIBING and isinstance(facet, dict)
    }
    return tuple(found[key] for key in sorted(found))


def measurements_of(inputs: list[Event], outputs: list[Event], run_facets: Event) -> Iterator[Measurement]:
    """What a run measured of the datasets that it read and wrote."""
    for dataset, own, reported in (
        *((one, "inputFacets", ("inputStatistics", "read")) for one in inputs),
        *((one, "outputFacets", ("outputStatistics", "written")) for one in outputs),
    ):
        subject = dataset_of(dataset)
        facets = {**mapping_of(dataset.get("facets")), **mapping_of(dataset.get(own))}
        if isinstance(counted := facets.get(reported[0]), dict):
            yield Measurement(subject, None, reported[1], reported[0], None, canonical(counted))
        for name in METRICS:
            if isinstance(metrics := facets.get(name), dict):
                yield Measurement(subject, None, "metrics", name, None, canonical(metrics))
        for name in ASSERTIONS:
            for one in entries_of(mapping_of(facets.get(name)).get("assertions")):
                yield from _assertion(subject, one, one.get("success"))
    # The standard does not say about which dataset the tests of a run are; where one alone is read, they are about it.
    if len(inputs) == 1 and not outputs:
        for one in entries_of(mapping_of(run_facets.get("test")).get("tests")):
            if one.get("status") in ("pass", "fail"):
                yield from _assertion(
                    dataset_of(inputs[0]), {**one, "assertion": one.get("name")}, one["status"] == "pass"
                )


def _assertion(subject: str, one: Event, passed: object) -> Iterator[Measurement]:
    name = text_of(one.get("assertion")) or text_of(one.get("name"))
    if name is not None and isinstance(passed, bool):
        yield Measurement(subject, text_of(one.get("column")), "assertion", name, passed, canonical(one))


def datasets_in(event: Event, side: str) -> list[Event]:
    """The datasets on one side of an event."""
    return [mapping_of(one) for one in entries_of(event.get(side))]


def dataset_of(one: Event) -> str:
    """The id of a dataset."""
    return dataset_id(one["namespace"], one["name"])


def job_of(one: Event) -> str:
    """The id of a job."""
    return job_id(one["namespace"], one["name"])


def named_by(value: object) -> tuple[str, str] | None:
    """Namespace and name, where both are there."""
    found = mapping_of(value)
    namespace, name = text_of(found.get("namespace")), text_of(found.get("name"))
    return None if namespace is None or name is None else (namespace, name)


def facet_of(thing: Event, name: str) -> object:
    """A facet by its name; None where there is none."""
    return mapping_of(thing.get("facets")).get(name)


def mapping_of(value: object) -> Event:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def entries_of(value: object) -> list[Event]:
    """The objects of a list; none where the value is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """A text that can be a part of a name."""
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and "\x00" not in value else None


def run_of(value: object) -> str | None:
    """The id of a run in its one form."""
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def shortened(value: object) -> str | None:
    """A text that people read, at most so long as errors are kept."""
    return value[:LONGEST_ERROR].replace("\x00", "") if isinstance(value, str) and value else None
