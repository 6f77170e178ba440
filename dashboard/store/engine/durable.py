"""Make files and directory entries durable."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Return once the content of a file or the names in a directory are on the disk; raises OSError otherwise."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
