"""Where views, actions, measures and connectors are found. Each is one decorated function; nothing is listed twice."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Generic, TypeVar

from dashboard.errors import NotFoundError, shorten

Entry = TypeVar("Entry")


@dataclass
class Registry(Generic[Entry]):
    """The entries of one kind, by name, filled by importing every module of one package."""

    kind: str
    package: str
    _entries: dict[str, Entry] = field(default_factory=dict)
    _loaded: bool = False
    _complete: bool = False
    _loading: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    def add(self, name: str, entry: Entry) -> None:
        """Record an entry; two with one name are a defect of the program."""
        if name in self._entries:
            raise ValueError(f"{self.kind} {name!r} is defined twice")
        self._entries[name] = entry

    def get(self, name: str) -> Entry:
        """The entry called `name`; raises NotFoundError naming what there is."""
        entries = self.all()
        if name not in entries:
            raise NotFoundError(f"{self.kind} {shorten(name)} is not known; known are {', '.join(sorted(entries))}")
        return entries[name]

    def all(self) -> dict[str, Entry]:
        """Every entry by name, sorted, after importing the package's modules once; other threads wait for that."""
        if not self._complete:
            with self._loading:
                self._load()
        return dict(sorted(self._entries.items()))

    def _load(self) -> None:
        # A module that asks while it is imported gets what is there.
        if not self._loaded:
            self._loaded = True
            for module in _modules(importlib.import_module(self.package)):
                importlib.import_module(module)
            self._complete = True


def _modules(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
        yield found.name
