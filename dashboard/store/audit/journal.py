"""The journal beside the store: one line for each audit record with its facts in full, synced before the commit.

The end of the chain thereby stands outside the database file, and the facts can be made anew from the journal. Lines of
one transaction are a group: each names the number of the first of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.store.audit.chain import Entry, entry_of
from dashboard.store.audit.facts import Fact, canonical
from dashboard.store.engine.durable import sync

NAME = "journal.jsonl"
PRIVATE = 0o600
BLOCK = 64 * 1024


class JournalLineError(ValueError):
    """A line of the journal that is not what was written."""


@dataclass(frozen=True)
class Line:
    """An audit record with its facts; `group` is the number of the first record of its transaction."""

    entry: Entry
    facts: tuple[Fact, ...]
    group: int

    def to_bytes(self) -> bytes:
        """The line with its end."""
        facts = [[fact.table, fact.fact_id, fact.content] for fact in self.facts]
        content: dict[str, object] = {"record": self.entry.columns(), "facts": facts}
        content |= {"group": self.group} if self.group != self.entry.seq else {}
        return canonical(content).encode() + b"\n"


def parse_line(text: bytes) -> Line:
    """A line, checked in itself: its hash, and each fact against the record. Raises JournalLineError."""
    try:
        value = json.loads(text)
        entry = entry_of(value["record"])
        line = Line(entry, tuple(Fact(*fact) for fact in value["facts"]), int(value.get("group", entry.seq)))
        claims = entry.claims()
        # Whoever forges a line may write what no text holds: half of a character, nesting without end.
        computed = line.entry.computed_hash()
        held = [(fact.table, fact.fact_id, fact.sha256) for fact in line.facts]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as fault:
        raise JournalLineError("is no line of a journal") from fault
    if computed != line.entry.hash:
        raise JournalLineError("has another content than its hash says")
    if claims != held:
        raise JournalLineError("has facts of other content than its record says")
    return line


def read_lines(path: Path, length: int | None = None) -> Iterator[bytes]:
    """The lines of a journal, at most its first `length` bytes; a last line without end is none."""
    if not path.is_file():
        return
    with path.open("rb") as source:
        read = 0
        for line in source:
            read += len(line)
            if not line.endswith(b"\n") or (length is not None and read > length):
                return
            yield line


class Journal:
    """The journal of an open store; only the process that holds the store writes it."""

    def __init__(self, path: Path) -> None:
        """Open it for appending, creating it durably; what a crash left unfinished at its end is cut off."""
        self.path = path
        fresh = not path.exists()
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
        if fresh:
            sync(path.parent)
        self._last: int | None = None
        self._cut_torn()

    def append(self, lines: Sequence[Line]) -> None:
        """Add the lines of a group; they are on disk when this returns. Raises OSError, and then nothing was added."""
        self._last = self.length
        try:
            text = b"".join(line.to_bytes() for line in lines)
            while text:
                text = text[os.pwrite(self._handle, text, self.length) :]
            os.fsync(self._handle)
        except BaseException:
            self.take_back()
            raise

    def take_back(self) -> None:
        """Remove the lines that were appended last, of actions that were not committed."""
        if self._last is not None:
            self.cut(self._last)

    def cut(self, length: int) -> None:
        """Remove everything after the first `length` bytes, durably."""
        os.ftruncate(self._handle, length)
        self._last = None
        os.fsync(self._handle)

    def keep(self) -> None:
        """The lines that were appended last stay."""
        self._last = None

    @property
    def length(self) -> int:
        """Its length in bytes."""
        return os.fstat(self._handle).st_size

    def line_before(self, end: int) -> tuple[int, bytes] | None:
        """Find the line that ends at `end` and where it begins; None at the begin of the journal."""
        if not end:
            return None
        start = self._start_of_line(end - 1)
        return start, os.pread(self._handle, end - start, start)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)

    def _cut_torn(self) -> None:
        """A line without end was never acknowledged: the commit comes after the whole line."""
        length = self.length
        if length and os.pread(self._handle, 1, length - 1) != b"\n":
            os.ftruncate(self._handle, self._start_of_line(length))
            os.fsync(self._handle)

    def _start_of_line(self, end: int) -> int:
        """Find where the line begins whose bytes end before `end`."""
        while end > 0:
            begin = max(0, end - BLOCK)
            place = os.pread(self._handle, end - begin, begin).rfind(b"\n")
            if place >= 0:
                return begin + place + 1
            end = begin
        return 0


def write_journal(path: Path, lines: Sequence[bytes]) -> None:
    """A journal of its own from whole lines, durable when it returns."""
    with path.open("xb") as target:
        target.writelines(lines)
        target.flush()
        os.fsync(target.fileno())
    sync(path.parent)
