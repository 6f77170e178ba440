"""Readers see words, not the names of columns."""

from __future__ import annotations

from dashboard.charts.metrics import METHODS, METRICS
from dashboard.measures.drift import METHODS as KNOWN_METHODS
from dashboard.schema.card.metric_names import METRICS as KNOWN_METRICS
from dashboard.ui.labels.models import AREAS, ROLES


def test_every_metric_and_drift_method_has_words() -> None:
    assert {name for metrics in KNOWN_METRICS.values() for name in metrics} <= set(METRICS)
    assert set(KNOWN_METHODS.all()) <= set(METHODS)
    assert all(words.meaning for words in (*METRICS.values(), *METHODS.values()))


def test_every_area_and_role_has_a_word() -> None:
    from dashboard.measures.statuses import AREAS as KNOWN_AREAS
    from dashboard.schema.card.roles import Roles

    assert set(KNOWN_AREAS) == set(AREAS)
    assert set(Roles.model_fields) == set(ROLES)
