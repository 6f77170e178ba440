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
UNPACKED_FREE_BYTES = 64 * 1024 * 1024
UNPACKED_PER_BYTE = 200


@dataclass
class LineCount:
    """Counts the lines of a text while its bytes pass by; line breaks between double quotes are apart."""

    lines: int = 0
    crlf: int = 0
    quotes: bool = False
    inside: bool = False
    last: int = field(default=10)

    def add(self, block: bytes) -> None:
        """Count one block."""
        self.crlf += block.count(b"\r\n") + (self.last == 13 and block[0] == 10)
        if b'"' in block or self.inside:
            self.quotes = True
            self._add_quoted(block)
        else:
            self.lines += block.count(b"\n")
        self.last = block[-1]

    def _add_quoted(self, block: bytes) -> None:
        signs = np.frombuffer(block, dtype=np.uint8)
        inside = np.bitwise_xor.accumulate((signs == 34).view(np.uint8)) ^ np.uint8(self.inside)
        self.lines += int(np.count_nonzero((signs == 10) & (inside == 0)))
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
        message = f"cannot be read ({fault.strerror}); a readable file is needed; check path and rights"
        raise _refused(original, message) from fault
    if lines is not None:
        lines.finish()
    return Copy(str(original), target, kind, digest.hexdigest(), lines)


class _TooLargeError(Exception):
    """More bytes came out than the limit."""


def _refused(original: Path, message: str) -> InputRefusedError:
    return InputRefusedError([Problem(message, str(original))])


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
