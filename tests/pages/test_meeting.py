"""The tab of a meeting: what became of decisions, what is decided now, and the next model."""

from __future__ import annotations

import pytest

from dashboard.access.principal import Principal
from tests.pages.conftest import Open, Sent, Switches, reads_as, texts

ANNA = Principal("login:anna.keller", "anna.keller", frozenset({"manager"}))


@pytest.fixture
def sent(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What Anna does on the page."""
    reads_as(monkeypatch, ANNA)
    return sent


def test_the_meeting_opens_with_what_became_of_decisions_overdue_ones_first(open_page: Open) -> None:
    shown = texts(open_page("meeting", model="flight-delay"))
    places = [shown.index(text) for text in ("Ask the airlines.", "Train it again.", "Keep \\<b\\>it")]
    assert places == sorted(places)
    assert "Version 2 is live." in shown
    assert "Nothing has been decided yet" in texts(open_page("meeting", "healthy", model="flight-delay"))


def test_it_is_said_what_became_of_an_open_decision(open_page: Open, sent: Sent) -> None:
    app = open_page("meeting", model="flight-delay")
    app.text_area(key="became_d-1").set_value("They send them daily now.")
    next(button for button in app.button if button.label == "Close the decision").click().run()
    values = {"model": "flight-delay", "decision": "d-1", "outcome": "done", "reason": "They send them daily now."}
    assert sent == [("resolve_decision", values)]


def test_a_decision_is_recorded_with_name_and_day(open_page: Open, sent: Sent) -> None:
    app = open_page("meeting", "healthy", model="flight-delay")
    app.text_area(key="meeting_decision_flight-delay_0").set_value("Buy a weather feed.")
    app.text_area(key="meeting_reason_flight-delay_0").set_value("Storms are missed.")
    app.selectbox(key="meeting_owner_flight-delay_0").set_value("anna.keller")
    next(button for button in app.button if button.label == "Record the decision").click().run()
    ((action, values),) = sent
    assert (action, values["decision"], values["owner"]) == ("record_decision", "Buy a weather feed.", "anna.keller")
    assert values["due"] is None


def test_the_next_model_is_one_click_away(open_page: Open, switches: Switches) -> None:
    app = open_page("meeting", model="flight-delay")
    gone = switches()
    app.button(key="next_model").click().run()
    assert gone == [("meeting", "calm")]
