"""Restore: a home from a backup, unpacked aside, compared with its hashes, verified, then moved into place.

Everything about the archive is doubted before it is written: its parts, their names, their sizes.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dashboard.errors import InputRefusedError, MachineError, Problem, StoreDamagedError
from dashboard.machine import SPACE
from dashboard.store.audit.backup import DATABASE, MANIFEST, REFUSALS
from dashboard.store.audit.chain import Head
from dashboard.store.audit.journal import NAME as JOURNAL
from dashboard.store.audit.verify import Verified, verify_home
from dashboard.store.engine.durable import able_to_remove, sync
from dashboard.store.engine.home_lock import LOCK, PRIVATE_FOLDER, UNFINISHED, being_restored
from dashboard.store.log.files import BLOCK_BYTES, sha256_of

FOLDERS = ("log", "artifacts")
FILES = (DATABASE, JOURNAL, *REFUSALS)
# What a restore puts into a home, and what a command that was refused meanwhile leaves there.
MADE = (*FILES, *FOLDERS, LOCK)
LARGEST_MANIFEST = 64 * 1024 * 1024
LONGEST_PART = 255
LONGEST_NAME = 1_000
ENCRYPTED = 0x1
NO_BACKUP = "the file is no backup, or damaged; take another backup"
# What zipfile and json raise for what is not as it should be.
FAULTS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class _Manifest:
    """What a backup says that it holds: the end of its chain, and the SHA-256 of each file."""

    seq: int
    hash: str
    files: Mapping[str, str]

    def is_end(self, head: Head) -> bool:
        return (head.seq, head.hash) == (self.seq, self.hash)


def restore(home: Path, archive: Path) -> Verified:
    """Make a home from a backup; what an earlier restore left unfinished there is cleared first.

    Raises InputRefusedError when the home is not empty or the archive is no backup, damaged, or does not verify;
    StoreInUseError while another restore is under way, MachineError when there is no space. The home is empty then.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    with _alone(home), able_to_remove() as remove:
        if (home / UNFINISHED).exists():
            _clear(home, lambda place: shutil.rmtree(place, ignore_errors=True))
        aside = home / UNFINISHED
        aside.mkdir(mode=0o700)
        if len(os.listdir(home)) > 1:
            aside.rmdir()
            raise _refused(home, "the home is not empty; restore into a new one: --home DIR")
        try:
            verified = _unpacked(archive, aside)
            # The database comes last: without it a home that was moved in half is noticed at its start.
            for part in sorted(aside.iterdir(), key=lambda path: path.name == DATABASE):
                part.rename(home / part.name)
            sync(home)
            aside.rmdir()
            sync(home)
        except BaseException:
            _clear(home, remove)
            raise
    return verified


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the directory itself, so that others can tell a restore that is under way from one that was killed."""
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise being_restored(home) from fault
        yield
    finally:
        os.close(handle)


def _clear(home: Path, remove: Callable[[Path], None]) -> None:
    """Remove what a restore made; as it only begins in an empty home, that is everything of these names."""
    for name in MADE:
        place = home / name
        if place.is_dir():
            remove(place)
        else:
            place.unlink(missing_ok=True)
    # Last: while it is there the home is unfinished.
    remove(home / UNFINISHED)


def _unpacked(archive: Path, aside: Path) -> Verified:
    """Unpack into a directory and verify what came out; raises InputRefusedError for any fault of the archive."""
    with _faults_of(archive):
        packed = zipfile.ZipFile(archive)
    with packed:
        with _faults_of(archive):
            manifest = _read_manifest(archive, packed)
            parts = {name: _part(archive, packed, name) for name in manifest.files}
        _check_space(aside, archive, sum(part.file_size for part in parts.values()))
        for name, part in parts.items():
            place = aside.joinpath(*PurePosixPath(name).parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(archive, packed, part, place)
            if sha256_of(place) != manifest.files[name]:
                raise _refused(archive, f"{name} has another content than was backed up; take another backup")
    try:
        verified = verify_home(aside)
    except StoreDamagedError as fault:
        words = str(fault).replace(str(aside), "the backup")
        raise _refused(archive, f"what it holds does not verify; take another backup: {words}") from fault
    if not manifest.is_end(verified.head):
        message = f"its manifest says record {manifest.seq}, its chain ends with {verified.head}; take another backup"
        raise _refused(archive, message)
    (aside / LOCK).unlink()
    return verified


def _read_manifest(archive: Path, packed: zipfile.ZipFile) -> _Manifest:
    described = _part(archive, packed, MANIFEST)
    if described.file_size > LARGEST_MANIFEST:
        raise _refused(archive, f"its {MANIFEST} has over {LARGEST_MANIFEST // 2**20} MB; take another backup")
    with packed.open(described) as source:
        value = json.loads(source.read(LARGEST_MANIFEST + 1))
    seq, end, files = value["seq"], value["hash"], dict(value["files"])
    if not isinstance(seq, int) or not all(isinstance(text, str) for text in (end, *files, *files.values())):
        raise _refused(archive, NO_BACKUP)
    manifest = _Manifest(seq, end, files)
    for needed in (DATABASE, JOURNAL):
        if needed not in manifest.files:
            raise _refused(archive, f"it holds no {needed}, so it is no backup of a home; take another backup")
    _check_names(archive, manifest.files)
    return manifest


def _check_names(archive: Path, names: Mapping[str, str]) -> None:
    """Refuse a name that leads out of the home, is no file of one, or is that of a folder as well."""
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    for name in names:
        path = PurePosixPath(name)
        within = len(path.parts) > 1 and path.parts[0] in FOLDERS and ".." not in path.parts
        short = len(name.encode()) <= LONGEST_NAME and all(len(part.encode()) <= LONGEST_PART for part in path.parts)
        written = str(path) == name and not {"\0", "\\"} & set(name)
        if not ((name in FILES or within) and short and written) or name in folders:
            raise _refused(archive, NO_BACKUP)


def _part(archive: Path, packed: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """A part as a backup has it: as it stands, neither packed nor encrypted, so that it is no larger than it looks."""
    part = packed.getinfo(name)
    plain = part.compress_type == zipfile.ZIP_STORED and part.file_size == part.compress_size
    if not plain or part.flag_bits & ENCRYPTED:
        raise _refused(archive, "its parts are packed or encrypted, which backups are not; take another backup")
    return part


def _check_space(aside: Path, archive: Path, size: int) -> None:
    if size > archive.stat().st_size:
        raise _refused(archive, "its parts are larger than itself; take another backup")
    free = shutil.disk_usage(aside).free
    if size > free:
        message = f"the backup holds {size:,} bytes, {free:,} are free in {aside.parent}; make space and try again"
        raise MachineError(message, full=True, words=SPACE.for_readers)


def _write(archive: Path, packed: zipfile.ZipFile, part: zipfile.ZipInfo, place: Path) -> None:
    with _faults_of(archive):
        source = packed.open(part)
    with source, place.open("xb") as target:
        left = part.file_size
        while left > 0:
            with _faults_of(archive):
                block = source.read(min(BLOCK_BYTES, left))
            if not block:
                raise _refused(archive, NO_BACKUP)
            target.write(block)
            left -= len(block)
        target.flush()
        os.fsync(target.fileno())


@contextmanager
def _faults_of(archive: Path) -> Iterator[None]:
    """Within the block, whatever cannot be read of the archive is its own fault."""
    try:
        yield
    except InputRefusedError:
        raise
    except FileNotFoundError as fault:
        raise _refused(archive, "there is no such file; name a backup") from fault
    except FAULTS as fault:
        raise _refused(archive, NO_BACKUP) from fault


def _refused(path: Path, message: str) -> InputRefusedError:
    return InputRefusedError([Problem(message, str(path))])
