"""OpenLineage events from files: JSON Lines, one event as a JSON document, or a JSON list of events."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.connectors.registry import connector
from dashboard.errors import SHOWN_PROBLEMS, InputRefusedError, Problem
from dashboard.schema.lineage import Received, parse_lineage
from dashboard.schema.reading.error_messages import written
from dashboard.schema.reading.event_files import parse_line
from dashboard.schema.reading.sources import unreadable
from dashboard.store.engine.clock import now
from dashboard.store.lineage import lineage_id

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_EVENT = 4 * 1024 * 1024
DEEPEST_EVENT = 64
DOCUMENT_STARTS = (b"[", b"{")


@dataclass(frozen=True)
class ReadLineage:
    """An event, its key, and the file it stands in."""

    path: Path
    key: str
    event: Received


@connector("lineage", gives="lineage", endings=(".jsonl", ".ndjson", ".json"))
def read_lineage(paths: Sequence[Path]) -> list[ReadLineage]:
    """OpenLineage events as JSON Lines or JSON; faults are named with their row, in a list with their place."""
    problems: list[Problem] = []
    found: list[ReadLineage] = []
    total = 0
    for path in paths:
        try:
            found += _read(path)
        except InputRefusedError as refused:
            room = max(0, SHOWN_PROBLEMS - len(problems))
            problems += [replace(problem, file=str(path)) for problem in refused.problems[: room or 1]]
            total += refused.total
    if problems:
        raise InputRefusedError(problems, total)
    return found


def _read(path: Path) -> list[ReadLineage]:
    problems: list[Problem] = []
    found: list[ReadLineage] = []
    total = 0
    for row, place, raw in _values(_content(path)):
        try:
            value = _parsed(raw) if isinstance(raw, bytes) else raw
            event = parse_lineage(_finite(value), now())
            found.append(ReadLineage(path, lineage_id(event), event))
        except InputRefusedError as refused:
            total += refused.total
            placed = [
                replace(problem, row=row or problem.row, field=_within(place, problem.field))
                for problem in refused.problems
            ]
            problems += placed[: SHOWN_PROBLEMS - len(problems)]
    if total:
        raise InputRefusedError(problems, total)
    if not found:
        raise InputRefusedError([Problem("received no event; allowed is at least one; write events into the file")])
    return found


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise InputRefusedError([unreadable(str(path), error)]) from None
    if len(content) > LARGEST_FILE:
        allowed = f"{LARGEST_FILE // 1024**2} MB"
        raise InputRefusedError([Problem(f"received more than {allowed}; allowed are {allowed}; split the file")])
    return content.removeprefix(b"\xef\xbb\xbf")


def _values(content: bytes) -> Iterator[tuple[int | None, str, Any]]:
    """Row, place in a list, and text or value of each event."""
    lines = [(row, line.strip()) for row, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    # From the first line on, so that faults are told by the line of the file.
    whole = content.rstrip()
    if whole.lstrip().startswith(b"[") or (len(lines) > 1 and not _stands_alone(lines[0][1])):
        value = _parsed(whole, LARGEST_FILE)
        if not isinstance(value, list):
            yield None, "", whole
            return
        yield from ((None, f"[{number}]", entry) for number, entry in enumerate(value))
        return
    yield from ((row, "", line) for row, line in lines)


def _stands_alone(line: bytes) -> bool:
    """Whether a first line is an event of its own; otherwise the file is one document over several lines."""
    return not line.startswith(DOCUMENT_STARTS) or line.endswith(b"}")


def _parsed(text: bytes, longest: int = LARGEST_EVENT) -> Any:
    return parse_line(text, longest, DEEPEST_EVENT)


def _finite(value: Any) -> Any:
    """The value itself; raises InputRefusedError for a number that is too large, which JSON could not hold again."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, held = waiting.pop()
        if isinstance(held, float) and not math.isfinite(held):
            message = "received a number beyond 1e308; allowed are finite numbers; write it as text"
            raise InputRefusedError([Problem(message, field=written(path) or None)])
        inside = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
        waiting += (((*path, key), entry) for key, entry in inside)
    return value


def _within(place: str, field: str | None) -> str | None:
    return f"{place}.{field}" if place and field else place or field
