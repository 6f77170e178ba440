"""What an OpenLineage event must have; facets and fields that this program does not know stay as they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.reading.error_messages import validated
from dashboard.schema.reading.strict_model import StrictModel, rule_broken
from dashboard.schema.reading.suggestions import shown
from dashboard.schema.texts import FORMS
from dashboard.schema.times import Instant

LONGEST_NAME = 2_000
MOST_DATASETS = 10_000
MOST_FACETS = 1_000
AHEAD = timedelta(hours=24)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise rule_broken(f"received {shown(text)}; allowed is a UUID; make one for each run") from None


Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=FORMS["text"])]
RunId = Annotated[str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(_uuid)]
Facets = Annotated[dict[str, dict[str, Any]], Field(max_length=MOST_FACETS)]
State = Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]


class Standard(StrictModel):
    """A piece of an event: its known fields are strict, others are allowed."""

    model_config = ConfigDict(extra="allow")


class Run(Standard):
    """One run of a job."""

    runId: RunId  # noqa: N815 - the standard's own name
    facets: Facets = {}


class Job(Standard):
    """What runs: a name within a namespace."""

    namespace: Name
    name: Name
    facets: Facets = {}


class Dataset(Standard):
    """What is read or written: a name within a namespace."""

    namespace: Name
    name: Name
    facets: Facets = {}


class InputDataset(Dataset):
    """A dataset that is read."""

    inputFacets: Facets = {}  # noqa: N815


class OutputDataset(Dataset):
    """A dataset that is written."""

    outputFacets: Facets = {}  # noqa: N815


class AnyEvent(Standard):
    """What every event has. The standard wants `schemaURL` too; events without it are taken."""

    eventTime: Instant  # noqa: N815
    producer: Name
    schemaURL: Name | None = None  # noqa: N815


class JobEvent(AnyEvent):
    """Something became known of a job outside any run of it."""

    job: Job
    inputs: Annotated[list[InputDataset], Field(max_length=MOST_DATASETS)] = []
    outputs: Annotated[list[OutputDataset], Field(max_length=MOST_DATASETS)] = []


class RunEvent(JobEvent):
    """A run of a job has begun, goes on or ended; without `eventType` something else became known of it."""

    eventType: State | None = None  # noqa: N815
    run: Run


class DatasetEvent(AnyEvent):
    """Something became known of a dataset."""

    dataset: Dataset


@dataclass(frozen=True)
class Received:
    """An event as it is recorded: `content` is the whole of it."""

    event_time: datetime
    event_type: str | None
    run_id: str | None
    job: tuple[str, str] | None
    content: Mapping[str, Any]


def parse_lineage(value: Any, present: datetime) -> Received:
    """An event from its JSON object; raises InputRefusedError with a Problem for each faulty field.

    An event more than 24 hours after `present` is refused: a clock is wrong, and it would stand above all others.
    """
    if not isinstance(value, dict):
        raise InputRefusedError([Problem(f"received {shown(value)}; allowed is an object; write it like {{...}}")])
    event = validated(_kind(value), value)
    if event.eventTime - present > AHEAD:
        received = f"received {event.eventTime.isoformat()}, more than 24 hours ahead; allowed is up to the present"
        raise InputRefusedError([Problem(f"{received}; set the sender's clock", field="eventTime")])
    job = event.job if isinstance(event, JobEvent) else None
    run = event if isinstance(event, RunEvent) else None
    return Received(
        event_time=event.eventTime,
        event_type=run.eventType if run else None,
        run_id=run.run.runId if run else None,
        job=(job.namespace, job.name) if job else None,
        content=value,
    )


def _kind(value: Mapping[str, Any]) -> type[AnyEvent]:
    """Return which of the three events it is; the standard distinguishes them by their subject."""
    if value.get("run") is not None:
        return RunEvent
    if value.get("dataset") is not None and value.get("job") is None:
        return DatasetEvent
    # `eventType` is the mark of a run that was forgotten.
    return RunEvent if "eventType" in value or value.get("job") is None else JobEvent
