"""YAML without surprises: plain mappings, lists, texts and numbers, each with its line; everything else is refused.

The value is built from the parser's events, so that aliases cannot explode and nesting cannot exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from dashboard.errors import SHOWN_CHARACTERS, InputRefusedError, Problem, shorten
from dashboard.schema.reading.error_messages import written
from dashboard.schema.reading.scalars import resolve
from dashboard.schema.reading.strict_model import Location

MOST_EVENTS = 200_000
DEEPEST = 30
KEPT_AS_WRITTEN = "environment"
PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Tree:
    """What a YAML text holds, and the line (from 1) of each place in it."""

    value: dict[str, Any]
    lines: dict[Location, int]

    def line(self, place: Location) -> int:
        """The line of a place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(text: str, name: str) -> Tree:
    """The mapping that `text` holds; raises InputRefusedError with a Problem in file `name` for each fault."""
    builder = _Builder(name)
    try:
        for event in _parsed(text, builder):
            builder.take(event)
    except _UnreadableError:
        pass
    if not builder.problems and not isinstance(builder.root, dict):
        builder.refuse(1, _not_a_mapping(builder))
    if builder.problems:
        raise InputRefusedError(builder.problems)
    return Tree(builder.root, builder.lines)


class _UnreadableError(Exception):
    """The rest of the text cannot be understood."""


@dataclass
class _Open:
    """A mapping or list that has not ended yet; `key` is the one that waits for its value."""

    held: dict[str, Any] | list[Any]
    place: Location
    key: str | None = None


@dataclass
class _Builder:
    name: str
    root: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    _open: list[_Open] = field(default_factory=list)

    def take(self, event: Any) -> None:
        """Put one event of the parser in its place."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event)

    def refuse(self, line: int, message: str, place: Location = ()) -> None:
        """Note a fault and go on."""
        self.problems.append(Problem(message, file=self.name, row=line, field=written(place) or None))

    def _start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.refuse(_line(event), "received a second document; allowed is one; put it into a file of its own")
            raise _UnreadableError

    def _take_node(self, event: Any) -> None:
        around = self._open[-1] if self._open else None
        if around is not None and isinstance(around.held, dict) and around.key is None:
            self._take_key(around, event)
            return
        place = self._next_place(around)
        self.lines.setdefault(place, _line(event))
        self._refuse_extras(event, place)
        self._take_value(around, event, place)

    def _take_key(self, around: _Open, event: Any) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self.refuse(
                _line(event), "received a key that is no text; allowed is text; write it like key: value", around.place
            )
            raise _UnreadableError
        key = event.value
        place = (*around.place, key)
        self._refuse_extras(event, place)
        if key == "<<" and not event.style:
            self.refuse(
                _line(event), "received a merge key '<<'; allowed are plain keys; write the entries out", around.place
            )
        if key in around.held:
            first = f"first in line {self.lines[place]}"
            message = f"received key {shorten(key)} a second time ({first}); allowed is once; remove one"
            self.refuse(_line(event), message, place)
        around.key = key
        self.lines.setdefault(place, _line(event))

    def _next_place(self, around: _Open | None) -> Location:
        if around is None:
            return ()
        return (*around.place, len(around.held) if around.key is None else around.key)

    def _take_value(self, around: _Open | None, event: Any, place: Location) -> None:
        value: Any = None
        if isinstance(event, yaml.CollectionStartEvent):
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
            if len(self._open) >= DEEPEST:
                self.refuse(
                    _line(event), f"received more than {DEEPEST} levels; allowed are {DEEPEST}; nest less deeply"
                )
                raise _UnreadableError
            self._open.append(_Open(value, place))
        elif isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not _as_written(around, place)
            value = resolve(event.value) if plain else event.value
        if around is None:
            self.root = value
        elif isinstance(around.held, dict):
            around.held[str(around.key)] = value
            around.key = None
        else:
            around.held.append(value)

    def _refuse_extras(self, event: Any, place: Location) -> None:
        if isinstance(event, yaml.AliasEvent):
            message = f"received alias *{_cut(event)}; allowed are plain values; write the value out"
            self.refuse(_line(event), message, place)
        elif event.anchor is not None:
            message = f"received anchor &{_cut(event)}; allowed are plain values; remove the anchor"
            self.refuse(_line(event), message, place)
        if getattr(event, "tag", None) is not None:
            self.refuse(
                _line(event), f"received tag {shorten(event.tag)}; allowed are plain values; remove the tag", place
            )


def _as_written(around: _Open | None, place: Location) -> bool:
    """Return whether a value stays text: `python: 3.10` below `environment` is a version, not the number 3.1."""
    return around is not None and isinstance(around.held, dict) and place[-2:-1] == (KEPT_AS_WRITTEN,)


def _parsed(text: str, builder: _Builder) -> Iterator[Any]:
    try:
        for count, event in enumerate(yaml.parse(text, Loader=PARSER)):
            if count >= MOST_EVENTS:
                builder.refuse(
                    _line(event), f"received more than {MOST_EVENTS} values; allowed are {MOST_EVENTS}; split the file"
                )
                return
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line + 1 if mark else 1, max(1, len(text.splitlines())))
        builder.refuse(line, _syntax_message(text, line, error))
    except yaml.reader.ReaderError as error:
        builder.refuse(
            _line_of_control_character(text),
            f"received a control character ({error.reason}); allowed is text; remove it",
        )


def _syntax_message(text: str, line: int, error: yaml.MarkedYAMLError) -> str:
    here = text.splitlines()[line - 1]
    if here[: len(here) - len(here.lstrip())].count("\t"):
        return "received a tab in the indentation; allowed are spaces; replace it"
    reason = (error.problem or "unreadable").rstrip(".")
    return f"not valid YAML: {reason}; check indentation, quotes, brackets and colons here and just above"


def _line_of_control_character(text: str) -> int:
    found = next(
        (at for at, sign in enumerate(text) if not sign.isprintable() and sign not in "\n\r\t\x85\u2028\u2029"), 0
    )
    return text.count("\n", 0, found) + 1


def _cut(event: Any) -> str:
    return str(event.anchor)[:SHOWN_CHARACTERS]


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _not_a_mapping(builder: _Builder) -> str:
    if builder.root is None:
        return "received an empty file; allowed is a mapping of keys; write at least id: ..."
    received = "a list" if isinstance(builder.root, list) else shorten(builder.root)
    return f"received {received}; allowed is a mapping of keys; write it like id: ..."
