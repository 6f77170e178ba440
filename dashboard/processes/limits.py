"""What a child process may do: so much memory, time and disk, no secrets from the environment, no network."""

from __future__ import annotations

import ctypes
import resource
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 2**20
# Flags of unshare(2).
NEW_NETWORK, NEW_USER = 0x40000000, 0x10000000


@dataclass(frozen=True)
class Limits:
    """Address space and largest file in bytes; seconds of CPU time for one piece of work."""

    memory_bytes: int = 3_072 * MEBIBYTE
    file_bytes: int = 64 * MEBIBYTE
    cpu_seconds: int = 60


def confine(limits: Limits) -> None:
    """Bind the calling process to its limits. Call it first, while the process has one thread."""
    # Without rights to do so the network stays; nothing that is loaded here has a reason to use it.
    ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK | NEW_USER)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_time(cpu_seconds: int) -> None:
    """Allow so many seconds of CPU time from now on; after them the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds, resource.RLIM_INFINITY))


def bare_environment(directory: Path) -> dict[str, str]:
    """The environment of a child process: nothing of the parent's; what libraries want to write goes to `directory`."""
    one_thread = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "MPLCONFIGDIR": str(directory),
        "NLTK_DATA": str(directory),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "DO_NOT_TRACK": "1",
        **dict.fromkeys(one_thread, "1"),
    }
