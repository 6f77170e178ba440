"""Access and tokens on their pages: what is asked for is confirmed first, a key is shown once, others see less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import Principal, anybody, operator
from dashboard.access.sessions import SignedOutError
from dashboard.actions.tokens import SHOWN
from dashboard.store.engine.clock import now
from dashboard.store.tokens import VALID_DAYS
from dashboard.ui.session import data, reader
from dashboard.words import Sentence
from tests.pages.conftest import Open, confirm, texts

Done = list[tuple[str, Mapping[str, object]]]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Done:
    """What pages did, in place of doing it."""
    found: Done = []

    def act(action: str, values: Mapping[str, object]) -> str:
        found.append((action, values))
        return f"token nightly (read){SHOWN}ml_the-key"

    monkeypatch.setattr(data, "act", act)
    return found


def submit(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.parametrize(
    ("lang", "sees", "by"),
    [
        ("en", ["every model", "only Crew planning, night-shift (1)"], ["Demo builder", "Anna Keller"]),
        ("de", ["jedes Modell", "nur Crewplanung, night-shift (1)"], ["Aufbau der Demo", "Anna Keller"]),
    ],
)
def test_access_is_told_by_names(open_page: Open, lang: str, sees: list[str], by: list[str]) -> None:
    table = open_page("access", "healthy", lang=lang).dataframe[0].value
    assert list(table["sees"]) == sees
    assert list(table["granted_by"]) == by


def test_a_grant_is_confirmed_first(open_page: Open, done: Done) -> None:
    app = open_page("access", "healthy")
    assert "2 people have access, 1 of them as administrators. One person sees only some models" in texts(app)
    roles = next(box for box in app.multiselect if box.label == "Roles")
    assert roles.value == ["manager", "admin"]
    roles.set_value(["manager"])
    submit(app, "Check and confirm")
    assert "Please give a reason" in app.error[0].value
    app.text_area[0].set_value("hands over")
    submit(app, "Check and confirm")
    assert done == []
    assert any("Anna Keller" in told.value and "Manager" in told.value for told in app.markdown)
    confirm(app)
    assert done == [
        (
            "grant_access",
            {"person": "anna.keller", "roles": ["manager"], "processes": [], "teams": [], "reason": "hands over"},
        )
    ]
    assert [toast.value.replace("\\", "") for toast in app.toast] == ["Done: Change access"]
    assert "confirm_asked" not in {button.key for button in app.button}


def test_what_is_cancelled_is_not_done_and_the_form_keeps_what_it_holds(open_page: Open, done: Done) -> None:
    app = open_page("access", "healthy")
    app.text_area[0].set_value("hands over")
    submit(app, "Check and confirm")
    app.button(key="cancel_asked").click().run()
    assert done == []
    assert app.text_area[0].value == "hands over"
    assert "confirm_asked" not in {button.key for button in app.button}


def test_a_dialog_does_not_follow_to_another_page(open_page: Open, done: Done) -> None:
    app = open_page("access", "healthy")
    app.text_area[0].set_value("hands over")
    submit(app, "Check and confirm")
    app.switch_page("../pages/inventory.py").run()
    app.switch_page("../pages/access.py").run()
    assert "confirm_asked" not in {button.key for button in app.button}


def test_one_login_of_a_person_is_ended_or_all(open_page: Open, done: Done) -> None:
    app = open_page("access", "healthy")
    logins = app.selectbox(key="end_login_of_anna.keller")
    assert logins.options == [
        "all of them (2)",
        "Firefox, Linux, since 1 Jan 2014, 07:00",
        "a browser, since 1 Jan 2014, 07:00",
    ]
    logins.set_value("a" * 64)
    app.text_input(key="end_reason").set_value("lost device")
    next(
        button for button in app.button if button.label == "Check and confirm" and "end_logins" in button.key
    ).click().run()
    assert "This login of Anna Keller ends now: Firefox, Linux" in texts(app)
    confirm(app)
    assert done == [("end_sessions", {"person": "anna.keller", "reason": "lost device", "login": "a" * 64})]


def test_a_key_is_shown_once(open_page: Open, done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    as_reader(monkeypatch, Principal("login:anna.keller", "anna.keller", frozenset({"domain_expert"})))
    app = open_page("tokens", "healthy")
    submit(app, "Create token")
    assert "needs a name" in app.error[0].value
    app.text_input(key="token_name").set_value("nightly")
    app.multiselect(key="token_scopes").set_value(["read"])
    until = now().date() + timedelta(days=VALID_DAYS)
    assert app.date_input(key="token_until").value == until
    submit(app, "Create token")
    assert done == [("create_token", {"name": "nightly", "scopes": ["read"], "person": "anna.keller", "until": until})]
    assert [code.value for code in app.code] == ["ml_the-key"]
    app.run()
    assert list(app.code) == []
    assert "ml_the-key" not in repr(app.session_state)


def test_tokens_that_end_soon_or_never_are_named(open_page: Open) -> None:
    app = open_page("tokens", "healthy")
    assert "nightly; make a new one in time" in texts(app)
    assert "first; replace them" in texts(app)
    assert list(app.dataframe[0].value["state"]) == ["ends soon", "without an end"]


def test_without_a_person_no_token_is_made_on_a_page(open_page: Open) -> None:
    app = open_page("tokens", "healthy")
    assert "on the command line of this machine" in texts(app)
    assert "Create token" not in [button.label for button in app.button]


def test_taking_a_token_back_is_confirmed_first(open_page: Open, done: Done) -> None:
    app = open_page("tokens", "healthy")
    submit(app, "Revoke")
    assert done == []
    assert any("nightly" in told.value and "refused from now on" in told.value for told in app.markdown)
    confirm(app)
    assert done == [("revoke_token", {"name": "nightly"})]


def as_reader(monkeypatch: pytest.MonkeyPatch, principal: Principal) -> None:
    monkeypatch.setattr(reader, "reader", lambda: principal)


def test_others_do_not_open_the_pages_of_administrators(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = replace(operator("login:anna.keller"), roles=frozenset({"manager"}), person="anna.keller")
    as_reader(monkeypatch, manager)
    app = open_page("access", "healthy")
    assert len(app.dataframe) == 2
    assert "confirm" not in " ".join(button.label for button in app.button)


def test_who_may_nothing_sees_nothing_and_whom_to_ask(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    as_reader(monkeypatch, Principal("switcher:lea", "lea", models=frozenset()))
    monkeypatch.setattr(reader, "administrators", lambda: ["Anna Keller"])
    monkeypatch.setattr(reader, "name_of", lambda person: "Lea")
    app = open_page("inventory", "healthy", **{"as": "lea"})
    assert app.title[0].value == "Nothing is open to you yet"
    assert "Anna Keller" in texts(app)
    assert list(app.dataframe) == []


def test_who_is_signed_out_sees_the_way_in(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Principal:
        raise SignedOutError(Sentence("Your login has expired. Please sign in again."))

    monkeypatch.setattr(reader, "reader", nobody)
    app = open_page("inventory", "healthy", lang="de")
    assert app.title[0].value == "Anmelden"
    assert "abgelaufen" in texts(app)
    assert list(app.dataframe) == []


def test_without_login_others_only_read(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    as_reader(monkeypatch, anybody())
    open_page("inventory", "healthy")
    monkeypatch.setattr(reader.Exposure, "reading_only", True)
    app = open_page("inventory", "healthy")
    assert "reads everything here" in app.error[0].value
    assert [box.label for box in app.selectbox if box.label == "Look around as"] == []
    assert len(app.dataframe) > 0


def test_whom_a_reader_plays_stands_in_the_address(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("overview", "healthy")
    box = next(box for box in app.selectbox if box.label == "Look around as")
    assert box.options == ["whoever runs it", "Anna Keller"]
    as_reader(monkeypatch, replace(operator("switcher:anna.keller"), person="anna.keller"))
    box.select("anna.keller").run()
    assert app.query_params["as"] == "anna.keller"
    app = app.switch_page("../pages/inventory.py").run()
    assert app.query_params["as"] == "anna.keller"
