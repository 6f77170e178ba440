"""Results of checks from the files of other tools: validation results of Great Expectations, tests of dbt.

Shapes: `ExpectationSuiteValidationResult` of Great Expectations (0.18 to 1.x; `expectation_type` there, `type` later),
`run_results.json` of dbt (schema v4 to v6), whose tests are described in the `manifest.json` beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboard.connectors.registry import connector
from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.card.data import Dimension
from dashboard.schema.check_names import dimension_of
from dashboard.schema.events import CheckSeverity
from dashboard.schema.reading.sources import unreadable

LARGEST_FILE = 256 * 1024 * 1024
LONGEST_NAME = 200
# How tools call severities: `critical`, `warning` and `info` those of Great Expectations, the others those of dbt.
SEVERITIES: dict[str, CheckSeverity] = {
    "error": "error", "critical": "error", "warn": "warn", "warning": "warn", "info": "warn",
}  # fmt: skip
PASSED, FAILED = ("pass", "success"), ("fail", "warn", "error")


@dataclass(frozen=True)
class CheckResult:
    """One check of a data set: what was checked when, whether it passed, and what it saw beside what it allows."""

    path: Path
    dataset: str
    column: str | None
    check: str
    dimension: Dimension
    passed: bool
    at: str
    observed: float | str | None = None
    expected: float | str | None = None
    severity: CheckSeverity | None = None


@connector("quality", gives="quality", endings=(".json",))
def read_quality_results(paths: Sequence[Path]) -> list[CheckResult]:
    """Validation results of Great Expectations and test results of dbt; a manifest of dbt describes its tests."""
    problems: list[Problem] = []
    documents: list[tuple[Path, Mapping[str, Any]]] = []
    for path in paths:
        try:
            documents.append((path, _document(path)))
        except InputRefusedError as refused:
            problems += refused.problems
    nodes = {name: node for _, found in documents for name, node in _described(found).items()}
    results: list[CheckResult] = []
    for path, found in documents:
        if "nodes" in found:
            continue
        try:
            results += _of_dbt(path, found, nodes) if _is_dbt(found) else _of_expectations(path, found)
        except (KeyError, TypeError, ValueError, AttributeError):
            message = "received another shape; allowed are validation results of Great Expectations, run_results.json "
            problems.append(Problem(f"{message}and manifest.json of dbt; send one of them", str(path)))
    if not problems and not results:
        message = "received no result of a check; allowed is at least one; send the results, not only the manifest"
        problems.append(Problem(message, str(paths[0]) if paths else None))
    if problems:
        raise InputRefusedError(problems)
    return results


def _document(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputRefusedError([Problem("received more than 256 MB; allowed are 256 MB; split it", str(path))])
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise InputRefusedError([unreadable(str(path), error)]) from None
    except (ValueError, RecursionError):
        message = "received no JSON; allowed is a JSON document; write the result as JSON"
        raise InputRefusedError([Problem(message, str(path))]) from None
    if not isinstance(found, dict):
        raise InputRefusedError([Problem("received no object; allowed is one; write it like {...}", str(path))])
    return found


def _described(found: Mapping[str, Any]) -> Mapping[str, Any]:
    nodes = found.get("nodes")
    return nodes if isinstance(nodes, dict) else {}


def _is_dbt(found: Mapping[str, Any]) -> bool:
    return "dbt" in str(found.get("metadata", {}).get("dbt_schema_version", ""))


def _of_expectations(path: Path, found: Mapping[str, Any]) -> Iterator[CheckResult]:
    meta = found.get("meta") or {}
    batch = meta.get("active_batch_definition") or meta.get("batch_spec") or {}
    dataset = batch.get("data_asset_name") or found.get("batch_id") or found.get("suite_name")
    dataset = dataset or meta.get("expectation_suite_name") or "data"
    run = meta.get("run_id") if isinstance(meta.get("run_id"), dict) else {}
    at = _written_instant((run or {}).get("run_time") or meta.get("validation_time"))
    for one in found["results"]:
        config = one["expectation_config"]
        name = str(config.get("expectation_type") or config["type"])
        kwargs, result = config.get("kwargs") or {}, one.get("result") or {}
        column = kwargs.get("column")
        yield CheckResult(
            path,
            _short(dataset),
            None if column is None else _short(column),
            _short(name),
            dimension_of(name),
            bool(one["success"]),
            at,
            _observed(result),
            _allowed(kwargs),
            SEVERITIES.get(str(config.get("severity") or (config.get("meta") or {}).get("severity")).casefold()),
        )


def _written_instant(text: object) -> str:
    """An instant as events write it; some runs are named like 20220727T154327.630107Z. ValueError without one."""
    found = str(text or "")
    if not found:
        raise ValueError("no instant")
    if len(found) > 8 and found[8] == "T" and found[:8].isdigit():
        found = datetime.strptime(found[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).isoformat()
    return found


def _observed(result: Mapping[str, Any]) -> float | str | None:
    """The share of unexpected values, else what was observed."""
    percent = result.get("unexpected_percent")
    if isinstance(percent, int | float):
        return float(percent) / 100
    value = result.get("observed_value")
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else None


def _allowed(kwargs: Mapping[str, Any]) -> float | str | None:
    mostly = kwargs.get("mostly")
    if isinstance(mostly, int | float):
        return round(1 - float(mostly), 12)
    ends = [kwargs.get(name) for name in ("min_value", "max_value")]
    return None if ends == [None, None] else " to ".join("" if end is None else str(end) for end in ends)


def _of_dbt(path: Path, found: Mapping[str, Any], nodes: Mapping[str, Any]) -> Iterator[CheckResult]:
    generated = str(found["metadata"].get("generated_at") or "")
    for one in found["results"]:
        unique, status = str(one["unique_id"]), str(one["status"])
        if not unique.startswith("test.") or status not in (*PASSED, *FAILED):
            continue
        node = nodes.get(unique) or {}
        described = node.get("test_metadata") or {}
        name = str(described.get("name") or node.get("name") or unique.split(".")[2])
        column = node.get("column_name") or (described.get("kwargs") or {}).get("column_name")
        ended = [str(step.get("completed_at") or "") for step in one.get("timing") or ()]
        failures = one.get("failures")
        yield CheckResult(
            path,
            _short(_tested(node, nodes) or unique),
            None if column is None else _short(column),
            _short(name),
            dimension_of(name),
            status in PASSED,
            _written_instant(max([*ended, ""]) or generated),
            float(failures) if isinstance(failures, int | float) else None,
            0.0 if isinstance(failures, int | float) else None,
            _severity(status, node),
        )


def _severity(status: str, node: Mapping[str, Any]) -> CheckSeverity | None:
    """What dbt calls the failure of a test: the status of one that failed says it, else its configuration."""
    stated = {"fail": "error", "error": "error", "warn": "warn"}.get(status) or (node.get("config") or {}).get(
        "severity"
    )
    return SEVERITIES.get(str(stated).casefold())


def _tested(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> str | None:
    """What a test of dbt looks at: the relation of the node that it is attached to."""
    attached = node.get("attached_node")
    below = [attached] if attached else (node.get("depends_on") or {}).get("nodes") or []
    for unique in below:
        tested = nodes.get(unique) or {}
        relation = tested.get("relation_name") or tested.get("name") or str(unique).rpartition(".")[2]
        return str(relation).replace('"', "").replace("`", "")
    return None


def _short(text: object) -> str:
    """A name without line breaks, cut where it is too long."""
    plain = "".join(sign if sign.isprintable() else " " for sign in str(text)).strip() or "data"
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"
