"""What was done about differences between groups, on the tab Fairness."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Open, Sent, reads_as
from tests.pages.test_page_actions import ANNA, plain, press


@pytest.fixture
def sent(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What the forms of a page send, in Anna's name."""
    reads_as(monkeypatch, ANNA)
    return sent


def test_a_mitigation_stands_with_its_group_and_its_effect_and_other_topics_do_not(open_page: Open):
    shown = plain(open_page("fairness", "alarming", model="flight-delay"))
    assert "Women are helped as often" in shown
    assert "Sex: female" in shown
    assert "Smaller: the gap is -0.1, -0.3 before." in shown
    assert "Topic new" not in shown


def test_without_one_the_tab_says_what_would_stand_there(open_page: Open):
    shown = plain(open_page("fairness", "healthy", model="flight-delay"))
    assert "Nothing is recorded yet" in shown


def test_a_mitigation_is_recorded_for_a_group(open_page: Open, sent: Sent):
    app = open_page("fairness", "healthy", model="flight-delay")
    app.text_input(key="mitigation_title").set_value("Weights by sex")
    press(app, "Record a mitigation")
    ((action, values),) = sent
    assert action == "open_topic"
    assert values == {"model": "flight-delay", "title": "Weights by sex", "segment": "sex=female"}


def test_who_has_no_right_is_not_asked(open_page: Open):
    app = open_page("fairness", "healthy", model="flight-delay")
    assert not any(button.label == "Record a mitigation" for button in app.button)
