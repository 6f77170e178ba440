"""A stakeholder lowers a rating against the evidence, is asked for a reason, and the matrix shows it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.access.principal import operator
from dashboard.access.proxies import LIBRARY_SETTING
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD, write_rows
from tests.browser.conftest import ROOT, free_port, wait_for_health
from tests.governance.risk_world import PEOPLE
from tests.governance.test_risk_evidence import CARD, made, months

pytestmark = pytest.mark.chromium

RATING = "{likelihood: 4, impact: 3, owner: anna, assessed_on: 2024-01-10, next_review: 2030-01-01}"
AS_DORA = """
from dashboard.access.principal import Principal
from dashboard.ui.session import reader as who

who.reader = lambda: Principal("page:dora", "dora", frozenset({"business_stakeholder"}))
"""
REASON = "Since May a person reads every case before it is decided"


def build(home: Path, folder: Path) -> None:
    """A model whose accuracy fell below its limit in the latest month."""
    lines = [line for line in BINARY_CARD.splitlines() if not line.startswith(("business:", "time_zone:"))]
    card = "\n".join(
        [*lines, "time_zone: UTC", CARD, f"risks: {{wrong_predictions: {RATING}}}", "status: production\n"]
    )
    (folder / "claims.yaml").write_text(card, encoding="utf-8")
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    rows = write_rows(made(months(0.9, 0.9, 0.6)).frame, folder / "rows.parquet")
    store = open_store(home)
    run_action(store, "register", Files(files=(folder / "claims.yaml", folder / "people.yaml")), operator("test"))
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("test"))
    run_action(store, "monitor", Models(), operator("test"))
    store.close()


@pytest.fixture
def as_dora(tmp_path: Path) -> Iterator[str]:
    """The address of a server whose reader is the stakeholder Dora."""
    build(tmp_path / "home", tmp_path)
    text = (
        (ROOT / "asgi.py")
        .read_text(encoding="utf-8")
        .replace("Path(__file__).resolve().parent", f"Path({str(ROOT)!r})")
    )
    (tmp_path / "asgi.py").write_text(text + AS_DORA, encoding="utf-8")
    port, written = free_port(), tmp_path / "server.txt"
    command = [sys.executable, "-m", "streamlit", "run", str(tmp_path / "asgi.py"), "--server.address", "127.0.0.1"]
    environment = {**os.environ, "DASHBOARD_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    environment[LIBRARY_SETTING] = ""
    with (
        written.open("wb") as output,
        subprocess.Popen(
            [*command, "--server.port", str(port)], cwd=ROOT, stdout=output, stderr=output, env=environment
        ) as server,
    ):
        try:
            wait_for_health(f"http://127.0.0.1:{port}", server, written)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=600)


def test_a_rating_against_the_evidence_needs_a_reason_and_shows_it(look, as_dora):
    sight = look(f"{as_dora}/risks?model=claims&lang=en")
    page = sight.page
    page.get_by_role("radio", name="Wrong predictions").click()
    form = page.locator(".st-key-assess")
    expect(form).to_contain_text("Evidence: level 4", timeout=180_000)
    form.get_by_text("2 – The key metrics meet their targets").click()
    expect(form).to_contain_text("The evidence says 4, you rate 2.", timeout=180_000)
    sight.settle()
    record, asked = form.get_by_role("button", name="Record the rating"), page.get_by_role("dialog")
    record.click()
    expect(asked).to_contain_text("I rate Wrong predictions of Claims: likelihood 2 x impact 3 = 6.", timeout=180_000)
    asked.get_by_role("button", name="Confirm").click()
    expect(asked).to_contain_text("give a reason", timeout=180_000)
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_have_count(0, timeout=180_000)
    form.get_by_label("Why is the risk lower than the evidence says? (required)").fill(REASON)
    form.get_by_label("Why is the risk lower than the evidence says? (required)").press("Tab")
    sight.settle()
    record.click()
    asked.get_by_role("button", name="Confirm").click(timeout=180_000)
    against = page.locator(".st-key-against_wrong_predictions")
    expect(against).to_contain_text("Rated 2, the evidence says 4.", timeout=180_000)
    expect(against).to_contain_text(REASON)
    expect(page.locator(".st-key-card_risk_wrong_predictions")).to_contain_text("Dora")
    assert sight.exceptions() == []
