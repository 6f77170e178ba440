"""A fault of the program leaves a reference, not a traceback."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.machine import CAUSES, machine_error
from dashboard.words import translate


def _page() -> None:
    from dashboard.ui.layout.faults import show_fault

    assert show_fault(ValueError("secret detail"))


def test_the_reader_gets_the_reference_that_the_log_has(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_function(_page, default_timeout=600).run()
    shown = app.error[0].value
    assert "secret detail" not in shown
    assert shown.split(": ")[-1] in caplog.text
    assert "secret detail" in caplog.text


def _failing_part() -> None:
    import streamlit as st

    from dashboard.errors import MachineError
    from dashboard.machine import SPACE
    from dashboard.ui.layout.faults import errors_shown, part
    from dashboard.ui.session.language import begin_run

    @part
    def failing() -> None:
        raise MachineError("the journal could not be written: no space", full=True, words=SPACE.for_readers)

    begin_run()
    with errors_shown():
        failing()
        st.markdown("what follows")


def test_a_fault_of_the_machine_is_told_in_the_readers_language_where_it_is_and_the_rest_stands() -> None:
    app = AppTest.from_function(_failing_part, default_timeout=600)
    app.query_params["lang"] = "de"
    app.run()
    assert [error.value for error in app.error] == [
        "Der Speicher der Maschine, auf der dieses Dashboard läuft, ist voll. "
        "Es wurde nichts geändert; bitte sagen Sie es den Betreibern des Dashboards."
    ]
    assert [text.value for text in app.markdown] == ["what follows"]


@pytest.mark.parametrize("code", sorted(CAUSES))
def test_every_cause_has_words_for_readers(code: int) -> None:
    error = machine_error(OSError(code, "x"), "the journal could not be written")
    assert error is not None
    assert error.words == CAUSES[code].for_readers
    assert translate(error.words, "de") != error.words


def test_a_page_that_fails_for_the_machine_names_the_cause() -> None:
    def page() -> None:
        import errno

        from dashboard.ui.layout.faults import show_fault

        assert show_fault(OSError(errno.ENOSPC, "secret place"))

    shown = AppTest.from_function(page, default_timeout=600).run().error[0].value
    assert shown.startswith("The disk of the machine that runs this dashboard is full. This page could not be shown.")
    assert "secret place" not in shown
