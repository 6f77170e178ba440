"""Every page in a real browser, on the demo and on an empty home, in both themes, wide and narrow."""

import pytest

from dashboard.ui.session.page_registry import find_pages
from dashboard.words import translate

PAGES = [page for _, page in find_pages()]
NAMES = [page.url_path for page in PAGES]

pytestmark = pytest.mark.chromium


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (820, "dark")])
@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_page_stands_on_the_demo(look, demo, page, width, scheme):
    sight = look(f"{demo}/{page.url_path}?model=flight-delay", width=width, scheme=scheme)
    assert sight.title() == ("Late arrival warning" if page.is_tab() else page.title)
    assert sight.exceptions() == []
    assert not sight.complaints, "\n".join(sight.complaints)
    assert sight.outside() == []
    assert sight.overflow() <= 0


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_page_stands_on_an_empty_home(look, empty, page):
    sight = look(f"{empty}/{page.url_path}")
    assert sight.title() == page.title
    assert sight.exceptions() == []
    assert not sight.complaints, "\n".join(sight.complaints)
    assert sight.outside() == []


def test_a_link_opens_the_page_in_german(look, demo):
    sight = look(f"{demo}/performance?model=bike-demand&lang=de")
    assert sight.title() == "Fahrradnachfrage pro Stunde"
    assert sight.page.title() == translate("Performance", "de")


def test_choosing_german_reaches_the_menu_and_the_address(look, demo):
    sight = look(f"{demo}/overview")
    sight.page.get_by_role("radio", name="Deutsch").click()
    sight.page.get_by_role("link", name=translate("Inventory", "de")).wait_for(timeout=180_000)
    assert "lang=de" in sight.page.url or "language=de" in sight.page.url


def test_an_unknown_address_ends_on_a_page(look, demo):
    sight = look(f"{demo}/overview?model=no-such-model")
    assert sight.exceptions() == []


def test_the_first_page_answers_at_its_own_address(look, demo):
    sight = look(f"{demo}/{PAGES[0].url_path}?lang=de")
    assert sight.title() == translate(PAGES[0].title, "de")
    assert sight.page.get_by_role("dialog").count() == 0
