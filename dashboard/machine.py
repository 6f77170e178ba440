"""Faults of the machine as against those of the program and of inputs: what fails, in words for people."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from dashboard.errors import MachineError
from dashboard.words import mark


@dataclass(frozen=True)
class Cause:
    """Why the machine fails, and what to do; `for_readers` is a catalogue key, `full` when space is missing."""

    words: str
    repair: str
    for_readers: str
    full: bool = False


SPACE = Cause(
    "there is no space left on the disk",
    "make space and try again",
    mark("The disk of the machine that runs this dashboard is full."),
    full=True,
)
LIMIT = Cause(
    "a file would be larger than this system allows",
    "raise the limit and try again",
    mark("A file would be larger than the machine that runs this dashboard allows."),
    full=True,
)
READ_ONLY = Cause(
    "the disk is read-only",
    "make it writable and try again",
    mark("The disk of the machine that runs this dashboard is read-only."),
)
RIGHTS = Cause(
    "the rights of the directory do not allow it",
    "correct them and try again",
    mark("The machine that runs this dashboard does not let it write to its own directory."),
)
HANDLES = Cause(
    "too many files are open",
    "close some, or raise the limit of open files, and try again",
    mark("The machine that runs this dashboard has too many open files."),
)
BROKEN = Cause(
    "the disk fails (input/output error)",
    "check it, then verify the home",
    mark("The disk of the machine that runs this dashboard fails."),
)
CAUSES = {
    errno.ENOSPC: SPACE,
    errno.EDQUOT: SPACE,
    errno.EFBIG: LIMIT,
    errno.EROFS: READ_ONLY,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.EMFILE: HANDLES,
    errno.ENFILE: HANDLES,
    errno.EIO: BROKEN,
}
DUCKDB = ("duckdb", "_duckdb")
HANDLES_NEEDED = 4
# What DuckDB tells of the same, within its messages.
TOLD = {
    "No space left on device": SPACE,
    "Disk quota exceeded": SPACE,
    "max_temp_directory_size": SPACE,
    "File too large": LIMIT,
    "Read-only file system": READ_ONLY,
    "Permission denied": RIGHTS,
    "Too many open files": HANDLES,
    "Input/output error": BROKEN,
}


def cause_of(fault: BaseException) -> Cause | None:
    """What of the machine is behind a fault; None when it is none of the machine's."""
    if isinstance(fault, OSError):
        return CAUSES.get(fault.errno or 0)
    # Not by class: whoever lacks handles cannot import DuckDB any more.
    if isinstance(fault, ImportError) or type(fault).__module__.startswith(DUCKDB):
        return next((cause for words, cause in TOLD.items() if words in str(fault)), None)
    return None


def is_machines(fault: OSError) -> bool:
    """Whether a fault cannot be that of a file which somebody named: the disk or the process fails, not its rights."""
    return cause_of(fault) not in (None, RIGHTS)


def need_handles() -> None:
    """Raise OSError where this process can open hardly a file more: DuckDB 1.5.5 aborts it when it finds none."""
    with ExitStack() as opened:
        for _ in range(HANDLES_NEEDED):
            opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))


def machine_error(fault: BaseException, what: str, kept: str = "") -> MachineError | None:
    """The fault in words where it is one of the machine: `what` could not be done, `kept` is what that means."""
    cause = cause_of(fault)
    if cause is None:
        return None
    parts = (f"{what}: {cause.words}", kept, cause.repair)
    return MachineError("; ".join(part for part in parts if part), full=cause.full, words=cause.for_readers)


@contextmanager
def machine_faults(what: str, kept: str = "") -> Iterator[None]:
    """Within the block, faults of the machine are raised as MachineError."""
    try:
        yield
    except Exception as fault:
        error = machine_error(fault, what, kept)
        if error is None:
            raise
        raise error from fault
