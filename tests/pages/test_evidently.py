"""The Evidently report on the drift page: what the button asks for, the download, and the reason when there is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.explanations.evidently_report import Comparison, Report, ReportError
from dashboard.ui import data
from tests.pages.conftest import Open, texts


def test_button_builds_the_report_of_what_is_picked(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    page.write_text("<html></html>")
    asked = []

    def build(card, comparison, progress):
        asked.append((card.id, comparison))
        progress(0.2, "Evidently compares the samples")
        return Report(page, "drift.html", (1, 1), (1, 1), ())

    monkeypatch.setattr(data, "build_report", build)
    app = open_page("drift", model="flight-delay", window="2013-06-01:2013-06-30", reference="last_year", lang="de")
    assert asked == []
    app.button(key="build_report").click().run()
    assert asked == [
        ("flight-delay", Comparison((date(2013, 6, 1), date(2013, 6, 30)), "last_year", None, "de")),
    ]
    assert "Bericht herunterladen" in [button.label for button in app.get("download_button")]
    assert not app.exception


def test_reason_is_shown_when_there_is_no_report(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ReportError("it took too long")

    monkeypatch.setattr(data, "build_report", fail)
    app = open_page("drift", model="flight-delay")
    app.button(key="build_report").click().run()
    assert "it took too long" in texts(app)
    assert not app.exception
