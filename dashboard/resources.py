"""Where the files lie that are no modules: pages, config, locales, the demo, the server's script and its settings."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
BUNDLED = PACKAGE / "_bundled"
FOLDER = BUNDLED if BUNDLED.is_dir() else PACKAGE.parent


def resource(*parts: str | Path) -> Path:
    """A file or folder beside the package in the tree of sources; in an installed wheel the same below `_bundled`."""
    return FOLDER.joinpath(*parts)
