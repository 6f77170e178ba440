"""Every file in `pages/` is in the menu, at an address of its own."""

from dashboard.ui.session.page_registry import SECTIONS, find_pages
from tests.architecture.tree import ROOT


def test_every_page_file_is_found():
    assert {path.name for path, _ in find_pages()} == {path.name for path in (ROOT / "pages").glob("*.py")}


def test_addresses_and_places_are_not_shared():
    pages = [page for _, page in find_pages()]
    assert len({page.url_path for page in pages}) == len(pages)
    assert len({page.order for page in pages}) == len(pages)


def test_sections_are_those_of_the_menu():
    assert {page.section for _, page in find_pages()} <= set(SECTIONS)
