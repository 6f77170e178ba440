"""Every task of the benchmark runs, on few rows; what it takes is not looked at."""

import json
import sys

import pytest

from benchmarks import tasks
from benchmarks.children import task
from benchmarks.rows import DAYS, write_log

ROWS = 5_000
FIGURES = {
    "nothing": set(),
    "scan": {"figures"},
    "layout": {"slots"},
    "profile": {"days", "rows"},
    "drift": {f"{method}, {days} days" for method in ("psi", "wasserstein") for days in (28, 365)},
    "size": {"mix", "continuous", "integer", "categorical", "outcomes a day", "features block a day"},
}


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, ROWS)
    tasks.layout(folder)
    return folder


def test_figures_are_expected_of_every_task():
    assert set(FIGURES) == set(tasks.TASKS)


@pytest.mark.parametrize("name", tasks.TASKS)
def test_task_tells_its_figures(name, log, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["tasks", name, str(log)])
    tasks.main()
    told = json.loads(capsys.readouterr().out)
    assert set(told) == FIGURES[name] | {"inside_s", "wall_s", "peak_mb"}
    assert all(told[figure] > 0 for figure in FIGURES[name])


def test_all_rows_are_counted(log):
    assert tasks.profile(log) == {"days": DAYS, "rows": ROWS}


def test_a_task_runs_in_a_process_of_its_own(log):
    taken = task("scan", log)
    assert taken.found["figures"] > 0
    assert taken.cpu_s > taken.inside_s > 0
