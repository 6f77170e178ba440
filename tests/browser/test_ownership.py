"""A manager finds every model without a deputy and assigns one, as somebody who has never seen the program would."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from dashboard.words import day
from tests.browser.test_journeys import wait_for_address

pytestmark = pytest.mark.chromium


def test_a_manager_finds_the_model_without_a_deputy_and_assigns_one(look, demo):
    sight = look(f"{demo}/overview?lang=en")
    page = sight.page
    page.get_by_role("link", name="Ownership").first.click()
    wait_for_address(sight, "/ownership")
    page.get_by_role("combobox", name="What is missing").click()
    page.get_by_role("option", name="No deputy (1)").click()
    page.keyboard.press("Escape")
    wait_for_address(sight, "gap=no_deputy")
    expect(page.get_by_text("Bike demand per hour: No deputy")).to_be_visible(timeout=180_000)
    page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for(timeout=180_000)
    dialog.get_by_role("combobox", name="Person").click()
    page.get_by_role("option").first.click()
    dialog.get_by_role("textbox", name="Reason").fill("Knows the vans")
    dialog.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("is now Deputy of the executive of Bike demand per hour")).to_be_visible(timeout=180_000)
    expect(dialog).to_have_count(0)
    sight.settle()
    assert page.get_by_text("Bike demand per hour: No deputy").count() == 0
    assert sight.exceptions() == []
    # It stands on the page of the model, since today in its time zone, and in the audit trail.
    today = datetime.now(ZoneInfo("America/New_York")).date()
    page.goto(f"{demo}/model?model=bike-demand&lang=en")
    sight.settle()
    expect(page.get_by_text(f"since {day(today, 'en')}")).to_be_visible(timeout=180_000)


def test_a_past_day_shows_who_answered_then(look, demo, years):
    on = f"{2017 + years['employment-support']}-06-15"
    sight = look(f"{demo}/ownership?lang=de&on={on}&gap=no_deputy")
    shown = sight.page.get_by_text("Niemand vertritt die verantwortliche Führungskraft.")
    expect(shown.first).to_be_visible(timeout=180_000)
    assert sight.page.get_by_role("button", name="Zuweisen").count() == 0
    assert sight.overflow() <= 0
