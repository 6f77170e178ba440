"""What a person does on the pages: drag, open, move, download, go on to the next page."""

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.sight import Sight

pytestmark = pytest.mark.chromium

MODEL = "flight-delay"


def wait_for_address(sight: Sight, part: str) -> None:
    sight.page.wait_for_function("part => location.href.includes(part)", arg=part, timeout=180_000)
    sight.settle()


def drag(sight: Sight, first: float, last: float) -> None:
    """Drag across the time line from one share of its width to another."""
    area = sight.page.locator(".st-key-time_line .js-plotly-plot .nsewdrag").first
    area.wait_for(timeout=180_000)
    sight.settle()
    area.scroll_into_view_if_needed()
    box, before = area.bounding_box(), None
    # What is drawn above the chart after it moves it.
    while box != before:
        sight.page.wait_for_timeout(200)
        box, before = area.bounding_box(), box
    assert box
    y = box["y"] + box["height"] / 2
    sight.page.mouse.move(box["x"] + box["width"] * first, y)
    sight.page.mouse.down()
    for step in range(1, 9):
        sight.page.mouse.move(box["x"] + box["width"] * (first + (last - first) * step / 8), y)
    sight.page.mouse.up()


def test_dragging_across_the_time_line_picks_both_windows(look, demo, years):
    sight = look(f"{demo}/drift?model={MODEL}")
    drag(sight, 0.6, 0.8)
    wait_for_address(sight, f"window={2013 + years[MODEL]}-0")
    sight.page.get_by_role("radio", name="the reference window").click()
    wait_for_address(sight, "drag=reference")
    drag(sight, 0.3, 0.45)
    wait_for_address(sight, f"reference={2013 + years[MODEL]}-0")
    assert sight.page.get_by_text("Reference window", exact=True).count() == 1
    assert sight.exceptions() == []


def test_the_inventory_opens_a_model_and_the_menu_keeps_it(look, demo):
    sight = look(f"{demo}/inventory?lang=de&q=crew")
    table = sight.page.locator('[data-testid="stDataFrame"] canvas').first
    table.wait_for(timeout=180_000)
    box = table.bounding_box()
    assert box
    sight.page.mouse.click(box["x"] + 38, box["y"] + 50)
    wait_for_address(sight, f"model={MODEL}")
    assert sight.title() == "Verspätungswarnung"
    assert "q=" not in sight.page.url
    sight.page.get_by_role("link", name="Drift").first.click()
    wait_for_address(sight, "/drift")
    wait_for_address(sight, f"model={MODEL}")
    assert "lang=de" in sight.page.url


def test_a_key_opens_the_search_and_a_found_model_stays_on_the_tab(look, demo):
    sight = look(f"{demo}/drift?model={MODEL}&lang=en")
    sight.page.locator(".st-key-model_tabs").wait_for(timeout=180_000)
    sight.page.keyboard.press("Control+k")
    field = sight.page.get_by_role("dialog").locator("input[type=search]")
    expect(field).to_be_focused(timeout=180_000)
    sight.page.keyboard.type("churn")
    sight.page.get_by_role("dialog").get_by_role("button", name="Customer churn").click(timeout=180_000)
    wait_for_address(sight, "model=retail-churn")
    assert "/drift" in sight.page.url
    assert sight.title() == "Customer churn"


def test_the_tabs_are_links_that_keep_the_model(look, demo):
    sight = look(f"{demo}/model?model=bike-demand&lang=en")
    sight.page.locator(".st-key-model_tabs").get_by_role("link", name="Sign-offs").click()
    wait_for_address(sight, "/model-sign-offs")
    assert "model=bike-demand" in sight.page.url
    assert sight.title() == "Bike demand per hour"
    assert sight.exceptions() == []


def test_the_threshold_moves_the_matrix(look, demo):
    sight = look(f"{demo}/performance?model={MODEL}")
    shown = sight.page.locator(".st-key-card_threshold [data-testid='stMetricValue']").first
    shown.wait_for(timeout=180_000)
    before = shown.inner_text()
    sight.page.get_by_role("slider", name="Threshold").press("ArrowRight")
    wait_for_address(sight, "threshold=0.")
    expect(shown).not_to_have_text(before, timeout=180_000)


def test_a_table_is_downloaded(look, demo, tmp_path):
    sight = look(f"{demo}/performance?model={MODEL}&metric=accuracy")
    card = sight.page.locator(".st-key-card_over_time")
    card.get_by_role("tab", name="Table").click()
    with sight.page.expect_download(timeout=180_000) as download:
        sight.page.locator(".st-key-csv_over_time button").click()
    download.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        *lines, footer = file.readlines()
    rows = list(csv.DictReader(lines))
    assert footer.startswith("# Exported at ")
    assert {row["metric"] for row in rows} == {"accuracy"}
    assert len(rows) == len({row["period"] for row in rows}) > 1


def test_the_document_says_its_language(look, demo):
    sight = look(f"{demo}/inventory?lang=de")
    sight.page.wait_for_function("() => document.documentElement.lang === 'de'", timeout=180_000)


def test_a_past_day_is_told_loudly_and_left_with_one_click(look, demo):
    sight = look(f"{demo}/model?model={MODEL}&as_of=2001-02-03")
    expect(sight.page.get_by_text("You see what was known at the end of 3 Feb 2001")).to_be_visible(timeout=180_000)
    expect(sight.page.get_by_text("No model was registered on 3 Feb 2001")).to_be_visible()
    sight.page.get_by_role("button", name="Back to today").click()
    expect(sight.page.get_by_text("Health by area")).to_be_visible(timeout=180_000)
    assert "as_of" not in sight.page.url
