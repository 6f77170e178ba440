"""Judging cases and what became of it on pages: states, what buttons send, and what is hidden until it is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.panels.review import case
from tests.gallery.feedback import PREDICTIONS
from tests.pages.conftest import Open, Sent, reads_as
from tests.pages.test_page_actions import ANNA, plain, press


@pytest.fixture
def sent(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What the forms of a page send, in Anna's name."""
    reads_as(monkeypatch, ANNA)
    return sent


def opened(open_page: Open, state: str = "alarming", **address: str) -> AppTest:
    return open_page("review", state, model="flight-delay", **address)


def test_without_a_person_nothing_can_be_judged(open_page: Open):
    shown = plain(opened(open_page))
    assert "You cannot judge cases here" in shown
    assert "The model says" not in shown
    assert "What the judgements prove" in shown


def test_who_has_no_right_sees_what_judgements_prove_and_no_case(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    reads_as(monkeypatch, replace(ANNA, roles=frozenset({"admin"})))
    assert "You cannot judge cases here" in plain(opened(open_page))


def test_with_nothing_handed_out_the_page_says_what_to_do(open_page: Open, sent: Sent):
    app = opened(open_page, "unknown")
    assert "No case is waiting for you" in plain(app)
    press(app, "Get cases")
    assert sent == [("start_review", {"model": "flight-delay"})]


def test_the_first_open_case_is_shown_with_progress_labels_and_units(open_page: Open, sent: Sent):
    app = opened(open_page)
    shown = plain(app)
    assert "2 of 3 cases are judged" in str(app.get("progress")[0].proto)
    assert f"Case 3 of 3 · {PREDICTIONS[2]} · experts disagree" in shown
    assert "The model says: yes (81.0%; from 35.0% on it says yes)" in shown
    assert "Departure *hour*" in shown
    assert "**18 h**" in shown
    assert "**–**" in shown


@pytest.mark.parametrize(("label", "verdict"), [("Right (R)", "right"), ("Wrong", "wrong"), ("Unsure", "unsure")])
def test_a_verdict_is_sent_at_once(open_page: Open, sent: Sent, label: str, verdict: str):
    app = opened(open_page)
    app.text_area(key=f"{case.REMARK}_{PREDICTIONS[2]}").set_value("The gate was open")
    press(app, label)
    ((action, values),) = sent
    assert action == "give_feedback"
    assert values["seconds"] >= 0
    said = {name: values[name] for name in ("model", "prediction", "verdict", "comment")}
    assert said == {
        "model": "flight-delay", "prediction": PREDICTIONS[2], "verdict": verdict, "comment": "The gate was open"
    }  # fmt: skip


def test_keys_stand_on_the_buttons(open_page: Open, sent: Sent):
    app = opened(open_page)
    keys = {button.label: button.proto.shortcut for button in app.button if button.proto.shortcut}
    wanted = {"Wrong": "w", "Unsure": "u", "Previous": "k", "Next": "j", "Next open case": "enter"}
    assert wanted.items() <= keys.items()


def test_a_judged_case_says_so_and_can_be_undone(open_page: Open, sent: Sent):
    app = opened(open_page, case=PREDICTIONS[1])
    assert "You said: Wrong" in plain(app)
    press(app, "Undo")
    assert sent == [("withdraw_feedback", {"model": "flight-delay", "feedback": "f1"})]


def test_moving_shows_the_case_beside(open_page: Open, sent: Sent):
    app = press(opened(open_page), "Previous")
    assert f"Case 2 of 3 · {PREDICTIONS[1]}" in plain(app)
    assert f"Case 3 of 3 · {PREDICTIONS[2]}" in plain(press(app, "Next open case"))


def test_agreement_is_told_with_experts_outcome_and_where_it_is_worst(open_page: Open, sent: Sent):
    shown = plain(opened(open_page))
    assert "Experts agree with each other with a kappa of 0.2" in shown
    assert "Of 50 random cases the outcome is known: the model was right in 30, the experts in 44." in shown
    assert "Departure airport EWR: experts disagree with the model in 80.0% of 20 random cases" in shown
    assert "too few cases were judged by several" in plain(opened(open_page, "unknown"))


def test_what_became_of_it_tells_topic_answer_and_effect_and_is_read(open_page: Open, sent: Sent):
    app = open_page("feedback", "alarming")
    shown = plain(app)
    assert "You said 3 things: 1 are answered, 2 wait." in shown
    assert ":green-badge[Answered] ***Storms***" in shown
    assert "Answered by version 2" in shown
    assert "**Better: Accuracy 0.4 before, 0.9 after.**" in shown
    press(app, "I have read it")
    assert sent == [("acknowledge_answer", {"model": "flight-delay", "topic": "t1"})]


def test_who_said_nothing_is_told_how_to_begin(open_page: Open, sent: Sent):
    shown = plain(open_page("feedback", "healthy"))
    assert "You have said nothing yet" in shown
    assert "No topic here" in shown


def test_topics_are_filtered_by_state_and_answered(open_page: Open, sent: Sent):
    app = open_page("feedback", "alarming", topic_state="new")
    assert "Topic new" in plain(app)
    assert "Topic rejected" not in plain(app)
    app.selectbox(key="state_tnew").set_value("rejected")
    app.text_area(key="because_tnew").set_value("Out of scope")
    press(app, "Send")
    assert sent[0] == (
        "answer_topic",
        {"model": "flight-delay", "topic": "tnew", "state": "rejected", "version": None, "reason": "Out of scope"},
    )


def test_who_may_not_answer_a_topic_sees_no_form(open_page: Open, sent: Sent, monkeypatch: pytest.MonkeyPatch):
    reads_as(monkeypatch, replace(ANNA, person="clara"))
    app = open_page("feedback", "alarming")
    assert "Topic new" in plain(app)
    assert [one.key for one in app.selectbox if str(one.key).startswith("state_")] == []


def test_a_suggestion_becomes_a_topic_and_a_remark_is_left(open_page: Open, sent: Sent):
    app = open_page("feedback", "alarming", feedback_model="flight-delay")
    press(app, "Open a topic")
    assert sent[0] == (
        "open_topic",
        {"model": "flight-delay", "title": "Weather", "cause": "Weather", "feedbacks": ("f1", "f2")},
    )
    app = open_page("feedback", "alarming", feedback_model="flight-delay")
    app.text_area(key="remark_text").set_value("Hail is missing")
    app.selectbox(key="remark_feature").set_value("carrier")
    next(one for one in reversed(app.button) if one.label == "Send").click().run()
    assert sent[1] == ("add_remark", {"model": "flight-delay", "text": "Hail is missing", "feature": "carrier"})


def test_the_explanation_is_hidden_until_judged(open_page: Open, sent: Sent):
    """Until then no chart and no sentence of it; afterwards both."""
    app = opened(open_page)
    assert "The reasons of the model are shown once you have judged." in plain(app)
    assert "The main reasons are" not in plain(app)
    judged = plain(opened(open_page, case=PREDICTIONS[1]))
    assert "The main reasons are Departure hour (18 h) and origin (EWR)." in judged
    assert "once you have judged" not in judged
