"""Every file in `pages/` is in the menu or a tab of a model, at an address of its own."""

from dashboard.ui.session.page_registry import OF_ONE_MODEL, SECTIONS, SUMMARY, find_pages, tab_of, tabs
from tests.architecture.tree import ROOT


def test_every_page_file_is_found():
    assert {path.name for path, _ in find_pages()} == {path.name for path in (ROOT / "pages").glob("*.py")}


def test_addresses_and_places_are_not_shared():
    pages = [page for _, page in find_pages()]
    assert len({page.url_path for page in pages}) == len(pages)
    assert len({page.order for page in pages}) == len(pages)


def test_sections_are_those_of_the_menu_or_of_a_model():
    assert {page.section for _, page in find_pages()} == {*SECTIONS, OF_ONE_MODEL}


def test_tabs_stand_in_their_order_and_the_summary_is_first():
    assert [tab.url_path for tab in tabs()][0] == SUMMARY
    assert [tab.order for tab in tabs()] == sorted(tab.order for tab in tabs())


def test_an_area_without_a_tab_of_its_own_is_looked_at_on_the_summary():
    assert tab_of("drift") == "drift"
    assert {tab_of("parity"), tab_of("")} == {SUMMARY}
