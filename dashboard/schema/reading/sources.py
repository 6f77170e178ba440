"""Files that people name: their content as text, or an InputRefusedError that says why not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem
from dashboard.machine import is_machines

LARGEST_YAML = 256 * 1024


@dataclass(frozen=True)
class Source:
    """A text file: `name` as it was given, and the SHA-256 of its bytes."""

    name: str
    text: str
    sha256: str


def read_source(path: Path | str) -> Source:
    """The text of a file of at most 256 KB; raises InputRefusedError when it cannot be read or is not UTF-8."""
    name = str(path)
    try:
        with Path(path).open("rb") as opened:
            content = opened.read(LARGEST_YAML + 1)
    except (OSError, ValueError) as error:
        raise InputRefusedError([unreadable(name, error)]) from None
    return decode(name, content)


def decode(name: str, content: bytes) -> Source:
    """The text of `content`; raises InputRefusedError when it is too large or not UTF-8."""
    if len(content) > LARGEST_YAML:
        message = f"received more than {LARGEST_YAML // 1024} KB; allowed are {LARGEST_YAML // 1024} KB; split the file"
        raise InputRefusedError([Problem(message, file=name)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = (
            f"received byte 0x{content[error.start]:02x}, which is not UTF-8; allowed is UTF-8; save the file as UTF-8"
        )
        raise InputRefusedError([Problem(message, file=name, row=row)]) from None
    return Source(name, text, hashlib.sha256(content).hexdigest())


def unreadable(name: str, error: Exception) -> Problem:
    """Why a file could not be opened, in words; raises the fault itself where the machine fails and not the file."""
    if isinstance(error, OSError) and is_machines(error):
        raise error
    if isinstance(error, FileNotFoundError):
        message = "no such file; check the path"
    elif isinstance(error, IsADirectoryError):
        message = "received a directory; allowed are files; name the files in it"
    elif isinstance(error, PermissionError):
        message = "not readable for this user; allow reading it"
    else:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        message = f"cannot be read ({reason.lower()}); check the path"
    return Problem(message, file=name)
