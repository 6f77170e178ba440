"""Readers see words, not the names of columns."""

from __future__ import annotations

import pytest

from dashboard.charts.metrics import METHODS, METRICS
from dashboard.measures.drift import METHODS as KNOWN_METHODS
from dashboard.measures.registry import MEASURES, measures_of
from dashboard.schema.card.metric_names import METRICS as KNOWN_METRICS, Task
from dashboard.ui.labels.models import AREAS, ROLES


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
    from dashboard.measures.judging.areas import AREAS as KNOWN_AREAS
    from dashboard.schema.card.roles import Roles

    assert set(KNOWN_AREAS) == set(AREAS)
    assert set(Roles.model_fields) == set(ROLES)
