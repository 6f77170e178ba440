"""Private copies of input files: hashed and counted while they are copied, so that what is read is what was hashed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from dashboard.errors import InputRefusedError, Problem
from dashboard.machine import is_machines
from dashboard.store.log.files import BLOCK_BYTES

FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
ALLOWED = ".parquet, .csv, .tsv, .tab, .jsonl, .ndjson, .json, the text formats also with .gz"
# Longer rows take many times their size in memory.
LONGEST_LINE = 1_048_576
UNPACKED_FREE_BYTES = 64 * 1024 * 1024
UNPACKED_PER_BYTE = 200


@dataclass
class LineCount:
    """Counts the lines of a text while its bytes pass by; line breaks between double quotes are apart.

    `long_line` and `long_record` are where the first line, and the first text between breaks that are not quoted,
    begins that has over LONGEST_LINE bytes; None where there is none.
    """

    lines: int = 0
    crlf: int = 0
    quotes: bool = False
    inside: bool = False
    last: int = field(default=10)
    long_line: int | None = None
    long_record: int | None = None
    _passed: int = 0
    _line_began: int = 0
    _record_began: int = 0

    def add(self, block: bytes) -> None:
        """Count one block."""
        self.crlf += block.count(b"\r\n") + (self.last == 13 and block[0] == 10)
        if b'"' in block or self.inside:
            self.quotes = True
            self._add_quoted(block)
        else:
            self.lines += block.count(b"\n")
            self._add_records(block.find(b"\n"), block.rfind(b"\n"))
        self._find_long_line(block)
        self.last = block[-1]
        self._passed += len(block)
        # A long line is, or is part of, a long record.
        if self.long_record is None and self.long_line is not None:
            self.long_record = min(self.long_line, self._record_began)
        if self.long_record is None and self._passed - self._record_began > LONGEST_LINE:
            self.long_record = self._record_began

    def _find_long_line(self, block: bytes) -> None:
        """Leap from break to break, as far as a line may reach."""
        began = self._line_began - self._passed
        while self.long_line is None:
            reach = began + LONGEST_LINE + 1
            place = block.rfind(b"\n", max(began, 0), max(reach, 0))
            if place < 0:
                if reach <= len(block):
                    self.long_line = self._passed + began
                break
            began = place + 1
        self._line_began = self._passed + began

    def _add_records(self, first: int, last: int) -> None:
        """The record at hand ends at the first break of a block, another one begins after the last."""
        if first < 0:
            return
        if self.long_record is None and self._passed + first - self._record_began > LONGEST_LINE:
            self.long_record = self._record_began
        self._record_began = self._passed + last + 1

    def _add_quoted(self, block: bytes) -> None:
        signs = np.frombuffer(block, dtype=np.uint8)
        inside = np.bitwise_xor.accumulate((signs == 34).view(np.uint8)) ^ np.uint8(self.inside)
        ends = np.flatnonzero((signs == 10) & (inside == 0))
        self.lines += len(ends)
        if len(ends):
            long = np.flatnonzero(np.diff(ends) > LONGEST_LINE + 1)
            self._add_records(int(ends[0]), int(ends[-1]))
            if self.long_record is None and len(long):
                self.long_record = self._passed + int(ends[long[0]]) + 1
        self.inside = bool(inside[-1])

    def finish(self) -> None:
        """Count a last line without line break."""
        self.lines += self.last != 10


@dataclass(frozen=True)
class Copy:
    """A copied file: `name` is the path as it was given, `sha256` that of the original, `lines` None for Parquet."""

    name: str
    path: Path
    format: str
    sha256: str
    lines: LineCount | None


def copy_in(original: Path, space: Path, index: int) -> Copy:
    """Copy a file into the working directory, unpacking gzip.

    Raises InputRefusedError when the name tells no format, the file cannot be read, or it unpacks to more than
    200 times its size.
    """
    kind, packed = _format(original)
    target = space / f"source_{index}.{kind}"
    digest = hashlib.sha256()
    lines = LineCount() if kind != "parquet" else None
    steps: list[Callable[[bytes], None]] = [digest.update]
    try:
        if packed:
            raw = space / f"source_{index}.gz"
            with original.open("rb") as source:
                _copy(source, raw, steps)
            limit = UNPACKED_FREE_BYTES + UNPACKED_PER_BYTE * raw.stat().st_size
            with gzip.open(raw) as unpacked:
                _copy(unpacked, target, _counting(lines), limit)
            raw.unlink()
        else:
            with original.open("rb") as source:
                _copy(source, target, [*steps, *_counting(lines)])
    except _TooLargeError as fault:
        message = f"received a gzip file that unpacks to over {UNPACKED_PER_BYTE} times its size; unpack it first"
        raise _refused(original, message) from fault
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        message = "received no complete gzip file; a file packed by gzip is needed; pack it again"
        raise _refused(original, message) from fault
    except OSError as fault:
        if is_machines(fault):
            raise
        message = f"cannot be read ({fault.strerror}); a readable file is needed; check path and rights"
        raise _refused(original, message) from fault
    if lines is not None:
        lines.finish()
    return Copy(str(original), target, kind, digest.hexdigest(), lines)


class _TooLargeError(Exception):
    """More bytes came out than the limit."""


def _refused(original: Path, message: str) -> InputRefusedError:
    return InputRefusedError([Problem(message, str(original))])


def refuse_long_lines(copy: Copy) -> None:
    """Raise InputRefusedError for a text with a line of over LONGEST_LINE bytes, before anything reads it as a whole.

    In CSV a row may have several lines, between quotes; they are no longer together.
    """
    if copy.lines is None:
        return
    found = [copy.lines.long_line, copy.lines.long_record if copy.format == "csv" else None]
    places = [place for place in found if place is not None]
    if not places:
        return
    what, repair = ("row", "check its quotes") if copy.format == "csv" else ("line", "write one row a line")
    message = f"received a {what} of over 1 MB; allowed is 1 MB; {repair}"
    raise InputRefusedError([Problem(message, copy.name, _line_at(copy.path, min(places)))])


def _line_at(path: Path, place: int) -> int:
    """The line (from 1) on which a byte lies."""
    line = 1
    with path.open("rb") as content:
        while place > 0 and (block := content.read(min(BLOCK_BYTES, place))):
            line += block.count(b"\n")
            place -= len(block)
    return line


def _counting(lines: LineCount | None) -> list[Callable[[bytes], None]]:
    return [lines.add] if lines is not None else []


def _copy(
    source: IO[bytes] | gzip.GzipFile, target: Path, steps: list[Callable[[bytes], None]], limit: int | None = None
) -> None:
    written = 0
    with target.open("wb") as sink:
        while block := source.read(BLOCK_BYTES):
            written += len(block)
            if limit is not None and written > limit:
                raise _TooLargeError
            sink.write(block)
            for step in steps:
                step(block)


def _format(original: Path) -> tuple[str, bool]:
    """The format that a file name tells and whether it is packed."""
    suffixes = [suffix.lower() for suffix in original.suffixes[-2:]]
    packed = suffixes[-1:] == [".gz"]
    ending = suffixes[-2:-1] if packed else suffixes[-1:]
    kind = FORMATS.get(ending[0]) if ending else None
    if kind is None or (packed and kind == "parquet"):
        received = "".join(suffixes) or "a name without ending"
        raise _refused(original, f"received {received}; allowed are {ALLOWED}; convert or rename the file")
    return kind, packed
