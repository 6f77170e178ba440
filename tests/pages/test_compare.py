"""The tab on which versions are compared: the report in words, experiments and their forms."""

from __future__ import annotations

import pytest

from dashboard.access.principal import Principal
from dashboard.ui.session import reader
from tests.pages.conftest import Open, Sent, texts


def test_a_better_challenger_is_reported_in_words(open_page: Open) -> None:
    shown = texts(open_page("compare", "healthy", model="flight-delay"))
    assert "Version 2 is better than 1 in\\: " in shown
    assert "All else may be chance." in shown
    assert "by more than chance" in shown
    assert "that may be chance" in shown
    assert "In money\\: 0.35 per prediction" in shown
    assert "For no group does it get worse by more than chance." in shown
    assert "They differ on 8.0% of 2,000 cases" in shown
    assert "version 2 is right in 60.0% and 1 in 40.0%" in shown


def test_for_whom_it_gets_worse_is_said(open_page: Open) -> None:
    shown = texts(open_page("compare", "alarming", model="flight-delay"))
    assert "It gets worse for\\: Sex\\: female." in shown


def test_what_is_open_is_called_open(open_page: Open) -> None:
    shown = texts(open_page("compare", "unknown", model="flight-delay"))
    assert "is open\\: the differences may be chance" in shown
    assert "too few cases differ for an interval" in shown


def test_runs_with_hypothesis_results_and_decision(open_page: Open) -> None:
    shown = texts(open_page("compare", "alarming", model="flight-delay"))
    assert "Deeper trees see which routes are late." in shown
    assert "max\\_depth = 8" in shown or "max_depth = 8" in shown
    assert "rejected" in shown


def test_a_data_scientist_records_and_selects(open_page: Open, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    tom = Principal("login:tom.berg", "tom.berg", frozenset({"data_scientist"}))
    monkeypatch.setattr(reader, "reader", lambda: tom)
    app = open_page("compare", "unknown", model="flight-delay")
    key = "flight-delay_1"
    app.text_input(key=f"tried_run_{key}").set_value(" wider ")
    app.text_area(key=f"tried_why_{key}").set_value("More leaves")
    app.text_area(key=f"tried_settings_{key}").set_value("leaves=64\n\nloss=log ").run()
    app.button(key="tried_record").click().run()
    action, values = sent[0]
    assert action == "record_experiment"
    assert (values["experiment"], values["hypothesis"]) == ("wider", "More leaves")
    assert (values["parameters"], values["metrics"]) == (["leaves=64", "loss=log"], [])
    app.text_area(key=f"chosen_reason_{key}_0").set_value("Best").run()
    app.button(key="chosen_record").click().run()
    action, values = sent[1]
    assert (action, values["experiment"], values["rejected"]) == ("select_experiment", "deeper-trees", False)


def test_others_see_no_form_and_no_single_case(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Principal("login:anna.keller", "anna.keller", frozenset({"business_stakeholder"}))
    monkeypatch.setattr(reader, "reader", lambda: anna)
    app = open_page("compare", "healthy", model="flight-delay")
    assert "Where they differ most" not in texts(app)
    assert not [button for button in app.button if button.key == "tried_record"]
