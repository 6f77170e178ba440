"""Backup: one archive with a consistent copy of the store, its journal, the log and the model files.

The live database file is never read from disk: its rows are read in one snapshot and written into a fresh database,
while others go on writing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from dashboard.errors import InputRefusedError, MachineError, Problem
from dashboard.machine import machine_error
from dashboard.store.audit.chain import Head
from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.audit.refusals import EARLIER, NAME
from dashboard.store.engine.clock import now
from dashboard.store.engine.connection import connect
from dashboard.store.engine.database import Store
from dashboard.store.engine.durable import sync
from dashboard.store.engine.home_lock import ASIDE
from dashboard.store.log.files import BLOCK_BYTES

MANIFEST = "manifest.json"
DATABASE = "store.duckdb"
REFUSALS = (EARLIER, NAME)
ROWS_AT_ONCE = 10_000
# Of the head's hash, in the name of a backup.
NAMED_DIGITS = 16
PRIVATE = 0o600
# What a file system says that knows no files without names.
WITHOUT_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)


@dataclass(frozen=True)
class BackedUp:
    """The archive, the head of the chain in it, and how many files it holds."""

    path: Path
    head: Head
    files: int


def back_up(store: Store, target: Path) -> BackedUp:
    """Write a consistent copy of a home into a new .zip file, durable and complete when it returns.

    In a folder the file is named after the instant and the head of the chain. Raises InputRefusedError when the target
    exists or is no .zip, OSError when it cannot be written. A process that is killed meanwhile leaves nothing there.
    """
    folder = target if target.is_dir() else target.parent
    if target != folder and target.suffix.lower() != ".zip":
        raise _refused(target, "the name must end in .zip; choose such a name, or a folder that there is")
    if target != folder and target.exists():
        raise _refused(target, "there is a file of that name; choose another name")
    with ExitStack() as made:
        new = made.enter_context(_new_file(target, folder))
        with store.snapshot() as (cursor, head, length):
            copy = _copied(made, cursor, (store.home, folder))
            listed = [str(row[0]) for row in cursor.execute("SELECT path FROM log_files ORDER BY path").fetchall()]
        files = {DATABASE: copy} | {f"log/{path}": store.home / "log" / path for path in listed}
        for artifact in sorted((store.home / "artifacts").glob("[0-9a-f]*")):
            files[f"artifacts/{artifact.name}"] = artifact
        files |= {name: store.home / name for name in REFUSALS if (store.home / name).is_file()}
        if target == folder:
            new.name = folder / _named_after(head)
        with zipfile.ZipFile(new.content, "w", zipfile.ZIP_STORED) as packed:
            hashes = {name: _pack(packed, name, path) for name, path in files.items()}
            hashes[JOURNAL] = _pack(packed, JOURNAL, store.home / JOURNAL, length)
            manifest = {"made_at": now().isoformat(), "seq": head.seq, "hash": head.hash, "files": hashes}
            packed.writestr(MANIFEST, json.dumps(manifest, indent=1))
    sync(folder)
    return BackedUp(new.name, head, len(hashes))


def _named_after(head: Head) -> str:
    """A name that no other backup has, by which a head is kept beside the home."""
    return f"model-ledger-{now():%Y%m%dT%H%M%S}Z-head-{head.seq}-{head.hash[:NAMED_DIGITS]}.zip"


@dataclass
class _NewFile:
    """A file that is being written, and the name that it gets at the end."""

    content: IO[bytes]
    name: Path


@contextmanager
def _new_file(target: Path, folder: Path) -> Iterator[_NewFile]:
    """A file that gets its name when it is complete and on the disk.

    Until then it has none, where the file system can do that: whoever dies leaves nothing.
    """
    aside = folder / f"{ASIDE}{target.name}"
    try:
        handle, named = os.open(folder, os.O_TMPFILE | os.O_RDWR, PRIVATE), None
    except OSError as fault:
        if fault.errno not in WITHOUT_NAMELESS:
            raise
        handle, named = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, PRIVATE), aside
    try:
        with os.fdopen(handle, "w+b") as archive:
            new = _NewFile(archive, target)
            yield new
            archive.flush()
            os.fsync(handle)
            # A link does not replace what came there meanwhile.
            if named is None:
                _name(handle, new.name)
            else:
                os.link(named, new.name)
    except FileExistsError as fault:
        raise _refused(target, "there is a file of that name; choose another name") from fault
    finally:
        if named is not None:
            named.unlink(missing_ok=True)


def _name(handle: int, target: Path) -> None:
    """Give an open file without a name one; the open files of a process stand by their numbers in a directory."""
    numbers = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Only with a directory does Python follow the link that stands there.
        os.link(str(handle), target, src_dir_fd=numbers, follow_symlinks=True)
    finally:
        os.close(numbers)


def _copied(made: ExitStack, cursor: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> Path:
    """All rows that the cursor sees, as a database file in the first of the folders that has the space.

    In the home, whoever holds it next removes what a killed process left (`home_lock`).
    """
    *first, last = folders
    for folder in first:
        with suppress(MachineError):
            return _copied(made, cursor, [folder])
    try:
        copy = Path(made.enter_context(tempfile.TemporaryDirectory(dir=last, prefix=ASIDE))) / DATABASE
        _copy_tables(cursor, copy)
    except (OSError, duckdb.Error) as fault:
        # Without its cause, which is of the copy: DuckDB has not given up the database that is copied.
        raise machine_error(fault, "the rows cannot be copied") or fault from None
    return copy


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


def _refused(path: Path, message: str) -> InputRefusedError:
    return InputRefusedError([Problem(message, str(path))])
