"""Model files, kept under their SHA-256: the same file twice is one file, and nobody can change it unnoticed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from uuid import uuid4

from dashboard.errors import DashboardError
from dashboard.store.engine.durable import sync
from dashboard.store.log.files import BLOCK_BYTES, sha256_of

PRIVATE = 0o700
# What the audit record of a registration calls the kept model files: hash by version.
MODEL_FILES = "model_files"


class ArtifactChangedError(DashboardError):
    """A model file is not the one that its hash names."""

    exit_code = 2


def artifact_path(home: Path, sha256: str) -> Path:
    """Return the path of the stored model file with this hash."""
    return home / "artifacts" / sha256


def sha256_of_artifact(path: Path) -> str:
    """The SHA-256 of a model file as hexadecimal digits, read in blocks."""
    return sha256_of(path)


def keep_artifact(home: Path, path: Path, sha256: str) -> str:
    """Copy a model file into the home directory under its hash, durable when it returns; the hash comes back.

    A file that is there already is left alone if it still has its hash, else replaced. Raises ArtifactChangedError when
    the file to copy does not have the hash, OSError when it cannot be read or there is no room.
    """
    place = artifact_path(home, sha256)
    if place.is_file() and sha256_of(place) == sha256:
        return sha256
    place.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    aside = place.parent / f".{uuid4().hex}"
    try:
        received = _copy(path, aside)
        if received != sha256:
            raise ArtifactChangedError(
                f"model file {path} has SHA-256 {received}; {sha256} was expected; restore the file or correct the card"
            )
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
    sync(place.parent)
    return sha256


def _copy(path: Path, place: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, place.open("xb") as target:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()
