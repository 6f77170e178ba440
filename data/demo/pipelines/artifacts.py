"""Model files in skops format that are the same bytes for the same model, and the environment they were made in."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import platform
import re
import zipfile
from pathlib import Path

import skops.io
from sklearn.pipeline import Pipeline

RECORDED = ("scikit-learn", "numpy", "pandas", "skops")
ADDRESS = re.compile(r'("__id__": |"file": ")(\d+)')
EPOCH = (1980, 1, 1, 0, 0, 0)


def save_artifact(model: Pipeline, path: Path) -> str:
    """Write `model` to `path` and return the file's SHA-256.

    skops names the parts of a file after memory addresses and stamps them with the time; both are replaced (by a
    running number and a fixed date), so that training again gives the same file.
    """
    parts = zipfile.ZipFile(io.BytesIO(skops.io.dumps(model)))
    numbers: dict[str, str] = {}

    def renumbered(found: re.Match[str]) -> str:
        return found[1] + numbers.setdefault(found[2], str(len(numbers) + 1))

    schema = ADDRESS.sub(renumbered, parts.read("schema.json").decode())
    renamed = {numbers.get(Path(name).stem, Path(name).stem) + Path(name).suffix: name for name in parts.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(renamed):
            content = schema.encode() if name == "schema.json" else parts.read(renamed[name])
            file.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def environment() -> dict[str, str]:
    """The versions of Python and of the libraries that make and read the model."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in RECORDED}}


def code_revision(*files: Path) -> str:
    """A name for the code that made a model: SHA-256 over the given files, its first 16 digits."""
    return "sha256:" + hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]
