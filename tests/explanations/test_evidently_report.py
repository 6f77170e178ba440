"""The Evidently report: which rows it compares, that it is built once, and that it is harmless and loads nothing."""

from datetime import date

import pyarrow as pa
import pytest

from dashboard.explanations.importance.sampling import draw
from dashboard.explanations.report.evidently_report import Comparison, ReportError, build_report
from dashboard.explanations.report.report_page import ReportFrame, finished_page
from dashboard.profiles.engine import LEADING
from dashboard.store.log.ingest import ingest_predictions
from tests.explanations.material import card, scored

DAYS = (date(2026, 1, 11), date(2026, 1, 17))
ATTACK = "</script><script>alert(1)</script>"


def ingest(store, rows, directory):
    path = directory / "log.csv"
    rows.to_csv(path, index=False)
    ingest_predictions(store, card(), [path], "tester")


@pytest.fixture
def logged(store, boosting, tmp_path):
    """A store with 400 hours of predictions; income is missing from the eleventh day on, and a country is an attack."""
    rows = scored(boosting)
    rows.loc[rows.index >= 239, "income"] = None
    rows.loc[rows.index % 10 == 0, "country"] = ATTACK
    ingest(store, rows, tmp_path)
    return store


@pytest.fixture
def fake_evidently(monkeypatch):
    """Evidently's place taken by a function that keeps what it was given."""
    given = []

    def run(tables, kinds):
        given.append((tables, kinds))
        return "<html><head></head><body>a report</body></html>"

    monkeypatch.setattr("dashboard.explanations.report.evidently_report._run", run)
    return given


def test_report_by_evidently_is_built_once_and_harmless(logged, monkeypatch):
    steps = []
    found = build_report(logged, card(), Comparison(language="de"), lambda share, step: steps.append(share))
    page = found.path.read_text()
    assert (found.rows, found.whole) == ((161, 239), (161, 239))
    assert found.left_out == ("Merkmal income",)
    assert found.name == "lateness-evidently-2026-01-11-2026-01-17.html"
    assert found.path.parent == logged.home / "reports"
    assert steps == [0.0, 0.2, 1.0]
    assert "drawDashboard" in page
    assert "Merkmal age" in page
    assert "alert(1)" in page
    assert ATTACK not in page
    assert "<script>alert" not in page
    assert found.path.stem in page[:65_536]
    assert "default-src 'none'" in page[:65_536]
    assert "Aktuell: 11.01.2026 bis 17.01.2026, 161 von 161 Vorhersagen" in page
    monkeypatch.setattr("dashboard.explanations.report.evidently_report._build", None)
    assert build_report(logged, card(), Comparison(language="de")) == found


def test_days_default_to_what_the_drift_page_shows(logged, fake_evidently):
    by_default = build_report(logged, card(), Comparison())
    named = build_report(logged, card(), Comparison(DAYS, (date(2026, 1, 1), date(2026, 1, 10))))
    assert by_default == named
    assert len(fake_evidently) == 1
    other = build_report(logged, card(), Comparison(DAYS, (date(2026, 1, 1), date(2026, 1, 5))))
    assert other.whole == (161, 119)


def test_year_before_reaches_the_same_days(store, boosting, tmp_path, fake_evidently):
    rows = scored(boosting, 200)
    rows.loc[rows.index < 100, "at"] = "2023-03-01T05:00:00Z"
    rows.loc[rows.index >= 100, "at"] = "2024-03-01T05:00:00Z"
    ingest(store, rows, tmp_path)
    found = build_report(store, card(), Comparison((date(2024, 2, 29), date(2024, 3, 2)), "last_year"))
    assert found.whole == (100, 100)


def test_another_language_version_or_log_is_another_report(logged, boosting, tmp_path, fake_evidently):
    paths = {build_report(logged, card(), Comparison(DAYS, language=language)).path for language in ("en", "de")}
    paths.add(build_report(logged, card(), Comparison(DAYS, version="1")).path)
    ingest(logged, scored(boosting, 410).tail(10), tmp_path)
    paths.add(build_report(logged, card(), Comparison(DAYS)).path)
    assert len(paths) == 4


def test_large_sides_are_sampled(logged, fake_evidently, monkeypatch):
    monkeypatch.setattr("dashboard.explanations.report.evidently_report.SAMPLE_ROWS", 50)
    found = build_report(logged, card(), Comparison(DAYS))
    assert (found.rows, found.whole) == ((50, 50), (161, 239))
    assert [table.num_rows for table in fake_evidently[0][0]] == [50, 50]


def test_reasons_without_a_report(store, boosting, tmp_path, fake_evidently):
    with pytest.raises(ReportError, match="no predictions have been logged"):
        build_report(store, card(), Comparison())
    ingest(store, scored(boosting), tmp_path)
    with pytest.raises(ReportError, match="2026-05-01 to 2026-05-02 has 0 predictions; 20 are needed"):
        build_report(store, card(), Comparison((date(2026, 5, 1), date(2026, 5, 2))))
    open_card = card().model_copy(update={"data": card().data.model_copy(update={"reference": None})})
    with pytest.raises(ReportError, match="the card has no reference"):
        build_report(store, open_card, Comparison())
    assert fake_evidently == []


def test_heading_is_escaped():
    told = ReportFrame("A <b> model", "en", "<2>", (DAYS, DAYS), (1, 2), (3, 4), 0, ("x&y",))
    page = finished_page("<html><head></head><body>rest</body></html>", told, "key")
    assert "A &lt;b&gt; model" in page
    assert "version &lt;2&gt; only" in page
    assert "no values: x&amp;y" in page
    assert page.endswith("rest</body></html>")


def batches(rows, size):
    numbers = list(range(rows))
    names = [*LEADING, "value"]
    for first in range(0, rows, size):
        part = numbers[first : first + size]
        yield pa.RecordBatch.from_arrays([pa.array(part)] * len(names), names=names)


def test_a_drawn_sample_is_even_repeatable_and_in_order():
    found = draw(batches(20_000, 700), ["value"], 1000)
    values = found.rows.column("value").to_pylist()
    assert found.whole == 20_000
    assert len(values) == 1000
    assert values == sorted(set(values))
    assert sum(values) / 1000 == pytest.approx(10_000, abs=600)
    assert draw(batches(20_000, 123), ["value"], 1000).rows.equals(found.rows)
    assert draw(batches(30, 7), ["value"], 1000).rows.num_rows == 30
    assert draw(iter(()), ["value"], 1000).whole == 0
