"""Events from JSON Lines: one object a line, read line by line; the first 20 faults and their number in one error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from dashboard.errors import SHOWN_PROBLEMS, InputRefusedError, Problem, shorten
from dashboard.schema.events import Event, parse_event
from dashboard.schema.reading.error_messages import written
from dashboard.schema.reading.sources import unreadable

LONGEST_LINE = 1024 * 1024
DEEPEST = 30
QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
BRACKETS = re.compile(rb"[][{}]")


def read_events(path: Path | str) -> Iterator[tuple[int, Event]]:
    """Each event of a JSON Lines file with its row (from 1); blank lines are skipped.

    Raises InputRefusedError after the last row if any row was faulty, with the first 20 faults and their total, and at
    once if the file cannot be read. Nothing may be recorded before the last row was read.
    """
    name = str(path)
    try:
        opened = Path(path).open("rb")  # noqa: SIM115
    except (OSError, ValueError) as error:
        raise InputRefusedError([unreadable(name, error)]) from None
    with opened:
        yield from _events(name, opened)


def _events(name: str, opened: BinaryIO) -> Iterator[tuple[int, Event]]:
    problems: list[Problem] = []
    total = 0
    for row, line in _lines(opened):
        try:
            event = parse_event(parse_line(line))
        except InputRefusedError as error:
            total += error.total
            room = SHOWN_PROBLEMS - len(problems)
            problems.extend(replace(problem, file=name, row=row) for problem in error.problems[:room])
        else:
            yield row, event
    if total:
        raise InputRefusedError(problems, total)


def parse_line(line: bytes, longest: int = LONGEST_LINE, deepest: int = DEEPEST) -> Any:
    """The JSON value of one line, or of a document; raises InputRefusedError for what strict JSON does not allow.

    Allowed are at most `longest` bytes and `deepest` levels. Rows of problems count the lines of the text from 1.
    """
    if len(line) > longest:
        allowed = f"{longest // 1024**2} MB"
        _refuse(f"received more than {allowed} in a line; allowed is {allowed}; write one object a line")
    if _depth(line, deepest) > deepest:
        _refuse(f"received more than {deepest} levels; allowed are {deepest}; nest less deeply")
    try:
        return json.loads(line.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        message = (
            f"received byte 0x{line[error.start]:02x}, which is not UTF-8; allowed is UTF-8; save the file as UTF-8"
        )
        _refuse(message, row=line.count(b"\n", 0, error.start) + 1)
    except json.JSONDecodeError as error:
        _refuse(_syntax_message(line, error), row=error.lineno)
    except ValueError:
        _refuse("received a number with too many digits; allowed are 4300; shorten it")


def _lines(opened: BinaryIO) -> Iterator[tuple[int, bytes]]:
    row = 0
    while line := opened.readline(LONGEST_LINE + 2):
        row += 1
        _skip_rest(opened, line)
        line = line.removeprefix(b"\xef\xbb\xbf") if row == 1 else line
        if line.strip():
            yield row, line.strip()


def _skip_rest(opened: BinaryIO, line: bytes) -> None:
    while not line.endswith(b"\n") and (line := opened.readline(LONGEST_LINE)):
        pass


def _depth(line: bytes, enough: int) -> int:
    """The deepest nesting of a line, up to one more than enough; counted only where there are brackets to matter."""
    if line.count(b"[") + line.count(b"{") <= enough:
        return 0
    depth = deepest = 0
    for bracket in BRACKETS.finditer(QUOTED.sub(b"", line)):
        depth += 1 if bracket[0] in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > enough:
            break
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, held in pairs:
        if key in value:
            _refuse(f"received key {shorten(key)} a second time; allowed is once; remove one", written((key,)))
        value[key] = held
    return value


def _no_constant(constant: str) -> NoReturn:
    _refuse(f"received {constant}; allowed are finite numbers; write a number or null")


def _syntax_message(line: bytes, error: json.JSONDecodeError) -> str:
    if line in (b"[", b"{"):
        return "received JSON over several lines; allowed is one object a line; write each event on one line"
    reason = f"{error.msg[:1].lower()}{error.msg[1:]}".rstrip(".")
    if b"\n" in line:
        return f"not valid JSON: {reason} (character {error.colno} of the line); allowed is JSON; correct it"
    return f"not valid JSON: {reason} (character {error.pos + 1}); allowed is one object a line; correct the line"


def _refuse(message: str, field: str | None = None, row: int | None = None) -> NoReturn:
    raise InputRefusedError([Problem(message, row=row, field=field)])
