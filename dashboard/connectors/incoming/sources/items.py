"""What a source has for the taking, item by item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import DashboardError

Place = str | int | float


class SourceFailedError(DashboardError):
    """A source cannot be read at all: it is away, it refuses, or its settings are wrong. Nothing was written."""


@dataclass(frozen=True)
class Item:
    """Something to be ingested: its name for readers, the mark that changes with its content, and how to get it.

    `fetch` writes it into an empty folder and returns the file. The rows of a query begin after `begins` and end with
    `place`, where the next reading goes on; `halves` parts them in two, each whole, where there is more than one value
    of the moving column. All three are empty for files.
    """

    name: str
    mark: str
    fetch: Callable[[Path], Path]
    begins: Place | None = None
    place: Place | None = None
    halves: Callable[[], Sequence[Item]] = tuple


@dataclass(frozen=True)
class Known:
    """What was read of a source before: the mark of each item by its name, and where a query goes on."""

    marks: Mapping[str, str]
    place: Place | None = None
