"""Events from JSON Lines files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.connectors.registry import connector
from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.events import Event
from dashboard.schema.reading.event_files import read_events


@dataclass(frozen=True)
class ReadEvent:
    """An event and where it stands."""

    path: Path
    row: int
    event: Event


@connector("events", gives="events", endings=(".jsonl", ".ndjson", ".json"))
def read_event_lines(paths: Sequence[Path]) -> list[ReadEvent]:
    """Events as JSON Lines, one a line; faults are named with their row."""
    problems: list[Problem] = []
    found: list[ReadEvent] = []
    total = 0
    for path in paths:
        try:
            found += [ReadEvent(path, row, event) for row, event in read_events(path)]
        except InputRefusedError as refused:
            problems += refused.problems
            total += refused.total
    if problems:
        raise InputRefusedError(problems, total)
    return found
