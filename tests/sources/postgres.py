"""A real PostgreSQL for tests, on a free port of this machine, in a folder of the test's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pg8000.native

FOUND = shutil.which("initdb")
PROGRAMS = [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), *([Path(FOUND).parent] if FOUND else [])]
_numbers = count()


@dataclass
class Postgres:
    """A running server; `database` is the one that statements go to."""

    port: int
    database: str = "postgres"

    def connected(self) -> pg8000.native.Connection:
        return pg8000.native.Connection("tester", host="127.0.0.1", port=self.port, database=self.database)

    def run(self, statements: str) -> None:
        """Run statements with semicolons between them."""
        connection = self.connected()
        for statement in filter(None, map(str.strip, statements.split(";"))):
            connection.run(statement)
        connection.close()

    def new_database(self) -> str:
        """Make an empty database, and return its address."""
        self.database = "postgres"
        name = f"test_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        self.database = name
        return f"postgresql://tester@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_postgres(folder: Path) -> Iterator[Postgres]:
    """Start a server; it does not run as root, and ends with the block."""
    assert PROGRAMS, "PostgreSQL is missing: `make everything` installs Debian's package postgresql"
    programs, place = PROGRAMS[0], folder / "data"
    place.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    as_user: list[str] = []
    if os.getuid() == 0:
        shutil.chown(place, "postgres", "postgres")
        for above in (folder, *folder.parents):
            if above.stat().st_uid == 0 and above != Path("/") and str(above).count("/") > 1:
                above.chmod(above.stat().st_mode | 0o011)
        as_user = ["runuser", "-u", "postgres", "--"]
    run = [*as_user, str(programs / "initdb"), "-D", str(place), "-U", "tester", "-A", "trust", "--no-sync"]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", str(place), "-p", str(port)]
    server = subprocess.Popen(
        [*as_user, str(programs / "postgres"), "-D", str(place), *settings], stderr=subprocess.DEVNULL
    )
    try:
        found = Postgres(port)
        for _ in range(600):
            try:
                found.connected().close()
                break
            except pg8000.exceptions.InterfaceError:
                time.sleep(0.1)
        yield found
    finally:
        server.terminate()
        server.wait(60)
