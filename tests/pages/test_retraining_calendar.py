"""The retraining calendar: the answer with its clashes, charts, forms, and what is said where nothing is planned."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.access.principal import Principal
from dashboard.ui.session import reader
from tests.pages.conftest import Open, Sent, reads_as, texts

MODEL = "flight-delay"
KEY = f"{MODEL}_6"


@pytest.fixture
def sent(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What forms send, by a data scientist."""
    reads_as(monkeypatch, Principal("login:ben.orsini", "ben.orsini", frozenset({"data_scientist"})))
    return sent


def test_clashes_overdue_and_lost_trainings_are_said_in_sentences(open_page: Open) -> None:
    said = texts(open_page("retraining_calendar", "alarming"))
    assert "2 trainings lie ahead until 9 Jun 2031" in said
    assert "One training is overdue" in said
    assert "Of one started training nobody knows whether it began" in said
    assert "In the week of 9 Dec 2030, 3 trainings need gpu-1 on the same day, more than 24 hours together" in said
    assert "In the week of 9 Dec 2030, Anna Keller would need 90 hours for 3 trainings" in said
    assert "<b>Late" not in said


def test_a_calm_calendar_says_so_and_an_empty_one_says_what_to_do(open_page: Open) -> None:
    calm = texts(open_page("retraining_calendar", "healthy"))
    assert "One training lies ahead, on 9 Dec 2030" in calm
    assert "No week needs more of a machine or a person than there is" in calm
    assert "No training was started here yet" in calm
    nothing = texts(open_page("retraining_calendar", "unknown"))
    assert "No training is planned, and no policy asks for one" in nothing
    assert "by which policy it is trained again" in nothing
    german = texts(open_page("retraining_calendar", "alarming", lang="de"))
    assert "zusammen mehr als 24 Stunden" in german


def test_a_training_is_planned_beside_the_recommendation(open_page: Open, sent: Sent) -> None:
    app = open_page("retraining", "alarming", model=MODEL)
    app.date_input(key=f"plan_day_{KEY}").set_value(date(2031, 1, 6))
    app.text_area(key=f"plan_reason_{KEY}").set_value("It declines.")
    next(one for one in app.button if one.label == "Plan it").click().run()
    assert sent == [("plan_retraining", {"model": MODEL, "reason": "It declines.", "day": "2031-01-06"})]


def test_a_training_is_planned_in_place_of_another(open_page: Open, sent: Sent) -> None:
    app = open_page("retraining_calendar", "alarming", model=MODEL)
    app.date_input(key=f"plan_day_{KEY}").set_value(date(2031, 1, 6))
    app.selectbox(key=f"plan_moved_{KEY}").set_value(date(2030, 12, 9))
    app.text_area(key=f"plan_reason_{KEY}").set_value("The machine is busy.")
    next(one for one in app.button if one.label == "Plan it").click().run()
    values = {"model": MODEL, "reason": "The machine is busy.", "day": "2031-01-06", "instead_of": "2030-12-09"}
    assert sent == [("plan_retraining", values)]


def test_a_plan_is_cancelled_and_a_training_under_way_is_ended(open_page: Open, sent: Sent) -> None:
    app = open_page("retraining_calendar", "alarming", model=MODEL)
    app.text_area(key=f"cancel_reason_{KEY}").set_value("No data.")
    next(one for one in app.button if one.label == "Cancel the plan").click().run()
    app.text_area(key=f"end_reason_{KEY}").set_value("It is there.")
    app.text_input(key=f"end_version_{KEY}").set_value("2")
    next(one for one in app.button if one.label == "Record the end").click().run()
    assert sent == [
        ("cancel_retraining", {"model": MODEL, "day": "2030-12-09", "reason": "No data."}),
        ("end_retraining", {"model": MODEL, "outcome": "done", "reason": "It is there.", "version": "2"}),
    ]
    assert not [one for one in app.button if one.label == "Start now"]


def test_a_training_is_started_for_its_plan(open_page: Open, sent: Sent) -> None:
    app = open_page("retraining_calendar", "healthy", model=MODEL)
    key = f"{MODEL}_3"
    app.selectbox(key=f"start_plan_{key}").set_value(date(2030, 12, 9))
    app.text_area(key=f"start_reason_{key}").set_value("As planned.")
    next(one for one in app.button if one.label == "Start now").click().run()
    assert sent == [("start_retraining", {"model": MODEL, "reason": "As planned.", "planned_for": "2030-12-09"})]


def test_who_may_not_act_reads_and_sees_no_form(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "may", lambda action, model=None: False)
    app = open_page("retraining_calendar", "alarming", model=MODEL)
    assert not [one for one in app.button if one.label in ("Plan it", "Start now", "Cancel the plan")]
    assert "Your role may read this, not change it" in texts(app)
