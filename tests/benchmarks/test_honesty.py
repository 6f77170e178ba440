"""The benchmark of honesty counts and judges as the program does, and a run ends in its report."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from benchmarks.honesty import coverage, delay, drift, estimate, performance, tables
from benchmarks.honesty.cells import Cell, run_cell, run_cells, shares_of
from benchmarks.honesty.memory import (
    Rows,
    card_of,
    drift_verdict,
    instants,
    joined,
    last_day,
    month,
    performance_verdict,
    profiles_of,
)
from benchmarks.honesty.processes import (
    INDEPENDENT,
    MANY_CLUSTERS,
    Process,
    area,
    draw,
    likeness,
    process_of,
    slope_of_fall,
)
from benchmarks.honesty.report import NOTES, SECTIONS, write_report
from dashboard.store.engine.database import open_store
from tests.profiles.watched import figures, watch

FEW = {"repetitions": 4, "verdicts": 4, "verified": 2, "runs": 1, "of_evidently": 0}
SMALL = {"rows": 60, "labels": 60, "reference": 300}


def small(cell: Cell) -> Cell:
    """The same cell with hardly any rows."""
    settings = {name: FEW.get(name, SMALL.get(name, value)) for name, value in cell.settings.items()}
    return Cell(cell.table, settings, cell.measure)


@pytest.fixture
def few_rows(monkeypatch):
    monkeypatch.setattr(coverage, "REFERENCE_ROWS", 300)
    monkeypatch.setattr("benchmarks.honesty.processes.TRUTH_ROWS", 20_000)
    coverage.truth_of.cache_clear()
    yield
    coverage.truth_of.cache_clear()


def test_rows_in_memory_are_judged_as_those_of_a_home(tmp_path):
    rng = np.random.default_rng(3)
    fallen = Process("binary", 0.3, slope=0.4)
    months = [
        draw(rng, Process("binary", 0.3) if number < 3 else fallen, INDEPENDENT, instants(rng, 400, month(number), 28))
        for number in range(4)
    ]
    rows = joined(months)
    card = card_of("binary", {"x": "numeric"}, (month(0), last_day(month(2))))
    ours = profiles_of(card, rows)
    frame = pd.DataFrame({"id": np.arange(len(rows.at)), "at": pd.to_datetime(rows.at, unit="us", utc=True),
                          "score": rows.score, "actual": rows.actual, "x": rows.features["x"]})  # fmt: skip
    store = open_store(tmp_path / "home")
    theirs = watch(store, card, frame)
    assert figures(ours) == figures(theirs)
    verdicts = [(performance_verdict(found), drift_verdict(found, {"x": 1.0})) for found in (ours, theirs)]
    store.close()
    assert verdicts[0] == verdicts[1]
    assert verdicts[0][0] in ("warn", "alert")


def test_a_verdict_sees_no_later_month():
    rng = np.random.default_rng(4)
    rows = joined([draw(rng, Process("regression"), INDEPENDENT, instants(rng, 60, month(n), 28)) for n in range(3)])
    profiles = profiles_of(card_of("regression", {"x": "numeric"}, (month(0), last_day(month(0)))), rows)
    seen = profiles.between(None, datetime.combine(month(2), datetime.min.time()))
    assert max(profile.start for profile in seen.read()) < datetime(2021, 3, 1, tzinfo=UTC).replace(tzinfo=None)
    assert sum(profile.predictions for profile in seen.read()) == 120


def test_missing_values_and_categories_reach_the_profiles():
    rows = Rows(
        at=np.arange(4) + 1_609_459_200_000_000,
        score=np.full(4, 0.5),
        actual=np.array([0.0, 1.0, np.nan, 1.0]),
        cluster=np.arange(4),
        features={"c": np.array([0, 1, 1, -1]), "n": np.array([1.0, np.nan, 2.0, 2.0])},
    )
    card = card_of("binary", {"c": "categorical", "n": "numeric"}, (month(0), last_day(month(0))))
    profiles = profiles_of(card, rows)
    (day,) = profiles.read()
    counts = day.features()["counts"]
    assert (day.predictions, day.labelled) == (4, 3)
    assert sorted(counts[profiles.layout.slices["c"]].tolist(), reverse=True)[:3] == [2, 1, 1]


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_labels_of_a_cluster_are_as_alike_as_they_should_be(rate):
    process = process_of("binary", 1_000, MANY_CLUSTERS, rate)
    rng = np.random.default_rng(5)
    means = []
    for _ in range(300):
        rows = draw(rng, process, MANY_CLUSTERS, np.zeros(1_000, dtype=np.int64))
        means.append(rows.actual.mean())
    effect = np.var(means) / (rate * (1 - rate) / 1_000)
    assert effect == pytest.approx(4, rel=0.3)
    assert likeness(rate, 1.6, 0.0) == pytest.approx(0, abs=1e-9)


def test_a_fall_is_as_large_as_it_says():
    from sklearn.metrics import roc_auc_score

    fallen = Process("binary", 0.3, slope=slope_of_fall(0.3, 0.05))
    rows = draw(np.random.default_rng(6), fallen, INDEPENDENT, np.zeros(200_000, dtype=np.int64))
    assert area(Process("binary", 0.3)) - roc_auc_score(rows.actual, rows.score) == pytest.approx(0.05, abs=0.004)
    assert rows.actual.mean() == pytest.approx(0.3, abs=0.005)


def test_shares_are_of_all_verdicts():
    found = shares_of(["ok", "alert", "unknown", "ok", "warn"])
    assert (found["alert"], found["warn"], found["unknown"]) == (0.2, 0.2, 0.2)
    assert found["judged"] == 4


def test_a_cell_is_the_same_every_time(few_rows):
    cell = small(next(coverage.cells(True)))
    assert run_cell(cell).figures == run_cell(cell).figures


def test_coverage_counts_what_is_held_and_what_has_no_width():
    figure = {"repetitions": 100, "intervals": 100, "no_width": 0}
    cell = Cell("coverage", {"task": "binary", "rows": 30, "rate": 0.5, "dependence": INDEPENDENT}, coverage.measure,
                {"recall": {**figure, "held": 60, "no_width": 9}, "accuracy": {**figure, "held": 95}})  # fmt: skip
    told = "\n".join(tables.coverage([cell]))
    assert "50% of 2 figures with intervals" in told
    assert "1 have intervals of no width" in told
    assert "0.60 recall to 0.95" in told


def test_every_table_is_measured_and_written(few_rows, tmp_path, monkeypatch):
    # Other tools are asked by hand only: their environments take minutes to make.
    monkeypatch.setattr("benchmarks.honesty.delay.alarms", lambda *asked: "not here")
    made = [coverage.cells, performance.cells, performance.power_cells, drift.cells, drift.power_cells,
            delay.cells, delay.drift_cells, estimate.cells]  # fmt: skip
    report = tmp_path / "HONESTY.md"
    report.write_text(f"# earlier\n\n{NOTES}\n\nby hand\n", encoding="utf-8")
    found = run_cells([small(next(of(True))) for of in made], jobs=1)

    write_report(found, quick=True, to=report)
    told = report.read_text(encoding="utf-8")
    assert {cell.table for cell in found} == set(SECTIONS)
    assert all(f"## {heading}" in told for heading, _ in SECTIONS.values())
    assert told.endswith("by hand\n")

    write_report(found[:1], quick=True, to=report)
    assert [line for line in report.read_text(encoding="utf-8").splitlines() if line.startswith("## ")] == [
        line for line in told.splitlines() if line.startswith("## ")
    ]
