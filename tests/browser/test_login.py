"""Logging in with a real OpenID Connect provider, in a real browser: roles, deep links, the end of logins."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError as BrowserTimeout, expect

from dashboard.access.principal import operator
from dashboard.actions.access import NewGrant
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD
from tests.browser.conftest import ROOT, served
from tests.browser.provider import Provider, login_provider
from tests.browser.sight import PATIENCE_MS, STANDING

PEOPLE = """
people:
  - {id: anna.keller, name: Anna Keller, email: anna@example.org}
  - {id: ben.frei, name: Ben Frei, email: ben@example.org}
  - {id: cleo.marti, name: Cleo Marti, email: cleo@example.org}
  - {id: emil.roth, name: Emil Roth, email: emil@example.org}
  - {id: dora.kunz, name: Dora Kunz, email: dora@example.org}
"""
ROLES = "claimed_roles: [{claim: groups, value: ledger-managers, role: manager}]\n"


@dataclass(frozen=True)
class Ledger:
    """A dashboard whose people log in at a provider."""

    address: str
    provider: Provider
    home: Path

    def command(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "dashboard", *words, "--home", str(self.home)], cwd=ROOT, check=True, timeout=900
        )

    def status(self, path: str, cookies: str) -> int:
        request = urllib.request.Request(self.address + path, headers={"Cookie": cookies})
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("login")
    texts = {"claims": BINARY_CARD, "people": PEOPLE, "roles": ROLES}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    store = open_store(folder / "home")
    run_action(store, "register", Files(files=(folder / "claims.yaml", folder / "people.yaml")), operator("test"))
    for person, role in (("ben.frei", "domain_expert"), ("dora.kunz", "admin")):
        run_action(store, "grant_access", NewGrant(person=person, roles=(role,), reason="test"), operator("test"))
    store.close()
    with login_provider() as provider:
        for name in ("anna", "ben", "cleo", "dora"):
            groups = ["staff", "ledger-managers"] if name == "anna" else ["staff"]
            provider.set_claims(
                name, email=f"{name}@example.org", email_verified=True, name=name.title(), groups=groups
            )
        roles = str(folder / "roles.yaml")
        with served(folder / "home", lambda address: provider.settings(address, DASHBOARD_ROLES=roles)) as address:
            yield Ledger(address, provider, folder / "home")


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield opened
    opened.close()


def log_in(page: Page, ledger: Ledger, subject: str, path: str = "/") -> None:
    page.goto(ledger.address + path)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize", exact=True).click()
    settle(page)


def settle(page: Page) -> None:
    page.wait_for_selector(STANDING, timeout=PATIENCE_MS)
    page.wait_for_selector("h1", timeout=PATIENCE_MS)


def pick(page: Page, box: Locator, option: str) -> None:
    """Choose from a list; the page may still be drawn anew after the choice before, and close the list again."""
    for _ in range(5):
        settle(page)
        box.click(timeout=PATIENCE_MS)
        try:
            page.get_by_role("option", name=option).click(timeout=6_000)
        except BrowserTimeout:
            page.keyboard.press("Escape")
            continue
        page.keyboard.press("Escape")
        settle(page)
        return
    raise AssertionError(f"“{option}” could not be chosen")


def cookies_of(context: BrowserContext) -> str:
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())


def heading(page: Page) -> str:
    return page.locator("h1").first.inner_text()


@pytest.mark.chromium
def test_a_login_leads_back_to_the_address_and_brings_the_roles_of_its_claims(
    context: BrowserContext, ledger: Ledger
) -> None:
    page = context.new_page()
    answer = page.goto(f"{ledger.address}/drift?model=claims&lang=de")
    assert answer is not None
    assert answer.status == 401
    assert heading(page) == "Anmelden"
    log_in(page, ledger, "anna", "/access?model=claims&lang=en")
    assert page.url.startswith(f"{ledger.address}/access?")
    assert "model=claims" in page.url
    assert heading(page) == "Access"
    page.locator(".st-key-reader button").first.click()
    page.get_by_text("Manager").first.wait_for(timeout=PATIENCE_MS)
    assert "Anna" in page.locator(".st-key-reader").inner_text()
    assert "Audit trail" in page.get_by_test_id("stSidebar").inner_text()


@pytest.mark.chromium
def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    log_in(page, ledger, "anna", "/?lang=en")
    copied = cookies_of(context)
    kept = context.cookies()
    assert ledger.status("/inventory", copied) == 200
    page.locator(".st-key-reader button").first.click()
    page.get_by_role("button", name="Sign out").click()
    # The provider ends its own session on a page of its own, and sends browsers back to this address.
    page.wait_for_url(f"{ledger.provider.address}/**", timeout=PATIENCE_MS)
    page.goto(f"{ledger.address}/oauth2callback")
    assert heading(page) == "Sign in"
    assert ledger.status("/inventory", copied) == 401
    context.add_cookies(kept)
    page.goto(f"{ledger.address}/inventory")
    assert heading(page) == "Sign in"


@pytest.mark.chromium
def test_the_logout_address_asks_before_it_ends_the_login(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    log_in(page, ledger, "anna", "/?lang=en")
    copied = cookies_of(context)
    page.goto(f"{ledger.address}/auth/logout")
    assert ledger.status("/", copied) == 200
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("Your login here has ended.").wait_for(timeout=PATIENCE_MS)
    assert ledger.status("/", copied) == 401
    page.get_by_role("link", name="Sign out at the login provider, too").click()
    page.wait_for_url(f"{ledger.provider.address}/**", timeout=PATIENCE_MS)


@pytest.mark.chromium
def test_a_role_that_is_taken_away_is_gone_at_the_next_click(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    log_in(page, ledger, "ben", "/?lang=en")
    assert heading(page) == "Desk"
    ledger.command("access", "grant", "ben.frei", "--reason", "moved to another team")
    page.get_by_role("link", name="Inventory").click()
    page.wait_for_selector("text=Nothing is open to you yet", timeout=PATIENCE_MS)
    page.wait_for_selector("text=Dora Kunz", timeout=PATIENCE_MS)
    ledger.command("access", "end-logins", "ben.frei", "--reason", "device lost")
    page.get_by_text("Deutsch").click()
    page.wait_for_selector("text=Diese Anmeldung wurde beendet", timeout=PATIENCE_MS)
    assert ledger.status("/", cookies_of(context)) == 401
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_placeholder("sub").wait_for(timeout=PATIENCE_MS)


@pytest.mark.chromium
def test_a_person_ends_one_other_login_of_theirs(context: BrowserContext, chromium: Browser, ledger: Ledger) -> None:
    here, elsewhere = context.new_page(), chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    try:
        there = elsewhere.new_page()
        log_in(there, ledger, "anna", "/?lang=en")
        log_in(here, ledger, "anna", "/?lang=en")
        here.locator(".st-key-reader button").first.click()
        mine = here.locator("[class*='st-key-login_']")
        expect(mine.first).to_be_visible(timeout=PATIENCE_MS)
        mine.first.get_by_role("button", name="End", exact=True).click()
        asked = here.get_by_role("dialog", name="End logins")
        expect(asked).to_contain_text("This login ends now: Chrome, Linux, since", timeout=PATIENCE_MS)
        asked.get_by_role("button", name="Confirm").click()
        here.get_by_text("The login has ended.").wait_for(timeout=PATIENCE_MS)
        assert ledger.status("/", cookies_of(context)) == 200
        assert ledger.status("/", cookies_of(elsewhere)) == 401
    finally:
        elsewhere.close()


@pytest.mark.chromium
def test_who_has_no_role_is_told_whom_to_ask(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    log_in(page, ledger, "cleo", "/audit?lang=en")
    assert heading(page) == "Nothing is open to you yet"
    page.wait_for_selector("text=Dora Kunz", timeout=PATIENCE_MS)
    assert "claims" not in page.get_by_test_id("stMain").inner_text()


def click_until(button: Locator, shown: Locator) -> None:
    """Click until something is shown: a page that is drawn anew after a field was left may swallow a click."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while not shown.is_visible():
        assert time.monotonic() < ends
        with suppress(BrowserTimeout):
            button.click(timeout=2_000)
            shown.wait_for(timeout=2_000)


@pytest.mark.chromium
def test_an_administrator_gives_access_and_a_token(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    log_in(page, ledger, "dora", "/access?lang=en")
    change = page.locator(".st-key-card_grant")
    pick(page, change.get_by_role("combobox", name="Person"), "Emil Roth")
    pick(page, change.get_by_role("combobox", name="Roles"), "Domain expert")
    expect(change.get_by_text("Domain expert", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    change.get_by_label("Reason").fill("knows the claims")
    page.keyboard.press("Tab")
    settle(page)
    confirm = page.get_by_role("dialog").get_by_role("button", name="Confirm")
    click_until(change.get_by_role("button", name="Check and confirm"), confirm)
    confirm.click(timeout=PATIENCE_MS)
    page.wait_for_selector("text=Done: Change access", timeout=PATIENCE_MS)
    page.goto(f"{ledger.address}/tokens?lang=en")
    settle(page)
    page.get_by_label("Name of the program").fill("nightly")
    pick(page, page.get_by_role("combobox", name="Permissions"), "read: ")
    page.get_by_role("button", name="Create token").click()
    key = page.get_by_role("dialog").get_by_test_id("stCode").inner_text().strip()
    told = {"Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{ledger.address}/api/v1/views/models", headers=told)
    with urllib.request.urlopen(request, timeout=300) as answer:
        assert b'"claims"' in answer.read()
    page.reload()
    settle(page)
    assert key not in page.content()
    assert "Active tokens: 1." in page.get_by_test_id("stMain").inner_text()


@pytest.mark.chromium
def test_a_login_ends_when_its_claim_says_so(context: BrowserContext, ledger: Ledger) -> None:
    ends = time.time() + 12
    named = {"email": "dora@example.org", "email_verified": True}
    ledger.provider.set_claims("short", **named, exp=int(ends))
    page = context.new_page()
    log_in(page, ledger, "short", "/?lang=en")
    assert heading(page) == "Desk"
    page.wait_for_timeout(max(0.0, ends - time.time() + 1) * 1000)
    page.get_by_text("Deutsch").click()
    page.wait_for_selector("text=Ihre Anmeldung ist abgelaufen", timeout=PATIENCE_MS)
    assert ledger.status("/", cookies_of(context)) == 401


@pytest.mark.chromium
def test_an_address_that_is_not_verified_is_nobodys(context: BrowserContext, ledger: Ledger) -> None:
    ledger.provider.set_claims("evil", email="dora@example.org", email_verified=False)
    page = context.new_page()
    log_in(page, ledger, "evil", "/?lang=en")
    assert heading(page) == "Nothing is open to you yet"


@pytest.mark.chromium
def test_the_way_back_leads_to_no_foreign_site(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "/oauth2callback", "/x"):
        page.goto(f"{ledger.address}/sign-in/start?to={wanted}")
        page.get_by_placeholder("sub").fill("anna")
        page.get_by_role("button", name="Authorize", exact=True).click()
        settle(page)
        assert page.url.split("?")[0] == f"{ledger.address}/"


@pytest.mark.chromium
def test_a_provider_that_goes_away_and_comes_back_with_other_keys(context: BrowserContext, ledger: Ledger) -> None:
    page = context.new_page()
    log_in(page, ledger, "anna", "/?lang=en")
    kept = cookies_of(context)
    ledger.provider.stop()
    try:
        # Whoever is logged in goes on; who is not is told, and nothing fails without words.
        assert ledger.status("/inventory", kept) == 200
        page.goto(f"{ledger.address}/inventory?lang=en")
        settle(page)
        assert heading(page) == "Inventory"
        context.clear_cookies()
        page.goto(ledger.address)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_text("did not succeed").wait_for(timeout=PATIENCE_MS)
    finally:
        ledger.provider.start()
    log_in(page, ledger, "anna", "/inventory?lang=en")
    assert heading(page) == "Inventory"


@pytest.mark.chromium
def test_people_see_their_logins_and_end_them_all(context: BrowserContext, chromium: Browser, ledger: Ledger) -> None:
    elsewhere = chromium.new_context()
    other, page = elsewhere.new_page(), context.new_page()
    log_in(other, ledger, "dora", "/?lang=en")
    log_in(page, ledger, "dora", "/?lang=en")
    page.locator(".st-key-reader button").first.click()
    page.get_by_text("(this one)").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="End all my logins").click()
    page.get_by_role("dialog", name="End logins").get_by_role("button", name="Confirm").click()
    page.wait_for_selector("text=This login was ended", timeout=PATIENCE_MS)
    assert ledger.status("/", cookies_of(elsewhere)) == 401
    assert ledger.status("/", cookies_of(context)) == 401
    elsewhere.close()
