"""kill -9 while somebody writes on a page in Chromium: what the page had shown as done is there, and only once.

`make campaign` runs it; the other faces are in tests/ledger/test_kill_campaign.py.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error as BrowserError, Page

from dashboard.store.audit.verify import verify
from dashboard.store.engine.database import open_store
from tests.architecture.tree import ROOT
from tests.browser.conftest import free_port
from tests.ledger.conftest import home

__all__ = ["home"]

KILLS = 17
PATIENCE_SECONDS = 60


def started(home: Path) -> tuple[subprocess.Popen[bytes], str, float]:
    """A server on `home`, its address, and the seconds from its start until it was ready."""
    port = free_port()
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve", "--home", str(home), "--port", str(port)],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    while time.monotonic() < began + PATIENCE_SECONDS:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return server, address, time.monotonic() - began
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server was not ready in time")


def comment(page: Page, text: str) -> None:
    """Write a comment and wait until the page shows it among what was said."""
    page.get_by_role("button", name="Comment").first.click()
    page.get_by_role("textbox", name="Comment").fill(text)
    page.get_by_role("button", name="Send").click()
    page.locator("[class*='st-key-said_']", has_text=text).first.wait_for(timeout=20_000)


def killed_while_writing(chromium: Browser, home: Path, attempt: int) -> tuple[list[str], float]:
    """The comments that the page had shown before the server was killed, and the seconds that it took to start."""
    server, address, seconds = started(home)
    shown: list[str] = []
    moment = random.Random(attempt).uniform(0.5, 8.0)
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"{address}/history?model=claims&lang=en")
        page.get_by_role("button", name="Comment").first.wait_for(timeout=30_000)
        killing = threading.Timer(moment, server.send_signal, [signal.SIGKILL])
        killing.start()
        page.set_default_timeout(8_000)
        try:
            for number in range(1000):
                text = f"said {attempt} {number}."
                comment(page, text)
                shown.append(text)
        except BrowserError:
            # The page stands still once its server is gone.
            assert server.wait(timeout=30) == -signal.SIGKILL
        killing.join()
    finally:
        server.kill()
        server.wait()
        context.close()
    return shown, seconds


@pytest.mark.campaign
@pytest.mark.chromium
def test_what_a_page_showed_as_done_survives_a_kill_once(chromium: Browser, home: Path) -> None:
    shown: list[str] = []
    starts: list[float] = []
    for attempt in range(KILLS):
        done, seconds = killed_while_writing(chromium, home, attempt)
        shown += done
        starts.append(seconds)
        store = open_store(home)
        assert verify(store).faults == []
        with store.cursor() as cursor:
            rows = cursor.execute("SELECT content FROM statements WHERE kind = 'comment'").fetchall()
        store.close()
        times = Counter(str(row[0]) for row in rows)
        assert all(any(text in content for content in times) for text in shown)
        assert set(times.values()) <= {1}
    print(f"\n{KILLS} kills, {len(shown)} comments shown as done, ready in {min(starts):.1f} to {max(starts):.1f} s")
    assert shown
