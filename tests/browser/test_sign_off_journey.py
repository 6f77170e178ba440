"""An executive finds why a sign-off went out of date, sees what differs, and signs again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD
from tests.browser.conftest import ROOT, served_to

pytestmark = pytest.mark.chromium

PEOPLE = "people: [{id: eva, name: Eva Stern}, {id: bea, name: Bea Lang}]\n"
CARD = BINARY_CARD.replace("business: {", "business: {automation: decision_support, purposes: [triage], ") + (
    "status: production\nroles: {accountable_executive: [eva], business_stakeholder: [bea]}\n"
)
SIGNED = {"kind": "sign_off", "model": "claims", "at": "2024-01-20", "step": "design", "decision": "approve"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A model whose design was signed before its card said that it decides alone."""
    store = open_store(tmp_path / "home")
    (tmp_path / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    events = "".join(json.dumps({**SIGNED, "person": person}) + "\n" for person in ("eva", "bea"))
    (tmp_path / "events.jsonl").write_text(events, encoding="utf-8")
    for text in (CARD, CARD.replace("decision_support", "fully_automated")):
        (tmp_path / "claims.yaml").write_text(text, encoding="utf-8")
        run_action(store, "register", Files(files=(tmp_path / "claims.yaml", tmp_path / "people.yaml")), operator("t"))
    run_action(store, "ingest_events", Files(files=(tmp_path / "events.jsonl",)), operator("t"))
    store.close()
    return tmp_path / "home"


@pytest.fixture
def as_eva(home: Path) -> Iterator[str]:
    """The address of a server whose reader is the executive."""
    with served_to("eva", home) as address:
        yield address


def test_an_executive_sees_what_differs_and_signs_again(look, as_eva, home):
    sight = look(f"{as_eva}/sign-offs?lang=de")
    page = sight.page
    expect(page.locator(".st-key-answer")).to_contain_text("seit der Unterschrift nicht mehr gleich")
    page.locator(".st-key-for_you button").filter(has_text="Entwurf").first.click(timeout=180_000)
    page.wait_for_url("**/model-sign-offs?**", timeout=180_000)
    sight.settle()
    step = page.locator(".st-key-step_design_claims")
    expect(step).to_contain_text("Menschen entscheiden, das Modell unterstützt sie")
    expect(step).to_contain_text("Das Modell entscheidet allein")
    submit = step.locator(".st-key-submit_design button")
    expect(submit).to_be_disabled()
    step.get_by_text("Zustimmen", exact=True).click()
    sight.settle()
    step.get_by_label("Grund").fill("So war es von Anfang an gemeint.")
    step.get_by_label("Grund").press("Tab")
    sight.settle()
    expect(submit).to_be_enabled(timeout=180_000)
    submit.click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Ich habe diese Tatsachen angesehen", timeout=180_000)
    asked.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_text("Ihr Entscheid ist festgehalten.")).to_be_visible(timeout=180_000)
    sight.settle()
    expect(step.get_by_text("So war es von Anfang an gemeint.")).to_be_visible()
    assert step.locator(".st-key-submit_design").count() == 0
    assert sight.exceptions() == []
    assert sight.overflow() == 0


def test_what_was_signed_stands_in_the_ledger(look, as_eva, home):
    """The page writes the same event that an import would."""
    sight = look(f"{as_eva}/model-sign-offs?lang=en")
    step = sight.page.locator(".st-key-step_data_claims")
    step.get_by_text("Reject", exact=True).click()
    sight.settle()
    step.get_by_label("Reason").fill("The joins are unknown.")
    step.get_by_label("Reason").press("Tab")
    sight.settle()
    step.locator(".st-key-submit_data button:not([disabled])").click()
    sight.page.get_by_role("dialog").get_by_role("button", name="Confirm").click(timeout=180_000)
    expect(step).to_contain_text("rejected", timeout=180_000)
    shown = subprocess.run(
        [sys.executable, "-m", "dashboard", "show", "findings", "claims", "--format", "json", "--home", str(home)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    [finding] = json.loads(shown.stdout)
    assert (finding["what"], finding["raised_by"], finding["state"]) == ("The joins are unknown.", "eva", "open")
