"""The part of Business value about models that could go, and what alerts were worth on the page of alerts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.access.principal import operator
from dashboard.ui.session import reader as who
from tests.pages.conftest import Open, Sent, texts

ANNA = replace(operator("login:anna.keller"), person="anna.keller")


def test_proposals_say_what_they_save_and_are_kept_until_a_day(
    open_page: Open, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(who, "reader", lambda: ANNA)
    app = open_page("values", "alarming")
    shown = texts(app).replace("\\", "")
    assert "Unused: 0. Cost more than they bring: 1. Do the same as another: 1." in shown
    assert "Kept by decision: 1." in shown
    assert "saves 900 EUR per month · decides: Anna Keller" in shown
    assert "what it would save is not known: the card states no cost" in shown
    assert "Calm model and Late departure warning" in shown
    assert "Late departure warning and Calm model" not in shown
    app.text_area(key="kept_calm_twin_flight-delay").set_value("A trial runs.")
    label = "Record the decision"
    next(button for button in app.button if button.label == label and "calm" in str(button.key)).click().run()
    ((action, values),) = [one for one in sent if one[0] == "record_decision"]
    assert (action, values["model"], values["about"]) == ("record_decision", "calm", "twin:flight-delay")
    assert (values["reason"], values["decision"]) == ("A trial runs.", "Keep the model.")
    assert values["until"] is not None


def test_who_may_not_decide_is_offered_nothing(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "reader", lambda: replace(ANNA, scopes=frozenset()))
    app = open_page("values", "alarming")
    assert [area for area in app.text_area if str(area.key).startswith("kept_")] == []
    assert "Costs more than it brings" in texts(app)


def test_without_a_proposal_it_is_said(open_page: Open) -> None:
    assert "Nothing that is known speaks for retiring or merging a model." in texts(open_page("values", "healthy"))


def test_an_alert_says_what_it_was_worth_and_all_are_counted(open_page: Open) -> None:
    shown = texts(open_page("alerts", "alarming")).replace("\\", "")
    assert "It was right: Known outcomes show <b>harm</b>." in shown
    assert "It was wrong: Known outcomes show no harm." in shown
    assert (
        "Of 8 alerts of this model in this area 1 were right, 5 wrong, 1 too late; of 1 it is not known yet." in shown
    )
    assert "Of 8 alerts of which it is known, 2 were right (95% interval 7% to 59%), 5 wrong and 1 too late" in shown
    assert "warned in 1 of 2 times" in shown
    assert "with a limit of 0.410 instead of 0.250 for Population stability index (PSI), 5 of 5 wrong alerts" in shown
    calm = texts(open_page("alerts", "healthy"))
    assert "How good the alerts were" not in calm


def test_the_tab_performance_says_how_often_the_estimate_held(open_page: Open) -> None:
    assert "of the estimate in" in texts(open_page("performance", model="flight-delay")) or "a share needs" in texts(
        open_page("performance", model="flight-delay")
    )
