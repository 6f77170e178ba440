"""Attacks stored in every text, looked at on every page in Chromium: nothing runs, nothing is asked for, no link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import pytest

from dashboard.ui.session.page_registry import find_pages
from tests.browser.conftest import look, served
from tests.browser.sight import PATIENCE_MS, Sight
from tests.hostile.corpus import HOST, SCRIPTS
from tests.hostile.poisoned import poison

__all__ = ["look"]

PAGES = [page.url_path for _, page in find_pages()]
# The first page stands at the root.
FIRST = {path: "" if path == PAGES[0] else path for path in PAGES}
FOUND = """() => ({
  run: window.XSS !== undefined || [...document.querySelectorAll('iframe')].some(f => {
    try { return f.contentWindow.XSS !== undefined } catch { return false } }),
  links: [...document.querySelectorAll('a')].map(a => a.getAttribute('href') || a.getAttribute('xlink:href') || ''),
  sources: [...document.querySelectorAll('img, iframe, source, embed, video, audio, image, use')]
    .map(e => e.getAttribute('src') || e.getAttribute('href') || e.getAttribute('xlink:href') || ''),
  forms: document.querySelectorAll('form[action]').length,
})"""


@dataclass(frozen=True)
class Poisoned:
    """The address of a server on the poisoned home, and its models."""

    address: str
    models: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Poisoned]:
    folder = tmp_path_factory.mktemp("poisoned")
    models = poison(folder / "home", folder, 2)
    with served(folder / "home") as address:
        yield Poisoned(address, models)


def open_everything(sight: Sight) -> None:
    """Every tab and every fold of a page, so that all of it is drawn."""
    for fold in sight.page.locator("[data-testid='stExpander'] summary:visible").all():
        fold.click()
    for tab in sight.page.get_by_role("tab").all():
        tab.click(timeout=PATIENCE_MS)
    sight.settle()


def faults(sight: Sight, path: str) -> list[str]:
    """What an attack has done to a page."""
    found = sight.page.evaluate(FOUND)
    told = ["a script ran"] if found["run"] else []
    told += [f"asked for {url}" for url in sight.asked if HOST in urlsplit(url).netloc]
    told += [f"outside: {url}" for url in sight.outside()]
    told += [f"complaint: {text}" for text in sight.complaints]
    told += [f"exception: {text}" for text in sight.exceptions()]
    for link in [*found["links"], *found["sources"]]:
        if link.lower().strip().startswith(("javascript:", "data:text", "vbscript:")) or HOST in link:
            told.append(f"link {link}")
    told += ["a form with an address"] if found["forms"] else []
    told += (
        []
        if urlsplit(sight.page.url).path.strip("/") in (path, FIRST[path])
        else [f"the page went to {sight.page.url}"]
    )
    return told


@pytest.mark.chromium
@pytest.mark.parametrize("path", PAGES)
def test_stored_attacks_stay_text(look: Callable[..., Sight], poisoned: Poisoned, path: str) -> None:
    sight = look(f"{poisoned.address}/{path}?model=m0")
    open_everything(sight)
    assert faults(sight, path) == []


@pytest.mark.chromium
def test_attacks_in_the_address_stay_text(look: Callable[..., Sight], poisoned: Poisoned) -> None:
    text = quote(" ".join(SCRIPTS[:45])[:1500])
    sight = look(f"{poisoned.address}/inventory?q={text}&model={text}&segment={text}&version={text}&lang={text}")
    assert faults(sight, "inventory") == []
    sight = look(f"{poisoned.address}/performance?model=m0&segment={text}&metric={text}&window={text}&by={text}")
    assert faults(sight, "performance") == []


@pytest.mark.campaign
@pytest.mark.chromium
@pytest.mark.parametrize("language", ["en", "de"])
def test_campaign(look: Callable[..., Sight], poisoned: Poisoned, language: str) -> None:
    for model in poisoned.models:
        for path in PAGES:
            sight = look(f"{poisoned.address}/{path}?model={model}&lang={language}")
            open_everything(sight)
            assert faults(sight, path) == [], (path, model)
            sight.page.context.close()


def test_the_corpus_is_large_enough() -> None:
    assert len(set(SCRIPTS)) >= 60
