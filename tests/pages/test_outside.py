"""What happened outside: the calendar below what came first, and the form."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.access.principal import Principal
from dashboard.ui.session import reader
from tests.pages.conftest import Open, Sent, texts


def test_the_calendar_names_who_noted_what_newest_first(open_page: Open) -> None:
    app = open_page("causes", "alarming", model="flight-delay")
    (listed,) = [text.value for text in app.markdown if "Storm" in str(text.value) and text.value.startswith("| ")]
    assert listed.index("New working hours") < listed.index("Storm")
    assert "Anna Keller" in listed
    assert "<b>" not in listed.replace("\\<b", "")


def test_something_outside_is_noted_for_the_model_or_its_process(
    open_page: Open, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = Principal("login:anna.keller", "anna.keller", frozenset({"domain_expert"}))
    monkeypatch.setattr(reader, "reader", lambda: anna)
    app = open_page("causes", "healthy", model="flight-delay")
    key = "flight-delay_0"
    app.selectbox(key=f"outside_category_{key}").set_value("law")
    app.date_input(key=f"outside_start_{key}").set_value(date(2013, 7, 1))
    app.text_input(key=f"outside_title_{key}").set_value(" New tax ")
    app.checkbox(key=f"outside_whole_{key}").check().run()
    app.button(key="outside_record").click().run()
    (action, values) = sent[0]
    assert action == "note_outside"
    assert (values["category"], values["title"], values["start"]) == ("law", "New tax", date(2013, 7, 1))
    assert (values["end"], values["text"], values["whole_process"]) == (None, None, True)
    assert "proof of a cause" in texts(app)
