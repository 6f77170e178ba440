"""The Evidently report on the drift page: what the button asks for, its progress, the download, why there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.actions.jobs import Job
from dashboard.explanations.report.evidently_report import Comparison, Report
from dashboard.store.engine.clock import now
from dashboard.ui.session import data
from tests.pages.conftest import Open, texts

JOB = Job("job-1", Path("home"), data.REPORT, "page:local", None, ("flight-delay",), now())


def test_button_begins_the_report_of_what_is_picked_and_the_page_follows_it(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    page.write_text("<html></html>")
    asked = []
    jobs = {"job-1": replace(JOB, share=0.2, doing="Evidently compares the samples")}

    def start(card, comparison):
        asked.append((card.id, comparison))
        return JOB

    monkeypatch.setattr(data, "start_report", start)
    monkeypatch.setattr(data, "find_job", jobs.get)
    app = open_page("drift", model="flight-delay", window="2013-06-01:2013-06-30", reference="last_year", lang="de")
    assert asked == []
    app.button(key="build_report").click().run()
    assert asked == [
        ("flight-delay", Comparison((date(2013, 6, 1), date(2013, 6, 30)), "last_year", None, "de")),
    ]
    assert "Evidently vergleicht die Stichproben" in [bar.proto.text for bar in app.get("progress")]
    jobs["job-1"] = replace(JOB, state="done", result=Report(page, "drift.html", (1, 1), (1, 1), ()))
    app.run()
    assert "Bericht herunterladen" in [button.label for button in app.get("download_button")]
    assert not app.exception
    assert len(asked) == 1


def test_reason_is_shown_when_there_is_no_report(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "start_report", lambda *_: JOB)
    monkeypatch.setattr(data, "find_job", lambda _: replace(JOB, state="failed", outcome="it took too long"))
    app = open_page("drift", model="flight-delay")
    app.button(key="build_report").click().run()
    assert "it took too long" in texts(app)
    assert not app.exception
