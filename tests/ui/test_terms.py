"""Readers see words, not the names of columns."""

from __future__ import annotations

import pytest

from dashboard.charts.metrics import METHODS, METRICS
from dashboard.measures.drift import METHODS as KNOWN_METHODS
from dashboard.measures.registry import MEASURES, measures_of
from dashboard.schema.metric_names import METRICS as KNOWN_METRICS
from dashboard.schema.metric_names import Task
from dashboard.ui.terms.columns import COLUMNS
from dashboard.ui.terms.models import AREAS, ROLES
from dashboard.views.registry import VIEWS

# The views that pages show as tables, and the columns that only address rows.
SHOWN = ("models", "status", "changes", "volumes", "performance", "calibration", "confusion", "segments", "drift",
         "ranking", "distribution", "timeline", "targets", "versions", "card")  # fmt: skip


@pytest.mark.parametrize("view", SHOWN)
def test_every_column_has_a_word(view: str) -> None:
    assert [column for column in VIEWS.get(view).columns if column not in COLUMNS] == []


@pytest.mark.parametrize("task", KNOWN_METRICS)
def test_every_metric_of_the_table_has_a_formula_and_no_other_has_one(task: Task) -> None:
    computed = {entry.name: entry for entry in MEASURES.all().values() if entry.task == task}
    assert set(computed) == set(KNOWN_METRICS[task]) == set(measures_of(task))
    for name, metric in KNOWN_METRICS[task].items():
        entry = computed[name]
        assert (entry.better, (entry.low, entry.high)) == (metric.better, metric.bounds[task])
        assert entry.low < entry.high


def test_every_metric_and_drift_method_has_words() -> None:
    assert set(KNOWN_METHODS.all()) <= set(METHODS)
    assert all(words.meaning for words in (*METRICS.values(), *METHODS.values()))


def test_every_area_and_role_has_a_word() -> None:
    from dashboard.measures.statuses import AREAS as KNOWN_AREAS
    from dashboard.schema.roles import Roles

    assert set(KNOWN_AREAS) == set(AREAS)
    assert set(Roles.model_fields) == set(ROLES)
