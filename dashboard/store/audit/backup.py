"""Backup and restore: one archive with a consistent copy of the store, its journal, the log and the model files.

The live database file is never read from disk: its rows are read in one snapshot and written into a fresh database,
while others go on writing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import duckdb

from dashboard.errors import InputRefusedError, Problem
from dashboard.store.audit.chain import Head
from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.audit.refusals import EARLIER, NAME
from dashboard.store.audit.verify import Verified, verify_home
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, connect
from dashboard.store.engine.durable import sync
from dashboard.store.log.files import BLOCK_BYTES, sha256_of

MANIFEST = "manifest.json"
DATABASE = "store.duckdb"
REFUSALS = (EARLIER, NAME)
ROWS_AT_ONCE = 10_000
# Of the head's hash, in the name of a backup.
NAMED_DIGITS = 16


@dataclass(frozen=True)
class BackedUp:
    """The archive, the head of the chain in it, and how many files it holds."""

    path: Path
    head: Head
    files: int


def back_up(store: Store, target: Path) -> BackedUp:
    """Write a consistent copy of a home into a new .zip file, durable and complete when it returns.

    In a folder the file is named after the instant and the head of the chain. Raises InputRefusedError when the target
    exists or is no .zip, OSError when it cannot be written.
    """
    folder = target if target.is_dir() else target.parent
    if target != folder and target.suffix.lower() != ".zip":
        raise _refused(target, "the name must end in .zip; choose such a name, or a folder that there is")
    if target != folder and target.exists():
        raise _refused(target, "there is a file of that name; choose another name")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as aside:
        copy, archive = Path(aside) / DATABASE, Path(aside) / "archive.zip"
        with store.snapshot() as (cursor, head, length):
            _copy_tables(cursor, copy)
            listed = [str(row[0]) for row in cursor.execute("SELECT path FROM log_files ORDER BY path").fetchall()]
        files = {DATABASE: copy} | {f"log/{path}": store.home / "log" / path for path in listed}
        for artifact in sorted((store.home / "artifacts").glob("[0-9a-f]*")):
            files[f"artifacts/{artifact.name}"] = artifact
        files |= {name: store.home / name for name in REFUSALS if (store.home / name).is_file()}
        with zipfile.ZipFile(archive, "x", zipfile.ZIP_STORED) as packed:
            hashes = {name: _pack(packed, name, path) for name, path in files.items()}
            hashes[JOURNAL] = _pack(packed, JOURNAL, store.home / JOURNAL, length)
            manifest = {"made_at": now().isoformat(), "seq": head.seq, "hash": head.hash, "files": hashes}
            packed.writestr(MANIFEST, json.dumps(manifest, indent=1))
        sync(archive)
        named = folder / _name(head) if target == folder else target
        archive.rename(named)
        sync(folder)
    return BackedUp(named, head, len(hashes))


def _name(head: Head) -> str:
    """A name that no other backup has, by which a head is kept beside the home."""
    return f"model-ledger-{now():%Y%m%dT%H%M%S}Z-head-{head.seq}-{head.hash[:NAMED_DIGITS]}.zip"


def _copy_tables(cursor: duckdb.DuckDBPyConnection, path: Path) -> None:
    """All rows that the cursor sees, in a fresh database of the same tables."""
    tables = [str(row[0]) for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    fresh = connect(path)
    try:
        for table in tables:
            if table != "migrations":
                rows = cursor.execute(f"SELECT * FROM {table}").to_arrow_reader(ROWS_AT_ONCE)
                fresh.register("incoming", rows)
                fresh.execute(f"INSERT INTO {table} SELECT * FROM incoming")
                fresh.unregister("incoming")
        fresh.execute("CHECKPOINT")
    finally:
        fresh.close()


def _pack(packed: zipfile.ZipFile, name: str, path: Path, length: int | None = None) -> str:
    """Add a file, or its first `length` bytes, and return the SHA-256 of what was added."""
    digest = hashlib.sha256()
    with path.open("rb") as source, packed.open(name, "w", force_zip64=True) as target:
        left = length if length is not None else path.stat().st_size
        while block := source.read(min(BLOCK_BYTES, left)):
            digest.update(block)
            target.write(block)
            left -= len(block)
    return digest.hexdigest()


def restore(home: Path, archive: Path) -> Verified:
    """Make a home from a backup: unpacked aside, compared with its hashes, verified, then moved into place.

    Raises InputRefusedError when the home is not empty or the archive is no backup or damaged, LedgerBrokenError when
    what it holds does not verify; the home is empty then.
    """
    if home.exists() and any(home.iterdir()):
        raise _refused(home, "the home is not empty; restore into a new one: --home DIR")
    home.mkdir(parents=True, exist_ok=True)
    aside = home / ".restoring"
    aside.mkdir(mode=0o700)
    try:
        _unpack(archive, aside)
        verified = verify_home(aside)
        (aside / "store.lock").unlink()
        # The database comes last: without it a home that was moved in half is noticed at its start.
        for part in sorted(aside.iterdir(), key=lambda path: path.name == DATABASE):
            part.rename(home / part.name)
        sync(home)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return verified


def _unpack(archive: Path, aside: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            hashes = json.loads(packed.read(MANIFEST))["files"]
            for name, expected in hashes.items():
                place = aside.joinpath(*_parts(name))
                place.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(name) as source, place.open("xb") as target:
                    shutil.copyfileobj(source, target, BLOCK_BYTES)
                    target.flush()
                    os.fsync(target.fileno())
                if sha256_of(place) != expected:
                    raise _refused(archive, f"{name} has another content than was backed up; take another backup")
    except FileNotFoundError as fault:
        raise _refused(archive, "there is no such file; name a backup") from fault
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError) as fault:
        raise _refused(archive, "the file is no backup, or damaged; take another backup") from fault


def _parts(name: str) -> Iterator[str]:
    """The parts of a name in the archive; raises ValueError for one that leads out of the home."""
    path = PurePosixPath(name)
    known = name in (DATABASE, JOURNAL, *REFUSALS) or path.parts[0] in ("log", "artifacts")
    if not known or path.is_absolute() or ".." in path.parts:
        raise ValueError(name)
    return iter(path.parts)


def _refused(path: Path, message: str) -> InputRefusedError:
    return InputRefusedError([Problem(message, str(path))])
