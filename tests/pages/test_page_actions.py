"""Alerts, decisions and discussion on pages: what is told first, who is offered what, and what a form sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import operator
from dashboard.errors import ForbiddenError, refused
from dashboard.ui.session import data
from dashboard.words import Sentence
from tests.pages.conftest import Open, confirm, reads_as, recorder, texts

ANNA = replace(operator("login:anna.keller"), person="anna.keller")


def plain(app: AppTest) -> str:
    return texts(app).replace("\\", "")


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_the_most_serious_alert_is_told_first_with_whom_it_concerns(open_page: Open) -> None:
    shown = plain(open_page("alerts", "alarming"))
    assert "2 alerts are open. Most serious: Late departure warning, Performance (severity high), open for" in shown
    assert "Nobody is taking care of one of them yet." in shown
    assert "concerns Anna Keller" in shown
    assert "closed by Model Ledger itself: The status is no longer an alert" in shown
    assert "Alert acknowledged" in shown


@pytest.mark.parametrize(
    ("word", "value", "rows"),
    [
        ("alert_model", "calm", 1),
        ("alert_severity", "high|medium", 2),
        ("alert_area", "drift", 2),
        ("alert_state", "closed", 1),
    ],
)
def test_filters_of_the_address_choose_the_alerts(open_page: Open, word: str, value: str, rows: int) -> None:
    assert len(open_page("alerts", "alarming", **{word: value}).dataframe[0].value) == rows


@pytest.mark.parametrize(
    ("state", "badge", "sentence"),
    [("healthy", ":green-badge[", "No alert is open."), ("unknown", ":gray-badge[", "No model is measured yet, so")],
)
def test_no_alert_is_good_news_only_where_something_is_measured(
    open_page: Open, state: str, badge: str, sentence: str
) -> None:
    app = open_page("alerts", state)
    assert badge in app.container(key="answer").markdown[0].value
    assert sentence in texts(app)
    assert "There has been no alert" in texts(app)


def test_who_may_not_act_sees_no_form_and_why(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    reads_as(monkeypatch, replace(ANNA, scopes=frozenset()))
    for page in ("alerts", "history"):
        app = open_page(page, "alarming", model="flight-delay")
        assert list(app.get("form")) == []
        assert "Your role may read this, not change it." in texts(app)


def test_an_alert_is_acknowledged_and_closed_by_forms(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    reads_as(monkeypatch, ANNA)
    monkeypatch.setattr(data, "act", recorder(sent))
    app = open_page("alerts", "alarming")
    app.text_area(key="note_al-2").set_value("I look.")
    press(app, "I have seen it and will take care of it")
    app.selectbox(key="cause_al-2").set_value("repaired")
    app.text_area(key="reason_al-2").set_value("The feed is back.")
    confirm(press(app, "Close the alert"))
    assert sent == [
        ("acknowledge_alert", {"model": "calm", "area": "drift", "alert": "al-2", "note": "I look."}),
        (
            "close_alert",
            {
                "model": "calm",
                "area": "drift",
                "alert": "al-2",
                "cause": "repaired",
                "reason": "The feed is back.",
            },
        ),
    ]
    assert [toast.value for toast in app.toast] == ["The alert is closed."]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (refused(Sentence("This cannot be left empty.")), "Das darf nicht leer bleiben."),
        (ForbiddenError(Sentence("No such alert is open.")), "Kein solcher Alarm ist offen."),
    ],
)
def test_what_is_refused_is_told_in_the_readers_language(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str
) -> None:
    def refuse(*_: object) -> None:
        raise fault

    reads_as(monkeypatch, ANNA)
    monkeypatch.setattr(data, "act", refuse)
    app = confirm(press(open_page("alerts", "alarming", lang="de"), "Alarm schliessen"))
    assert [error.value for error in app.error] == [told]


def test_the_discussion_tells_decisions_with_what_was_known(open_page: Open) -> None:
    app = open_page("history", "alarming", model="flight-delay")
    shown = plain(app)
    assert "**Decision** · Anna Keller · 1 Nov 2013, 08:30" in shown
    assert "Because: People check." in shown
    assert "Ranking quality (ROC AUC) in 2013-12: 0.620 (target 0.700, limit 0.650)" in shown
    assert "Corrected by the comment of 1 Nov 2013, 09:00." in shown
    assert "**Comment** · ben · 1 Nov 2013, 09:00 · Drift" in shown
    assert r"The storm, \*not\* the model." in texts(app)
    assert "**Alert closed**" not in shown


def test_forms_of_the_history_send_what_was_entered(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    reads_as(monkeypatch, replace(ANNA, person="ben"))
    monkeypatch.setattr(data, "act", recorder(sent))
    app = open_page("history", "alarming", model="flight-delay")
    key = "flight-delay_4"
    app.text_area(key=f"text_{key}").set_value("The storm.")
    app.selectbox(key=f"about_{key}").set_value("drift")
    app.selectbox(key=f"corrects_{key}").set_value("st-2")
    press(app, "Send")
    app.text_area(key=f"accepted_{key}").set_value("Known.")
    press(app, "Accept")
    assert sent[0] == (
        "comment", {"model": "flight-delay", "text": "The storm.", "about": "drift", "corrects": "st-2"}
    )  # fmt: skip
    action, values = sent[1]
    assert (action, values["area"], values["reason"]) == ("accept_status", "performance", "Known.")


def test_what_is_known_until_a_day_says_so_and_comes_last(open_page: Open) -> None:
    known = "Known until 31 Dec 2099, by Anna Keller, because: The new carrier is known."
    model = open_page("model", "alarming", model="flight-delay")
    assert known in plain(model)
    lines = plain(open_page("overview", "alarming"))
    assert known in lines
    assert lines.index("Performance: ROC AUC 0.62") < lines.index("Drift: Departure hour has moved.")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("alarming", "Statuses that changed in the last seven days: 1."), ("healthy", "No status has changed yet")],
)
def test_the_overview_says_what_changed_lately_or_that_nothing_did(open_page: Open, state: str, sentence: str) -> None:
    assert sentence in texts(open_page("overview", state))


def test_older_changes_are_shown_with_their_dates(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import gallery

    everything = gallery.ROWS["changes"]
    monkeypatch.setitem(gallery.ROWS, "changes", lambda state, query: everything(state, query) if query.start else [])
    app = open_page("overview", "alarming")
    assert "No status has changed in the last seven days. These are the newest changes before." in texts(app)
    assert any("changed_at" in frame.value for frame in app.dataframe)
