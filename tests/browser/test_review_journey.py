"""An expert comes from the desk, judges ten cases with keys, is answered, and reads what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.governance.feedback.topics import topic_key
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.store.engine.database import Store, open_store
from tests.acceptance.portfolio import BINARY_CARD, claims, write_rows
from tests.browser.conftest import served_to
from tests.browser.sight import Sight

pytestmark = pytest.mark.chromium

CASES = 10
PEOPLE = "people: [{id: eva, name: Eva Stern}, {id: dora, name: Dora Lang}]\n"
CARD = BINARY_CARD + (
    "status: production\nroles: {domain_expert: [eva], data_scientist: [dora]}\n"
    "feedback: {reasons: [{en: Storm, de: Sturm}, {en: Wrong data, de: Falsche Daten}], minimum_cases: 20}\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A model whose card asks for feedback, and its predictions."""
    store = open_store(tmp_path / "home")
    for name, text in (("card", CARD), ("people", PEOPLE)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        run_action(store, "register", Files(files=(tmp_path / f"{name}.yaml",)), operator("t"))
    rows = write_rows(claims(number=600).frame, tmp_path / "rows.parquet")
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("t"))
    run_action(store, "monitor", Models(models=("claims",)), operator("t"))
    store.close()
    return tmp_path / "home"


def answer(store: Store) -> None:
    """Eva's wrong cases become a topic, which the data scientist accepts."""
    wrong = [one.feedback_id for one in list_verdicts(store, "claims") if one.verdict == "wrong" and one.counts]
    eva, dora = (
        Principal(f"page:{one}", one, frozenset({role}))
        for one, role in (("eva", "domain_expert"), ("dora", "data_scientist"))
    )
    opened = {"model": "claims", "title": "Storms are missing", "feedbacks": tuple(wrong)}
    run_action(store, "open_topic", read_payload("open_topic", opened), eva)
    said = {"model": "claims", "topic": topic_key("claims", "Storms are missing"), "state": "accepted"}
    run_action(store, "answer_topic", read_payload("answer_topic", {**said, "reason": "Weather is added."}), dora)


def settled_at(page: Page, text: str) -> None:
    expect(page.get_by_text(text, exact=False).first).to_be_visible(timeout=180_000)


def test_from_the_desk_through_ten_cases_to_what_became_of_it(look, home):
    with served_to("eva", home) as address:
        judges_ten_cases(look(f"{address}/desk"))

    store = open_store(home)
    given = [one for one in list_verdicts(store, "claims") if one.counts]
    assert len(given) == CASES
    assert {one.person for one in given} == {"eva"}
    assert {one.sample for one in given} == {"random", "queue"}
    answer(store)
    store.close()

    with served_to("eva", home) as address:
        reads_what_became_of_it(look(f"{address}/desk?lang=de"))


def judges_ten_cases(sight: Sight) -> None:
    """From the desk, with keys alone; the last judgement is undone and given again."""
    page = sight.page
    task = page.locator("[class*=st-key-task_]").filter(has_text="Judge ten predictions of this model")
    task.get_by_role("button", name="Open").click(timeout=180_000)
    page.wait_for_url("**/review?**", timeout=180_000)
    settled_at(page, "No case is waiting for you")
    page.locator(".st-key-review_start button").click()
    settled_at(page, f"0 of {CASES} cases are judged")
    sight.settle()
    keys = ["r", "w", "u", "w", "r", "w", "w", "r", "w", "w"]
    for number, key in enumerate(keys, 1):
        page.keyboard.press(key)
        if number < CASES:
            settled_at(page, f"{number} of {CASES} cases are judged")
            settled_at(page, f"Case {number + 1} of {CASES}")
            sight.settle()
    settled_at(page, "All cases are judged. Thank you.")
    settled_at(page, "3 right, 6 wrong, 1 unsure.")
    sight.settle()
    assert sight.exceptions() == []
    page.keyboard.press("k")
    settled_at(page, "You said: Wrong")
    sight.settle()
    page.keyboard.press("z")
    settled_at(page, f"{CASES - 1} of {CASES} cases are judged")
    expect(page.locator(".st-key-review_wrong button")).to_be_enabled(timeout=180_000)
    sight.settle()
    page.keyboard.press("w")
    settled_at(page, "All cases are judged. Thank you.")


def reads_what_became_of_it(sight: Sight) -> None:
    """From the desk in German to the answer, which then is read."""
    page = sight.page
    task = page.locator("[class*=st-key-task_]").filter(has_text="Lesen, was aus Ihrer Rückmeldung wurde")
    expect(task).to_contain_text("«Storms are missing» ist angenommen.", timeout=180_000)
    task.get_by_role("button").click()
    page.wait_for_url("**/feedback?**", timeout=180_000)
    settled_at(page, "Weather is added.")
    page.get_by_role("button", name="Gelesen").click()
    expect(page.get_by_role("button", name="Gelesen")).to_have_count(0, timeout=180_000)
    assert sight.exceptions() == []
    assert sight.overflow() == 0
