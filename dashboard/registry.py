"""Where views, actions, measures and connectors are found. Each is one decorated function; nothing is listed twice."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

from dashboard.errors import NotFoundError, shorten

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Declared:
    """What the text of a module says of an entry: first line of its docstring, keywords that are plain values."""

    name: str
    module: str
    summary: str
    keywords: Mapping[str, object]


@cache
def declared(package: str, decorator: str) -> dict[str, Declared]:
    """The functions of a package that `decorator` registers, by name, without importing any module of it."""
    program = Path(__file__).resolve().parent
    found: dict[str, Declared] = {}
    for path in sorted(program.joinpath(*package.split(".")[1:]).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if f"@{decorator}(" not in text:
            continue
        module = ".".join(("dashboard", *path.relative_to(program).with_suffix("").parts))
        # Parsing what functions do would take four times as long.
        for beginning in _BEGINNING.finditer(text):
            for node in ast.parse(beginning.group()).body:
                assert isinstance(node, ast.FunctionDef)
                found |= {entry.name: entry for entry in _entries(node, module, decorator)}
    return dict(sorted(found.items()))


# Decorators, signature and docstring of a decorated function.
_BEGINNING = re.compile(r'^@(?:(?!\n\n).)*?^def (?:(?!\n\n).)*?:\n    """.*?"""', re.MULTILINE | re.DOTALL)


def _entries(function: ast.FunctionDef, module: str, decorator: str) -> Iterator[Declared]:
    for call in function.decorator_list:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == decorator:
            summary = (ast.get_docstring(function) or "").partition("\n")[0]
            plain = {
                word.arg: word.value.value
                for word in call.keywords
                if word.arg is not None and isinstance(word.value, ast.Constant)
            }
            yield Declared(ast.literal_eval(call.args[0]), module, summary, plain)


@dataclass
class Registry(Generic[Entry]):
    """The entries of one kind, by name, filled by importing every module of one package.

    Where a `decorator` registers each of them under a literal name, one entry costs the import of its own module only.
    """

    kind: str
    package: str
    decorator: str | None = None
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
        if not self._complete and name not in self._entries:
            self._load_one(name)
        if name in self._entries:
            return self._entries[name]
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

    def _load_one(self, name: str) -> None:
        known = declared(self.package, self.decorator) if self.decorator is not None else {}
        if name in known:
            with self._loading:
                importlib.import_module(known[name].module)

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
