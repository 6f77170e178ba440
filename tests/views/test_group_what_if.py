"""One group through the periods, and a threshold of its own: what the views say beside the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import selection_rate
from sklearn.metrics import recall_score

from dashboard.access.principal import operator
from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.profiles.watched import REGRESSION, binary_rows, card_of, watch


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


def record(store: Store, card: ModelCard) -> None:
    with store.writing(AuditContext("register", "tester")) as cursor:
        append_card(cursor, card, "tester", None)


def made(store: Store, **more: object) -> tuple[ModelCard, pd.DataFrame]:
    rng = np.random.default_rng(11)
    frame = binary_rows(rng, 2_000, missing=0, days=59)
    frame["sex"] = rng.choice(["f", "m"], len(frame))
    card = card_of(protected=["sex"], threshold=0.4, period="month", **more)
    record(store, card)
    watch(store, card, frame)
    return card, frame


def shown(store: Store, view: str, card: ModelCard, **query: object) -> pd.DataFrame:
    return run_view(store, view, Query(model=card.id, **query), operator("test"))


def test_a_group_beside_everybody_else_in_each_month(store: Store) -> None:
    card, frame = made(store)
    found = shown(store, "group-history", card, segment=("sex", "f"))
    assert set(found["group"]) == {"f"}
    assert list(found["period"].unique()) == ["2013-01", "2013-02"]
    rows = found.set_index(["period", "metric"])
    frame["month"] = frame["at"].dt.strftime("%Y-%m")
    for month, part in frame.groupby("month"):
        own, others = part[part["sex"] == "f"], part[part["sex"] != "f"]
        row = rows.loc[(month, "true_positive_rate")]
        for name, side in (("value", own), ("others", others)):
            assert row[name] == pytest.approx(recall_score(side["actual"], side["score"] >= 0.4))
            chosen = selection_rate(side["actual"], side["score"] >= 0.4)
            assert rows.loc[(month, "selection_rate"), name] == pytest.approx(chosen)
        assert row["gap"] == pytest.approx(row["value"] - row["others"])
        assert row["gap_low"] < row["gap"] < row["gap_high"]
        assert (row["predictions"], row["limit"]) == (len(own), 0.1)
    only = shown(store, "group-history", card, segment=("sex", "f"), metric="precision")
    assert set(only["metric"]) == {"precision"}


def test_a_threshold_of_its_own_over_the_latest_periods(store: Store) -> None:
    card, frame = made(store)
    found = shown(store, "group-thresholds", card)
    assert set(zip(found["group"], found["metric"], strict=True)) == {
        (group, rate)
        for group in ("f", "m")
        for rate in ("selection_rate", "true_positive_rate", "false_positive_rate")
    }
    assert (found["threshold"] == 0.4).all()
    for row in found[found["metric"] == "selection_rate"].itertuples():
        own = frame[frame["sex"] == row.group]
        assert row.before == pytest.approx((own["score"] >= 0.4).mean())
        assert row.after == pytest.approx((own["score"] >= row.own_threshold).mean(), abs=0.01)
        assert abs(row.after - row.others) <= abs(row.before - row.others)
    assert len(shown(store, "group-thresholds", card, segment=("sex", "f"), metric="selection_rate")) == 1


def test_what_the_card_does_not_name_is_refused(store: Store) -> None:
    card, _ = made(store)
    with pytest.raises(InputRefusedError, match="the card's segments are sex"):
        shown(store, "group-history", card, segment=("colour", "red"))


def test_a_regression_has_no_threshold(store: Store) -> None:
    rng = np.random.default_rng(12)
    frame = binary_rows(rng, 300, missing=0).assign(sex=rng.choice(["f", "m"], 300))
    card = card_of(REGRESSION, protected=["sex"])
    record(store, card)
    watch(store, card, frame)
    assert shown(store, "group-thresholds", card).empty
    assert not shown(store, "group-history", card).empty
