"""The registry of connectors: one decorated function each, found by importing this package's modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dashboard.registry import Registry

# Prediction rows do not pass through here: they may not fit into memory, and the log reads their files itself.
Gives = Literal["documents", "events", "lineage", "quality"]
Read = Callable[[Sequence[Path]], Sequence[Any]]


@dataclass(frozen=True)
class Connector:
    """One way in: its name, what it gives, the endings of its files, and how they are read.

    `read` checks all files and raises InputRefusedError with every fault of all of them.
    """

    name: str
    gives: Gives
    endings: tuple[str, ...]
    purpose: str
    read: Read


CONNECTORS: Registry[Connector] = Registry("connector", "dashboard.connectors")


def connector(name: str, *, gives: Gives, endings: tuple[str, ...]) -> Callable[[Read], Read]:
    """Register a connector; the first line of the docstring is its purpose."""

    def decorate(read: Read) -> Read:
        purpose = (read.__doc__ or "").strip().splitlines()[0]
        CONNECTORS.add(name, Connector(name, gives, endings, purpose, read))
        return read

    return decorate
