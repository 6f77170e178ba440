"""Whatever is wrong with an archive is told as its fault, and the home stays empty; half a restore is no home."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli.command_line import main
from dashboard.errors import InputRefusedError, MachineError
from dashboard.store.audit import restore as restoring
from dashboard.store.audit.backup import MANIFEST, back_up
from dashboard.store.audit.restore import restore
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import Store, open_store
from tests.ledger.conftest import fill

Parts = dict[str, bytes]
COMMANDS = (
    ["show", "models"], ["verify"], ["rebuild"], ["backup", "b2.zip"], ["monitor"], ["serve", "--port", "1"], ["demo"],
)  # fmt: skip


@pytest.fixture(scope="module")
def module_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a home with a few records."""
    folder = tmp_path_factory.mktemp("restore")
    store = open_store(folder / "home")
    fill(store, folder)
    back_up(store, folder / "b.zip")
    store.close()
    return folder / "b.zip"


@pytest.fixture(scope="module")
def parts(module_archive: Path) -> Parts:
    with zipfile.ZipFile(module_archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def written(path: Path, parts: Parts, manifest: Any = None, method: int = zipfile.ZIP_STORED) -> Path:
    """An archive of parts, with another manifest when one is given (bytes, or a value)."""
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, content in parts.items():
            if name != MANIFEST:
                packed.writestr(name, content)
        text = parts[MANIFEST] if manifest is None else manifest
        packed.writestr(MANIFEST, text if isinstance(text, bytes) else json.dumps(text))
    return path


def told(parts: Parts, **changed: Any) -> dict[str, Any]:
    return {**json.loads(parts[MANIFEST]), **changed}


def with_files(parts: Parts, **files: bytes | None) -> tuple[Parts, dict[str, Any]]:
    """Parts and manifest with further files, or without those that are None."""
    named = {name.replace("__", "/"): content for name, content in files.items()}
    kept = {name: content for name, content in {**parts, **named}.items() if content is not None}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in kept.items() if name != MANIFEST}
    return kept, told(parts, files=hashes)


def bent(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


def crafted(parts: Parts, folder: Path) -> Iterator[tuple[str, Path]]:
    """Archives that are no backups, by what is wrong."""
    (folder / "folder.zip").mkdir()
    yield "a folder", folder / "folder.zip"
    yield "no such file", folder / "none.zip"
    for number, content in enumerate((b"", b"PK", b"no zip at all", os.urandom(5_000))):
        path = folder / f"junk{number}.zip"
        path.write_bytes(content)
        yield f"junk {number}", path
    manifests: dict[str, Any] = {
        "no manifest in words": b"\xff\xfe", "a list": [], "a number": 3, "null": b"null", "deep": b"[" * 100_000,
        "no files": told(parts, files={}), "files as a list": told(parts, files=["store.duckdb"]),
        "another end": told(parts, seq=999), "another hash": told(parts, hash="0" * 64),
        "a text for a number": told(parts, seq="5"), "only files": {"files": told(parts)["files"]},
        "hashes as numbers": told(parts, files=dict.fromkeys(told(parts)["files"], 1)),
    }  # fmt: skip
    for what, manifest in manifests.items():
        yield what, written(folder / f"{what}.zip", parts, manifest=manifest)
    for number, name in enumerate(
        ("", ".", "log", "artifacts", "log/", "log//x", "log/./x", "/log/x", "log/../x", "../x", "log/" + "n" * 300,
         "log/" + "d/" * 600 + "x", "log/a\\b", "C:/x", "other/x", "config.yaml", "store.duckdb/x", "log/\0x")
    ):  # fmt: skip
        files = {**told(parts)["files"], name: hashlib.sha256(b"x").hexdigest()}
        yield (
            f"the name {name!r:.20}",
            written(
                folder / f"name{number}.zip",
                parts | ({name.replace("\0", ""): b"x"} if name else {}),
                told(parts, files=files),
            ),
        )
    yield "a file that is a folder", written(folder / "both.zip", *with_files(parts, log__a=b"x", log__a__b=b"y"))
    yield (
        "a part that is missing",
        written(folder / "less.zip", {n: c for n, c in parts.items() if n != "journal.jsonl"}),
    )
    yield "no store", written(folder / "no_store.zip", *with_files(parts, **{"store.duckdb": None}))
    yield "no journal", written(folder / "no_journal.zip", *with_files(parts, **{"journal.jsonl": None}))
    yield "no database", written(folder / "garbage.zip", *with_files(parts, **{"store.duckdb": b"garbage" * 900}))
    yield "an empty database", written(folder / "empty.zip", *with_files(parts, **{"store.duckdb": b""}))
    journal = parts["journal.jsonl"]
    yield (
        "a shorter journal",
        written(
            folder / "short.zip", *with_files(parts, **{"journal.jsonl": journal[: journal.rstrip().rfind(b"\n") + 1]})
        ),
    )
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield f"packed by {method}", written(folder / f"packed{method}.zip", parts, method=method)
    name = b"journal.jsonl"

    def in_directory(place: int, value: bytes) -> Callable[[bytes], bytes]:
        """The entry of the journal in the central directory with other bytes at a place of it."""

        def change(content: bytes) -> bytes:
            begin = content.rfind(b"PK\x01\x02", 0, content.rfind(name))
            return content[: begin + place] + value + content[begin + place + len(value) :]

        return change

    for what, place, value in (
        ("encrypted", 8, b"\x01\x00"), ("method 1", 10, b"\x01\x00"), ("method 9", 10, b"\x09\x00"),
        ("method 93", 10, b"\x5d\x00"), ("method 99", 10, b"\x63\x00"), ("method 8 on stored bytes", 10, b"\x08\x00"),
        ("a damaged offset", 42, b"\xff\xff\xff\x7f"), ("an offset elsewhere", 42, b"\x07\x00\x00\x00"),
        ("a larger size", 20, b"\xff\xff\xff\x0f\xff\xff\xff\x0f"),
    ):  # fmt: skip
        yield what, bent(written(folder / f"{what}.zip", parts), in_directory(place, value))
    yield "cut", bent(written(folder / "cut.zip", parts), lambda content: content[: len(content) // 2])


def test_every_fault_of_an_archive_is_refused_and_leaves_the_home_empty(
    parts: Parts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = 0
    for what, archive in crafted(parts, tmp_path):
        home = tmp_path / "home"
        assert main(["restore", str(archive), "--home", str(home)]) == 2, what
        said = capsys.readouterr().err
        assert str(archive) in said, what
        assert "Traceback" not in said
        assert ".restoring" not in said, what
        assert list(home.iterdir()) == [], what
        number += 1
    assert number > 50
    assert not (tmp_path / "x").exists()


def test_a_backup_that_is_whole_restores(parts: Parts, tmp_path: Path) -> None:
    assert restore(tmp_path / "home", written(tmp_path / "again.zip", parts)).head.seq == told(parts)["seq"]


def test_what_does_not_fit_on_the_disk_is_told_before_anything_is_written(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = written(tmp_path / "b.zip", parts)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    monkeypatch.setattr(restoring, "_write", lambda *_: pytest.fail("it was written"))
    with pytest.raises(MachineError, match="1 are free") as fault:
        restore(tmp_path / "home", archive)
    assert fault.value.full
    assert list((tmp_path / "home").iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from dashboard.store.audit import restore as restoring
moment, home, archive = sys.argv[1:]
real = {"unpacking": restoring._write, "verifying": restoring.verify_home, "moving": Path.rename}[moment]
count = 0
def dies(*values):
    global count
    count += 1
    if count == 2 or moment == "verifying":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*values)
if moment == "moving":
    Path.rename = dies
else:
    setattr(restoring, real.__name__, dies)
restoring.restore(Path(home), Path(archive))
"""


@pytest.mark.parametrize("moment", ["unpacking", "verifying", "moving"])
def test_half_a_restore_is_refused_by_every_command_until_it_is_finished(
    module_archive: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    home = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    words = [sys.executable, "-c", KILLED, moment, str(home), str(module_archive)]
    assert subprocess.run(words, check=False, cwd=Path(restoring.__file__).parents[3]).returncode == -9
    assert (home / ".restoring").is_dir()
    for command in COMMANDS:
        assert main([*command, "--home", str(home)]) == 1, command
        said = capsys.readouterr().err
        assert "restore that was not finished" in said, command
        assert "run `restore FILE` again" in said
        assert not (tmp_path / "b2.zip").exists()
    assert main(["restore", str(module_archive), "--home", str(home)]) == 0
    assert not (home / ".restoring").exists()
    assert verify_home(home).records > 0


def test_a_restore_under_way_is_told_from_one_that_ended(tmp_path: Path, module_archive: Path) -> None:
    home = tmp_path / "home"
    (home / ".restoring").mkdir(parents=True)
    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        monkey = pytest.MonkeyPatch()
        monkey.setattr("dashboard.cli.patience.WAIT_SECONDS", 0.0)
        monkey.setattr("dashboard.cli.patience.patiently.__defaults__", (0.0,))
        try:
            assert main(["show", "models", "--home", str(home)]) == 75
            assert main(["restore", str(module_archive), "--home", str(home)]) == 75
        finally:
            monkey.undo()
    finally:
        os.close(handle)
    assert (home / ".restoring").is_dir()


def test_a_home_with_anything_in_it_is_not_restored_into(store: Store, module_archive: Path) -> None:
    before = sorted(path.name for path in store.home.iterdir())
    with pytest.raises(InputRefusedError, match="not empty"):
        restore(store.home, module_archive)
    assert sorted(path.name for path in store.home.iterdir()) == before
