"""What is tried on the program with bad input, and what must hold of each case: done or refused in words, no trace."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.access.principal import Principal
from dashboard.actions.registry import Payload, run_action
from dashboard.api.routes import routes
from dashboard.api.service import Service, refusal
from dashboard.errors import DashboardError, ForbiddenError, InputRefusedError, Problem
from dashboard.schema.access import EVERYBODY
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.facts import digest, list_fact_tables, read_facts
from dashboard.store.engine.database import Store
from dashboard.store.engine.shared_stores import release_store
from dashboard.store.tokens import SCOPES, create_token
from tests.examples import example_of, with_example
from tests.ledger.conftest import fill

EVERYBODY_AS_ANNA = Principal("fuzz", "anna.keller", EVERYBODY)
# What a message never holds: places and insides of the program.
INSIDES = (
    "Traceback", "PosixPath", "pydantic", "duckdb.", "site-packages", "Invalid Input Error", "Binder Error",
    "/uploads/", "/.staging/", "/.restoring",
)  # fmt: skip
REFUSED = (400, 403, 404, 413, 415, 422)
# MB above rest that one request may take (docs/api.md).
MOST_MEMORY = 300
UNDONE = "undone for the next case"


class UndoneError(InputRefusedError):
    """An accepted case is taken back at the last moment, so that the store stays the same for the next one."""

    def __init__(self) -> None:
        """Look like a refusal, which every face can tell."""
        super().__init__([Problem(UNDONE, file="-")])


def undo(*_: object) -> None:
    """Stand in for the writing of a record."""
    raise UndoneError


@dataclass
class Tally:
    """What became of the cases of one kind; `case` says which one is under way.

    `rows` and `fields` count the problems that name them; `elsewhere` those that name neither, by their words.
    """

    case: str = ""
    accepted: int = 0
    refused: int = 0
    rows: int = 0
    fields: int = 0
    elsewhere: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def blame(self, what: str, shown: object) -> None:
        """Keep a fault with what came and the case that brought it."""
        self.faults.append(f"case {self.case}: {what}: {shown!r}"[:700])

    def place(self, problem: Mapping[str, Any]) -> None:
        """Count where a problem says that it is."""
        self.rows += problem["row"] is not None
        self.fields += problem["field"] is not None
        if problem["row"] is None and problem["field"] is None:
            self.elsewhere[re.sub(r"\d+|'.*?'|\(.*?\)", "…", str(problem["message"]))[:90]] += 1


@dataclass
class Arena:
    """A home with every kind of fact, the API over it, and the folder in which files of a request lie."""

    service: Service
    client: TestClient
    key: str
    folder: Path

    @property
    def store(self) -> Store:
        """The store of the home."""
        return self.service.store

    def upload(self, name: str, content: bytes, position: int = 0) -> Path:
        """A file as the API stages it."""
        place = self.store.home / "uploads" / "fuzz" / str(position)
        place.mkdir(parents=True, exist_ok=True)
        path = place / name
        path.write_bytes(content)
        return path


@contextmanager
def arena_in(folder: Path) -> Iterator[Arena]:
    """An arena; what libraries make for a while lies in `folder` as well."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder / "tmp")
    (folder / "tmp").mkdir()
    service = Service(folder / "home")
    try:
        fill(service.store, folder)
        for name in with_example():
            for action, payload in prepared(name, folder):
                # What one example needs, another one may have done already.
                with suppress(InputRefusedError, ForbiddenError):
                    run_action(service.store, action, payload, EVERYBODY_AS_ANNA)
        with service.store.writing(AuditContext("create_token", "test")) as cursor:
            key = create_token(cursor, "fuzz", SCOPES, "test")
        service.ready = True
        client = TestClient(Starlette(routes=routes(service)), raise_server_exceptions=False)
        yield Arena(service, client, key, folder)
    finally:
        release_store(folder / "home")
        tempfile.tempdir = before


def prepared(name: str, folder: Path) -> list[tuple[str, Payload]]:
    """What the example of an action needs; its files lie in a folder of their own."""
    place = folder / name
    place.mkdir()
    return [step for step in example_of(name, place).before if name != "revoke_token"]


def ledger_digest(store: Store) -> str:
    """One hash of all facts, the head of the chain and the names of all files of the home but the database."""
    with store.cursor() as cursor:
        facts = [[name, *(fact.sha256 for fact in read_facts(cursor, name))] for name in list_fact_tables(cursor)]
    shutil.rmtree(store.home / "uploads" / "fuzz", ignore_errors=True)
    places = sorted(str(path.relative_to(store.home)) for path in store.home.rglob("*"))
    # Attempts that were refused to somebody are noted; an empty folder of uploads goes with the next request.
    kept = [path for path in places if not path.startswith(("store.", "refused", "uploads"))]
    left = [path for path in places if path.startswith("uploads/")]
    return digest([facts, store.ledger.head.hash, kept, left])


def attempt(
    store: Store, work: Callable[[], object], tally: Tally, shown: object, names: Mapping[str, tuple[int, str]]
) -> None:
    """Do one case; all but success and a refusal in words is a fault, and so is a refusal after a commit.

    `names` are the clean names of staged files.
    """
    head = store.ledger.head
    try:
        work()
        tally.accepted += 1
    except UndoneError:
        tally.accepted += 1
    except DashboardError as fault:
        tally.refused += 1
        answer = refusal(fault, store.home, names)
        for problem in faults_of(answer.status_code, bytes(answer.body).decode(), tally, needs_file=bool(names)):
            tally.blame(problem, shown)
        if store.ledger.head != head:
            tally.blame(f"committed and then refused ({fault})", shown)
    except Exception as fault:  # noqa: BLE001 - this is what is looked for
        tally.blame(f"{type(fault).__name__} {fault}", shown)


def faults_of(status: int, body: str, tally: Tally | None = None, *, needs_file: bool = False) -> list[str]:
    """What is wrong with a refusal as it is sent: each problem names a place, on one line, without insides."""
    found = [] if status in REFUSED else [f"status {status}"]
    try:
        told = json.loads(body)
    except ValueError:
        return [*found, f"no JSON but {body[:200]!r}"]
    found += [f"insides ({word}) in {body[:300]!r}" for word in INSIDES if word in body]
    for problem in told.get("problems", [{"message": told.get("error", ""), "row": 0, "field": "", "file": "-"}]):
        line = " ".join(str(problem[part]) for part in ("file", "row", "field", "message"))
        if re.search(r"[\n\r\x1b\x00]", line):
            found.append(f"control characters in {line!r}")
        if len(line) > 1_600:
            found.append(f"{len(line)} characters in a line")
        if needs_file and problem["file"] is None:
            found.append(f"no file named in {line!r}")
        elif all(problem[part] is None for part in ("file", "row", "field")) and "body" not in line:
            found.append(f"no place in {line!r}")
        if tally is not None:
            tally.place(problem)
    return found


Case = Callable[[Arena, random.Random, Tally], None]


@dataclass(frozen=True)
class Kind:
    """A kind of input: how one case is tried, and how many a slice in the ordinary suite has."""

    run: Case
    few: int = 50


def seed_of() -> str:
    """The seed of a run: FUZZ_SEED, so that a run can be repeated, else the same one each time."""
    return os.environ.get("FUZZ_SEED", "1")


def run_cases(arena: Arena, name: str, kind: Kind, number: int) -> Tally:
    """Try so many cases of a kind, each from a seed of its own.

    Beside what a case itself shows, nothing may be left, and the memory of this process stays within bounds.
    """
    tally, before, rest = Tally(), ledger_digest(arena.store), memory("VmRSS")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    for place in range(number):
        tally.case = f"{name} {seed_of()} {place}"
        kind.run(arena, random.Random(tally.case), tally)
    above = memory("VmHWM") - rest
    if above > MOST_MEMORY:
        tally.blame("took too much memory", f"{above:.0f} MB")
    if ledger_digest(arena.store) != before:
        tally.blame("left something in the home", sorted(map(str, arena.store.home.rglob("*")))[-20:])
    # A process that reads has a folder of its own for as long as it lives.
    left = [path.name for path in (arena.folder / "tmp").iterdir() if not path.name.startswith("ledger-")]
    if left:
        tally.blame("left something in the folder for temporary files", left)
    return tally


def memory(name: str) -> float:
    """A line of this process's status, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
