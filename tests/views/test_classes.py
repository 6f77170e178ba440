"""Figures of single classes, from rows that went through the log, against scikit-learn and Wilson's formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from dashboard.access.principal import operator
from dashboard.measures.intervals import wilson
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.store.engine.database import open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.profiles.watched import BINARY, CLASSES, binary_rows, card_of, watch


def class_rows(rows: int, names: list[str]) -> pd.DataFrame:
    """Rows of a model that is right about two in three times; the last class is rare."""
    rng = np.random.default_rng(5)
    frame = binary_rows(rng, rows, days=20)
    weights = np.array([*[1.0] * (len(names) - 1), 0.05])
    actual = rng.choice(names, rows, p=weights / weights.sum())
    score = np.where(rng.random(rows) < 0.66, actual, rng.choice(names[:-1], rows))
    return frame.assign(actual=np.where(frame["actual"].isna(), None, actual), score=score)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


def record(store, card):
    with store.writing(AuditContext("register", "tester")) as cursor:
        append_card(cursor, card, "tester", None)


def asked(store, card, **query):
    return run_view(store, "classes", Query(model=card.id, **query), operator("test"))


@pytest.mark.parametrize("cluster", [None, "colour"])
def test_figures_of_each_class_are_those_of_scikit_learn(store, cluster):
    names = ["a", "b", "(other)", "rare"]
    rows = class_rows(3_000, names)
    card = card_of(
        CLASSES, {"x": "numeric", "colour": "categorical"}, reference=("2013-01-01", "2013-01-10"), cluster=cluster
    )
    record(store, card)
    watch(store, card, rows)
    found = asked(store, card)
    known = rows[rows["actual"].notna()]
    scores = metrics.precision_recall_fscore_support(
        known["actual"], known["score"], labels=names, zero_division=np.nan
    )
    expected = dict(zip(("precision", "recall", "f1"), scores, strict=False))
    for place, name in enumerate(names):
        shown = '"(other)"' if name == "(other)" else name
        own = found[found["class"] == shown].set_index("metric")
        for metric, values in expected.items():
            assert own.loc[metric, "value"] == pytest.approx(values[place], rel=1e-9, nan_ok=True)
        assert (own["of_class"] == (known["actual"] == name).sum()).all()
        assert (own["as_class"] == (known["score"] == name).sum()).all()
        there = own.dropna(subset=["low", "high"])
        assert ((there["low"] < there["value"]) | (there["value"] == 0)).all()
        assert ((there["high"] > there["value"]) | (there["value"] == 1)).all()
    if cluster is None:
        recall = found[(found["class"] == "a") & (found["metric"] == "recall")].iloc[0]
        low, high = wilson(recall["value"], recall["of_class"])
        # Rows are independent: the interval is about Wilson's.
        assert recall["low"] == pytest.approx(low, abs=0.02)
        assert recall["high"] == pytest.approx(high, abs=0.02)


def test_classes_can_be_asked_by_period_and_metric(store):
    rows = class_rows(2_000, ["a", "b", "rare"])
    card = card_of(CLASSES, {"x": "numeric"}, reference=("2013-01-01", "2013-01-10"))
    record(store, card)
    watch(store, card, rows)
    found = asked(store, card, by="week", metric="recall")
    assert set(found["metric"]) == {"recall"}
    assert found["period"].nunique() == 3 or found["period"].nunique() == 4
    whole = asked(store, card, metric="recall")
    assert found.groupby("class")["of_class"].sum().to_dict() == dict(
        zip(whole["class"], whole["of_class"], strict=True)
    )


def test_a_model_of_two_classes_has_none(store):
    card = card_of(BINARY, {"x": "numeric"}, reference=("2013-01-01", "2013-01-10"))
    record(store, card)
    watch(store, card, binary_rows(np.random.default_rng(1), 300, days=20))
    assert asked(store, card).empty
