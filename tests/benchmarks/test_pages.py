"""The benchmark of the pages runs from an empty folder to its report, on few models and a few of the pages."""

from __future__ import annotations

import pytest

from benchmarks import page_figures, pages
from benchmarks.homes import home_of
from benchmarks.multiply import multiply
from benchmarks.page_report import NOTES, write_report
from benchmarks.servers import hello_server
from benchmarks.visitor import PageFailedError, visiting
from dashboard.access.principal import operator
from dashboard.store.engine.database import open_store
from dashboard.ui.session.page_registry import find_pages
from dashboard.views.query import Query
from dashboard.views.registry import run_view

MODELS, TIMES, SESSIONS = 3, 3, 2
VISITED = ("desk", "model")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("homes")
    home_of(MODELS, folder)
    return folder


def test_every_figure_is_measured_and_reported(folder, tmp_path, monkeypatch):
    for name, few in (("ROUNDS", 1), ("HELLO_VISITS", 2)):
        monkeypatch.setattr(page_figures, name, few)
    monkeypatch.setattr(pages, "COMMANDS", 1)
    few = tuple((path, page) for path, page in find_pages() if page.url_path in VISITED)
    monkeypatch.setattr(page_figures, "find_pages", lambda: few)
    report = tmp_path / "PAGES.md"
    report.write_text(f"# of an earlier run\n{NOTES}\n\nby hand\n", encoding="utf-8")

    found = pages.measure_all([MODELS], folder, SESSIONS)
    told = write_report(found, SESSIONS, report)

    measured = found[MODELS]
    assert [page.name for page in measured.pages] == [page.url_path for _, page in few]
    figures = [figure for page in measured.pages for figure in (page.first, page.again, page.navigation, page.sent_kb)]
    assert min(*figures, *measured.hello, *measured.judged.values()) > 0
    assert min(measured.show_s, measured.help_s, measured.memory_mb) > 0
    assert min(measured.crowd_ms or 0, measured.hello_crowd_ms or 0) > 0
    assert [page.name for page in measured.pages if page.after_fact] == ["desk"]
    assert all(f"| {page.name} |" in told for page in measured.pages)
    written = report.read_text(encoding="utf-8")
    assert "of an earlier run" not in written
    assert written.endswith("by hand\n")


def test_pages_about_one_model_are_asked_about_it_and_the_first_page_has_no_address():
    found = {address.name: address for address in page_figures.addresses("churn")}
    assert list(found) == [page.url_path for _, page in find_pages()]
    assert next(iter(found.values())).path == ""
    assert (found["model"].query, found["model"].portfolio) == ("model=churn", False)
    assert (found["inventory"].query, found["inventory"].portfolio) == ("", True)


def test_many_times_the_models_are_a_home_like_any_other(folder, tmp_path):
    home = home_of(MODELS, folder)
    multiply(home, tmp_path / "larger", TIMES)
    counts = []
    for each in (home, tmp_path / "larger"):
        store = open_store(each)
        frames = [run_view(store, view, Query(), operator("test")) for view in ("models", "status", "uses")]
        counts.append([len(frame) for frame in frames])
        shown = set(frames[0]["model"])
        store.close()
    assert [large / small for small, large in zip(*counts, strict=True)] == [TIMES] * len(counts[0])
    assert len(shown) == MODELS * TIMES


def test_a_page_that_is_not_there_fails():
    with hello_server() as hello, visiting(hello.port) as visitor, pytest.raises(PageFailedError, match="no page"):
        visitor.visit("nowhere")
