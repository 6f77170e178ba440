"""Long work on pages: everybody sees how far it is, and who may begins it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.access.principal import Principal
from dashboard.actions.jobs import Job
from dashboard.store.engine.clock import now
from dashboard.ui.session import data, reader
from tests.pages.conftest import Open, texts

JOB = Job("job-1", Path("home"), "monitor", "page:local", None, ("flight-delay",), now(), 0.45, "flight-delay")


def bars(app) -> list[str]:
    return [bar.proto.text for bar in app.get("progress")]


def test_the_frame_tells_what_is_under_way_and_what_became_of_it(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [JOB]
    monkeypatch.setattr(data, "jobs", lambda: jobs)
    app = open_page("audit", lang="de")
    assert bars(app) == ["Zahlen werden aktualisiert: 45 %"]
    assert f"seit {JOB.since:%H:%M} UTC, page:local" in texts(app).replace("\\", "")
    jobs[:] = [replace(JOB, state="done", share=1.0, ended=now())]
    app.run()
    assert bars(app) == []
    assert "Neue Zahlen anzeigen" in [button.label for button in app.button]
    app.button(key="show_job-1").click().run()
    assert "Neue Zahlen anzeigen" not in [button.label for button in app.button]
    jobs[:] = [replace(JOB, job_id="job-2")]
    app.run()
    jobs[:] = [replace(JOB, job_id="job-2", state="failed", outcome="the process that counts was ended", ended=now())]
    app.run()
    assert "the process that counts was ended" in texts(app)
    assert not app.exception


@pytest.mark.parametrize("page", ["overview", "model"])
def test_the_button_begins_it_and_rests_while_it_runs(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    begun: list[tuple[str, dict[str, object]]] = []
    jobs: list[Job] = []

    def start(action, values):
        begun.append((action, values))
        jobs.append(JOB)
        return JOB

    monkeypatch.setattr(data, "jobs", lambda: jobs)
    monkeypatch.setattr(data, "start", start)
    app = open_page(page, model="flight-delay")
    assert not app.button(key="monitor").disabled
    app.button(key="monitor").click().run()
    assert begun == [("monitor", {"models": ["flight-delay"] if page == "model" else []})]
    assert app.button(key="monitor").disabled
    assert not app.exception


def test_no_button_without_the_right(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "reader", lambda: Principal("page:eva", "eva", frozenset({"business_stakeholder"})))
    app = open_page("model", model="flight-delay")
    assert "monitor" not in [button.key for button in app.button]
    assert not app.exception
