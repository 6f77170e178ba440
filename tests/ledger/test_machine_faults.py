"""When the machine fails every command says so in one sentence, writes all or nothing, and leaves nothing behind."""

from __future__ import annotations

import errno
import itertools
import json
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api.routes import routes
from dashboard.api.service import Service
from dashboard.cli.command_line import main
from dashboard.errors import MachineError
from dashboard.machine import CAUSES, machine_error
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import open_store
from dashboard.store.engine.shared_stores import release_store
from dashboard.store.tokens import create_token
from tests.acceptance.portfolio import claims, write_rows
from tests.ledger.conftest import EVENTS, fill

# Commands that write, and those that read; {in} is where their input lies, {out} a place of their own.
WRITE: dict[str, list[str]] = {
    "register": ["register", "{in}/people.yaml"],
    "predictions": ["ingest", "predictions", "claims", "{in}/rows.csv"],
    "actuals": ["ingest", "actuals", "claims", "{in}/actuals.csv"],
    "events": ["ingest", "events", "{in}/more.jsonl"],
    "token": ["token", "create", "robot", "--scope", "read"],
    "monitor": ["monitor"],
    "backup": ["backup", "{out}/b.zip"],
    "rebuild": ["rebuild"],
    "restore": ["restore", "{in}/b.zip"],
}
READ: dict[str, list[str]] = {"show": ["show", "models"], "verify": ["verify"]}
SAID = ("no space left", "larger than this system allows", "too many files are open", "are free in", "read-only")
MADE_ASIDE = (".backup-*", "store.duckdb.new*", ".restoring", "log/.staging", "uploads", "*.part")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that is never changed, and input for every command."""
    folder = tmp_path_factory.mktemp("given")
    store = open_store(folder / "home")
    fill(store, folder)
    store.close()
    frame = claims(number=900, seed=5).frame
    frame["id"] = [f"more-{number}" for number in range(len(frame))]
    write_rows(frame, folder / "rows.parquet")
    frame.to_csv(folder / "rows.csv", index=False)
    frame[["id", "fraud"]].dropna().to_csv(folder / "actuals.csv", index=False)
    events = [EVENTS[0] | {"consumer": f"desk {number}"} for number in range(300)]
    (folder / "more.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    people = "".join(f"  - {{id: p{number}, name: Person {number}}}\n" for number in range(300))
    (folder / "people.yaml").write_text(f"people:\n{people}", encoding="utf-8")
    assert main(["backup", str(folder / "b.zip"), "--home", str(folder / "home")]) == 0
    return folder


@contextmanager
def soft_limit(kind: int, value: int) -> Iterator[None]:
    """This process with a lower limit, which it may lift again."""
    before = resource.getrlimit(kind)
    resource.setrlimit(kind, (value, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)


def handles_left(number: int) -> int:
    """The limit with which this process can open so many files more."""
    used = {int(name) for name in os.listdir("/proc/self/fd")}
    free = (handle for handle in itertools.count() if handle not in used)
    return next(itertools.islice(free, number, None))


def state(home: Path) -> tuple[str, list[str]]:
    """The journal, and the files of the home but for those of the lock and of derived figures."""
    journal = home / "journal.jsonl"
    files = [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()]
    kept = [name for name in files if not name.startswith(("store.", "replaced-"))]
    return journal.read_text(encoding="utf-8") if journal.is_file() else "", sorted(kept)


class Machine:
    """Runs a command on a copy of the home under a fault, and looks at what was said and left."""

    def __init__(self, given: Path, place: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.given, self.home, self.out, self.capsys = given, place / "home", out, capsys

    def run(self, command: str, fault: Callable[[], contextmanager[None]]) -> int:  # type: ignore[type-arg]
        """The exit code; asserts what holds in every case."""
        shutil.rmtree(self.home, ignore_errors=True)
        if command != "restore":
            shutil.copytree(self.given / "home", self.home)
        before = state(self.home)
        for path in self.out.glob("*"):
            path.unlink()
        self.capsys.readouterr()
        places = {"{in}": str(self.given), "{out}": str(self.out)}
        words = [re.sub(r"{in}|{out}", lambda found: places[found[0]], word) for word in (WRITE | READ)[command]]
        with fault():
            code = main([*words, "--home", str(self.home)])
        said = self.capsys.readouterr().err
        assert "Traceback" not in said
        assert code in (0, 1), said
        if code == 1:
            assert any(cause in said for cause in SAID), said
            assert len(said.strip().splitlines()) <= 2, said
            assert state(self.home) == before, said
            assert list(self.out.glob("*")) == [], said
        found = (path for place in (self.home, self.out) for pattern in MADE_ASIDE for path in place.glob(pattern))
        left = [str(path) for path in found]
        assert left == [], said
        if command != "restore" or code == 0:
            assert verify_home(self.home).records >= 4
        else:
            assert list(self.home.glob("*")) == []
        return code


@pytest.fixture
def machine(given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    (tmp_path / "out").mkdir()
    return Machine(given, tmp_path, tmp_path / "out", capsys)


@pytest.mark.parametrize("command", WRITE)
def test_a_file_that_may_not_grow(machine: Machine, command: str) -> None:
    """As on a full disk, wherever the limit strikes: from the first write to one that is not needed."""
    codes = {
        machine.run(command, lambda size=size: soft_limit(resource.RLIMIT_FSIZE, size))  # type: ignore[misc]
        for size in (1_000, 40_000, 700_000)
    }
    assert 1 in codes


@pytest.mark.parametrize("command", [*WRITE, *READ])
def test_no_file_handle_is_left_for_the_nth(machine: Machine, command: str) -> None:
    codes = [
        machine.run(command, lambda more=more: soft_limit(resource.RLIMIT_NOFILE, handles_left(more)))  # type: ignore[misc]
        for more in (0, 1, 2, 3, 5, 8, 200)
    ]
    assert codes[0] == 1
    assert codes[-1] == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB, where the system lets this user make one."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("this user may mount no disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def filled(place: Path, free: int) -> Iterator[None]:
    """The disk with so many bytes free."""
    with (place / "filler").open("wb") as filler:
        left = shutil.disk_usage(place).free - free
        os.posix_fallocate(filler.fileno(), 0, max(1, left))
    try:
        yield
    finally:
        (place / "filler").unlink()


@pytest.mark.parametrize("command", [*WRITE, *READ])
def test_a_full_disk(given: Path, small_disk: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    (small_disk / "out").mkdir()
    machine = Machine(given, small_disk, small_disk / "out", capsys)
    for free in (0, 30_000, 1_000_000):
        code = machine.run(command, lambda free=free: filled(small_disk, free))  # type: ignore[misc]
        assert code == 0 or command in WRITE or free == 0


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)


def test_a_read_only_disk(given: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small_disk / "out").mkdir()
    machine = Machine(given, small_disk, small_disk / "out", capsys)
    for command in (*WRITE, *READ):
        assert machine.run(command, lambda: read_only(small_disk)) == 1, command


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 507), (errno.EROFS, 503), (errno.EMFILE, 503), (errno.EIO, 503)]
)
@pytest.mark.parametrize("where", ["pwrite", "fsync"])
def test_over_http_a_write_that_fails_is_told_and_reads_go_on(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int, where: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(given / "home", home)
    service = Service(home)
    with service.store.writing(AuditContext("create_token", "test")) as cursor:
        headers = {"Authorization": f"Bearer {create_token(cursor, 'all', ['read', 'events', 'cards'], 'test')}"}
    client = TestClient(Starlette(routes=routes(service)), raise_server_exceptions=False)
    service.ready = True
    before = state(home)

    def fails(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    def send() -> tuple[int, str]:
        files = [("files", ("more.jsonl", (given / "more.jsonl").read_bytes()))]
        answer = client.post("/api/v1/actions/ingest_events", headers=headers, files=files)
        return answer.status_code, answer.text

    try:
        monkeypatch.setattr(f"dashboard.store.audit.journal.os.{where}", fails)
        got, text = send()
        assert got == status, text
        told = machine_error(OSError(number, ""), "")
        assert told is not None
        assert CAUSES[number].words in text
        assert str(home) not in text
        assert client.get("/api/v1/views/models", headers=headers).status_code == 200
        assert client.get("/readyz").status_code == 200
        monkeypatch.undo()
        assert state(home) == before
        assert send()[0] == 200
    finally:
        release_store(home)
    assert verify_home(home).records > 4


def test_an_upload_for_which_there_is_no_space_is_told(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(given / "home", home)
    service = Service(home)
    with service.store.writing(AuditContext("create_token", "test")) as cursor:
        headers = {"Authorization": f"Bearer {create_token(cursor, 'rows', ['predictions'], 'test')}"}
    client = TestClient(Starlette(routes=routes(service)), raise_server_exceptions=False)
    files = [("files", ("rows.csv", (given / "rows.csv").read_bytes()))]
    try:
        with soft_limit(resource.RLIMIT_FSIZE, 10_000):
            answer = client.post(
                "/api/v1/actions/ingest_predictions", headers=headers, data={"model": "claims"}, files=files
            )
        assert answer.status_code == 507, answer.text
        assert "larger than this system allows" in answer.text
        assert not (home / "uploads").exists()
    finally:
        release_store(home)


def test_what_is_no_fault_of_the_machine_is_not_taken_for_one() -> None:
    assert machine_error(OSError(errno.ENOENT, "no such file"), "x") is None
    assert machine_error(ValueError("No space left on device"), "x") is None
    told = machine_error(OSError(errno.ENOSPC, "no space"), "the log cannot be written", "nothing was written")
    assert isinstance(told, MachineError)
    assert str(told) == (
        "the log cannot be written: there is no space left on the disk; nothing was written; make space and try again"
    )
