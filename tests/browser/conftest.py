"""The whole program as a person meets it: the command line builds a home, `serve` serves it, Chromium looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.sight import Sight

ROOT = Path(__file__).resolve().parents[2]
KNOWN_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
START_SECONDS = 60


def find_chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, KNOWN_BROWSERS)), None)
    assert found, "no Chromium found; run `make chromium`, or name it in the environment variable CHROMIUM"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Root, as in a container, has no sandbox; small containers have little shared memory.
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a server on `home`, which is stopped in the end; what it wrote is told when it does not start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    written = home.parent / f"{home.name}-server.txt"
    command = [sys.executable, "-m", "dashboard", "serve", "--home", str(home), "--port", str(port)]
    with written.open("wb") as output, subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output) as server:
        try:
            wait_for_health(address, server, written)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for_health(address: str, server: subprocess.Popen[bytes], written: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                assert answer.read() == b"ok"
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{written.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the demo, built by the command."""
    home = tmp_path_factory.mktemp("demo") / "home"
    subprocess.run([sys.executable, "-m", "dashboard", "demo", "--home", str(home)], cwd=ROOT, check=True, timeout=300)
    with served(home) as address:
        yield address


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
