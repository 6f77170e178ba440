"""The facets of OpenLineage that the pipelines send; names and fields are those of the standard (openlineage.io)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.routine import Check

if TYPE_CHECKING:
    from pipelines.lineage import Step
    from pipelines.tables import Table

Facet = dict[str, Any]

PRODUCER = "https://git.example.org/models/demo/pipelines"
SPEC = "https://openlineage.io/spec/facets"


def named(table: Table) -> dict[str, Any]:
    """A table by its name alone."""
    return {"namespace": table.namespace, "name": table.name}


def told(
    table: Table, origins: Mapping[str, Sequence[tuple[Table, str]]] | None = None, version: str | None = None
) -> dict[str, Any]:
    """A table with all that is known of it; one that is written with its version and the origins of its columns."""
    fields = [{"name": name, "type": kind} for name, kind in table.columns.items()]
    found = {
        "schema": facet("SchemaDatasetFacet", "1-1-1", fields=fields),
        "dataSource": facet("DatasourceDatasetFacet", "1-0-1", name=table.namespace, uri=table.namespace),
        "documentation": facet("DocumentationDatasetFacet", "1-0-1", description=table.says),
        "ownership": owned("OwnershipDatasetFacet", table.team),
    }
    if table.personal:
        tags = [
            {"key": "personal_data", "value": "true", "source": "USER", "field": name}
            for name in table.columns
            if name in table.personal
        ]
        found["tags"] = facet("TagsDatasetFacet", "1-0-0", tags=tags)
    if table.also is not None:
        other = {"namespace": table.also[0], "name": table.also[1], "type": "LOCATION"}
        found["symlinks"] = facet("SymlinksDatasetFacet", "1-0-1", identifiers=[other])
    if origins:
        found["columnLineage"] = facet("ColumnLineageDatasetFacet", "1-2-0", fields=_lineage(origins))
    if version is not None:
        found["version"] = facet("DatasetVersionDatasetFacet", "1-0-1", datasetVersion=version)
    return {**named(table), "facets": found}


def _lineage(origins: Mapping[str, Sequence[tuple[Table, str]]]) -> dict[str, Any]:
    return {
        name: {"inputFields": [{**named(table), "field": column} for table, column in pairs]}
        for name, pairs in origins.items()
        if pairs
    }


def owned(kind: str, team: str) -> Facet:
    """Which team keeps something."""
    return facet(kind, "1-0-1", owners=[{"name": f"team:{team}", "type": "MAINTAINER"}])


def of_job(step: Step, repository: str) -> dict[str, Facet]:
    """What a step is, who keeps it and where its code is."""
    revision = {"version": step.revision} if step.revision else {}
    return {
        "jobType": facet("JobTypeJobFacet", "2-0-3", processingType="BATCH", integration="PYTHON", jobType="JOB"),
        "documentation": facet("DocumentationJobFacet", "1-0-1", description=step.says),
        "ownership": owned("OwnershipJobFacet", step.team),
        "sourceCodeLocation": facet(
            "SourceCodeLocationJobFacet", "1-0-1", type="git", url=f"{repository}/{step.path}", repoUrl=repository,
            path=step.path, **revision,
        ),
    }  # fmt: skip


def nominal_time(begin: str, end: str) -> Facet:
    """The time for which a run stands."""
    return facet("NominalTimeRunFacet", "1-0-1", nominalStartTime=begin, nominalEndTime=end)


def error(message: str) -> Facet:
    """Why a run failed."""
    return facet("ErrorMessageRunFacet", "1-0-1", message=message, programmingLanguage="PYTHON")


def counted(rows: int | None) -> dict[str, Facet]:
    """How many rows were written."""
    return (
        {}
        if rows is None
        else {"outputStatistics": facet("OutputStatisticsOutputDatasetFacet", "1-0-2", rowCount=rows)}
    )


def metrics(rows: pd.DataFrame, columns: Sequence[str]) -> Facet:
    """How many rows were read, and how many of each column have no value."""
    missing = rows[list(columns)].isna().sum()
    found = {name: {"nullCount": int(missing[name])} for name in columns}
    return facet("DataQualityMetricsInputDatasetFacet", "1-0-3", rowCount=len(rows), columnMetrics=found)


def assertions(rows: pd.DataFrame, checks: Sequence[Check]) -> Facet:
    """What the checks of a table found in its rows."""
    found = []
    for check in checks:
        share = check.share(rows)
        found.append(
            {
                "assertion": check.name,
                "name": f"{check.column}: {check.name}",
                "success": share <= check.allowed,
                "column": check.column,
                "expected": f"at most {check.allowed:g}",
                "actual": f"{share:g}",
            }
        )
    return facet("DataQualityAssertionsDatasetFacet", "1-0-2", assertions=found)


def facet(kind: str, version: str, /, **fields: Any) -> Facet:
    """A facet with what the standard wants of each."""
    return {"_producer": PRODUCER, "_schemaURL": f"{SPEC}/{version}/{kind}.json#/$defs/{kind}", **fields}
