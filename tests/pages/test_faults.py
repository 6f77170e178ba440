"""A fault of the program leaves a reference, not a traceback."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest


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
