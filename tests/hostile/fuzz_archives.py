"""Backups that were good and are made bad: manifest, parts, bytes; what is refused leaves nothing."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import random
import shutil
import warnings
import zipfile
from pathlib import Path
from typing import Any

from dashboard.errors import DashboardError, InputRefusedError
from dashboard.store.audit.backup import MANIFEST, back_up
from dashboard.store.audit.restore import restore
from tests.hostile.fuzzing import INSIDES, Arena, Tally
from tests.hostile.mutations import damaged, mutated

JOURNAL, DATABASE = "journal.jsonl", "store.duckdb"
NAMES = (
    "", ".", "..", "log", "log/x", "log/../x", "/x", "artifacts/0", "refused.jsonl", "store.lock", "config.yaml",
    ".restoring", "log/" + "n" * 300, "log/\x00", "log\\x", "manifest.json", "Store.duckdb",
)  # fmt: skip
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Bytes at the end of an archive, where its directory is.
DIRECTORY = 3_000


@functools.cache
def good_parts(store_home: Path, folder: Path) -> dict[str, bytes]:
    """The parts of a backup of the arena's home."""
    from dashboard.store.engine.shared_stores import held_store

    archive = folder / "good.zip"
    back_up(held_store(store_home), archive)
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def archive_of(parts: dict[str, bytes], chance: random.Random) -> bytes:
    """An archive with something wrong about it, mostly."""
    parts, kind = dict(parts), chance.random() * 1.1
    manifest: Any = json.loads(parts.pop(MANIFEST))
    if kind < 0.5:
        _change_parts(parts, chance)
    if chance.random() < 0.9:
        manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    if 0.5 < kind < 0.7:
        manifest = mutated(manifest, chance)
    text = json.dumps(manifest).encode()
    if 0.7 < kind < 0.75:
        text = damaged(text, chance, [text])
    whole = _packed(parts, text, chance.choice(METHODS))
    if 0.75 < kind < 0.95:
        return whole[:-DIRECTORY] + damaged(whole[-DIRECTORY:], chance, [whole[-DIRECTORY:]])
    return damaged(whole, chance, [whole]) if 0.95 < kind < 1 else whole


def _change_parts(parts: dict[str, bytes], chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.6:
        name = chance.choice([JOURNAL, JOURNAL, DATABASE, *parts])
        parts[name] = damaged(parts[name], chance, [parts[JOURNAL]])
    elif kind < 0.8:
        del parts[chance.choice(list(parts))]
    else:
        parts[chance.choice(NAMES)] = chance.choice((b"", b"x", parts[JOURNAL]))


def _packed(parts: dict[str, bytes], manifest: bytes, method: int) -> bytes:
    written = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(written, "w", method) as packed:
        # Two parts of one name are allowed, and told.
        warnings.simplefilter("ignore", UserWarning)
        for name, content in parts.items():
            # Python writes no part without a name; the manifest names it all the same.
            if name:
                packed.writestr(name, content)
        packed.writestr(MANIFEST, manifest)
    return written.getvalue()


def archives(arena: Arena, chance: random.Random, tally: Tally) -> None:
    """One archive, restored into a home of its own."""
    home, archive = arena.folder / "restored" / "home", arena.folder / "tried.zip"
    archive.write_bytes(archive_of(good_parts(arena.store.home, arena.folder), chance))
    try:
        restore(home, archive)
        tally.accepted += 1
    except InputRefusedError as refused:
        tally.refused += 1
        for problem in refused.problems:
            tally.place({"row": problem.row, "field": problem.field, "message": problem.message})
            if problem.file is None:
                tally.blame("no file named", str(problem))
            if any(word in str(problem) for word in INSIDES):
                tally.blame("insides", str(problem))
        if list(home.iterdir()):
            tally.blame("left in the home", list(home.iterdir()))
    except DashboardError as fault:
        tally.blame(f"{type(fault).__name__}, no refusal", str(fault))
    except Exception as fault:  # noqa: BLE001 - this is what is looked for
        tally.blame(f"{type(fault).__name__} {fault}", archive.name)
    finally:
        shutil.rmtree(home.parent, ignore_errors=True)
        archive.unlink()
