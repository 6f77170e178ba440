"""The whole program as a person meets it: the command line builds a home, `serve` serves it, Chromium looks at it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from tests.browser.sight import Sight
from tests.demo.building import shared_demo

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 600


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(home: Path, settings: Callable[[str], dict[str, str]] = lambda _: {}) -> Iterator[str]:
    """The address of a server on `home`, which is stopped in the end; what it wrote is told when it does not start.

    `settings` gives environment variables for its address.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = ["-m", "dashboard", "serve", "--home", str(home), "--port", str(port)]
    with _running(command, address, home, {**os.environ, **settings(address)}):
        yield address


@contextmanager
def served_to(person: str, home: Path) -> Iterator[str]:
    """The address of a server on `home` whose reader is a person, which is stopped in the end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(ROOT / "tests" / "browser" / "as_person.py"), person, str(home), str(port)]
    with _running(command, address, home, dict(os.environ)):
        yield address


@contextmanager
def _running(command: list[str], address: str, home: Path, environment: dict[str, str]) -> Iterator[None]:
    written = home.parent / f"{home.name}-server.txt"
    with (
        written.open("wb") as output,
        subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            wait_for_health(address, server, written)
            yield
        finally:
            server.terminate()
            server.wait(timeout=600)


def wait_for_health(address: str, server: subprocess.Popen[bytes], written: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=300) as answer:
                assert answer.read() == b"ok"
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{written.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a copy of the demo."""
    home = shutil.copytree(shared_demo(tmp_path_factory), tmp_path_factory.mktemp("demo") / "home")
    with served(home) as address:
        yield address


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """By how many years the dates of each model of the demo are moved."""
    with duckdb.connect(str(shared_demo(tmp_path_factory) / "store.duckdb"), read_only=True) as store:
        cards = [json.loads(row[0]) for row in store.execute("SELECT content FROM cards").fetchall()]
    return {card["id"]: card.get("dates_moved_by_years", 0) for card in cards}


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a home that has nothing in it."""
    with served(tmp_path_factory.mktemp("empty") / "home") as address:
        yield address


@pytest.fixture
def look(chromium: Browser) -> Iterator[Callable[..., Sight]]:
    """Open an address with a fresh browser profile and wait until the page stands."""
    opened = []

    def open_address(address: str, *, width: int = 1440, scheme: str = "light") -> Sight:
        context = chromium.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)
        opened.append(context)
        return Sight(context.new_page(), address)

    yield open_address
    for context in opened:
        context.close()
