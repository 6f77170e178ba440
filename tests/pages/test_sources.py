"""The page Sources: what it says of how each source does, and what its buttons do."""

from __future__ import annotations

import pytest

from dashboard.access.principal import Principal
from tests.pages.conftest import Open, Sent, reads_as, texts

ADMIN = Principal("login:ada", "ada", frozenset({"admin"}))


def test_what_needs_a_hand_is_named_with_its_reason(open_page: Open) -> None:
    shown = texts(open_page("sources", "alarming")).replace("\\", "")
    assert "4 sources are read on schedule. They need a hand: warehouse, lake." in shown
    assert "Nothing read yet from: new." in shown
    assert "Nothing was refused." not in shown
    assert "received '7.0'; a probability from 0 to 1 is needed" in shown


def test_that_nothing_was_refused_is_said_of_what_was_read(open_page: Open) -> None:
    assert "One source is read on schedule. Nothing was refused." in texts(open_page("sources", "healthy"))
    nothing = open_page("sources", "unknown")
    assert "Nothing is fetched by itself yet" in texts(nothing)
    assert "kind: files" in nothing.code[0].value


def test_an_administrator_reads_pauses_and_resumes(
    open_page: Open, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads_as(monkeypatch, ADMIN)
    app = open_page("sources", "alarming")
    app.button(key="pull").click().run()
    app.selectbox(key="paused_source").set_value("lake")
    app.text_input(key="paused_because").set_value("It moves.")
    next(one for one in app.button if one.label == "Pause").click().run()
    next(one for one in app.button if one.label == "Resume").click().run()
    assert sent == [
        ("pull", {"sources": []}),
        ("pause_source", {"source": "lake", "reason": "It moves."}),
        ("resume_source", {"source": "old"}),
    ]


def test_a_data_scientist_reads_and_pauses_nothing(
    open_page: Open, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads_as(monkeypatch, Principal("login:ben", "ben", frozenset({"data_scientist"})))
    app = open_page("sources", "alarming")
    assert [one.label for one in app.button if one.label in ("Read now", "Pause", "Resume")] == ["Read now"]


def test_readings_are_filtered_by_source_and_by_what_became_of_them(open_page: Open) -> None:
    app = open_page("sources", "alarming", source="lake")
    assert list(app.dataframe[-1].value["source"]) == ["lake"]
    app = open_page("sources", "alarming", became="failed")
    assert list(app.dataframe[-1].value["source"]) == ["warehouse"]
