"""From a failed check to the predictions made since, in whose process, who answers: with the keyboard alone."""

from __future__ import annotations

import csv
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.chromium

PATIENCE_MS = 300_000
TABLE = "dataset:postgres://warehouse.example.org:5432/features.card_default"

# The boxes stand in a shadow root, which has a focus of its own.
FOCUSED = """() => {
  let here = document.activeElement;
  while (here?.shadowRoot) here = here.shadowRoot.activeElement;
  return here.dataset.id;
}"""


def test_a_failed_check_is_followed_to_predictions_and_people(look, demo):
    sight = look(f"{demo}/model-lineage?model=card-default")
    page = sight.page
    expect(page.locator(".st-key-answer")).to_contain_text("PAY_0", timeout=PATIENCE_MS)
    expect(page.locator(".st-key-answer")).to_contain_text("predictions have been touched since", timeout=PATIENCE_MS)
    box = page.get_by_role("button", name=re.compile(r"Table: features\.card_default"))
    expect(box).to_have_attribute("aria-pressed", "false", timeout=PATIENCE_MS)
    box.focus()
    page.keyboard.press("ArrowLeft")
    focused = page.evaluate(FOCUSED)
    assert focused == "dataset:s3://lake/raw/card_clients"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    card = page.locator(".st-key-node_card")
    expect(card).to_contain_text("predictions were made from this since", timeout=PATIENCE_MS)
    expect(card).to_contain_text("in the process Consumer credit", timeout=PATIENCE_MS)
    expect(card).to_contain_text("accountable: Anna Keller", timeout=PATIENCE_MS)
    # The address can be shared.
    assert parse_qs(urlsplit(page.url).query)["card"] == [TABLE]
    with page.expect_download(timeout=PATIENCE_MS) as caught:
        card.get_by_role("button", name="Download the ids as CSV").click()
    with open(caught.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    count = re.search(r"([\d,]+) predictions were made from this", card.inner_text())
    assert count is not None
    assert len(rows) == int(count[1].replace(",", ""))
    assert {row["model"] for row in rows} == {"card-default"}
    assert sight.exceptions() == []
    assert sight.outside() == []
    assert not sight.complaints, "\n".join(sight.complaints)
