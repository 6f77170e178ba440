"""Expectations are checked once per period, model and expectation, kept, and shown with the predictions concerned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.explanations.expectations import updating
from dashboard.explanations.expectations.updating import update_expectations
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.whatif.flips import Row, Score
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.profiles.watched import card_of, watch

FEATURES = {"rooms": "numeric", "city": "categorical"}
KEPT = {"feature": "rooms", "direction": "up", "effect": "not_down", "segment": {"city": "A"}}
BROKEN = {**KEPT, "segment": {"city": "B"}, "text": {"en": "More rooms cost no less", "de": "Mehr Zimmer kosten mehr"}}


class Pricing:
    """Prices of a model that falls in city B; counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, card: ModelCard, version: str, rows: Sequence[Row]) -> list[Score]:
        self.calls += 1
        assert all(set(row) == set(FEATURES) for row in rows)
        return [float(row["rooms"]) * (1 if row["city"] == "A" else -1) for row in rows]  # type: ignore[arg-type]


def refusing(card: ModelCard, version: str, rows: Sequence[Row]) -> list[Score]:
    raise ModelRefusedError("it has no model file")


@pytest.fixture
def house(store):
    """A store with two months of prices of 120 houses a month, and its card."""
    random = np.random.default_rng(0)
    at = pd.date_range("2024-01-01", "2024-02-29 23:00", periods=240, tz="UTC")
    rooms, city = random.integers(1, 9, 240).astype(float), random.choice(["A", "B"], 240)
    frame = pd.DataFrame(
        {
            "id": [f"h{row}" for row in range(240)],
            "at": at,
            "score": rooms,
            "actual": rooms,
            "rooms": rooms,
            "city": city,
        }
    )
    card = card_of("regression", FEATURES, reference=("2024-01-01", "2024-01-31"))
    card = ModelCard.model_validate(
        {**card.model_dump(mode="python", by_alias=True, exclude_unset=True), "expectations": [KEPT, BROKEN]}
    )
    with store.writing(AuditContext("register", "tester")) as cursor:
        append_card(cursor, card, "tester", None)
    watch(store, card, frame)
    return card, frame


def shown(store, name: str, **options) -> pd.DataFrame:
    return run_view(store, name, Query(model="watched", **options), operator("tester"))


def test_each_period_is_checked_and_judged(store, house) -> None:
    _, frame = house
    assert update_expectations(store, [house[0]], "tester", Pricing()) == []
    found = shown(store, "expectations")
    assert list(found["period"]) == ["2024-02", "2024-02", "2024-01", "2024-01"]
    month = frame["at"].dt.strftime("%Y-%m")
    for row in found.itertuples():
        broken = row.expectation == "More rooms cost no less"
        mine = frame[(month == row.period) & (frame["city"] == ("B" if broken else "A")) & (frame["rooms"] < 8)]
        assert row.checked == len(mine)
        assert row.violated == (len(mine) if broken else 0)
        assert row.status == ("alert" if broken else "ok")
        assert row.low <= row.share <= row.high
        assert row.predictions == int(((month == row.period) & (frame["city"] == ("B" if broken else "A"))).sum())
    assert set(shown(store, "expectations", language="de")["expectation"]) >= {"Mehr Zimmer kosten mehr"}


def test_the_sample_is_drawn_within_the_segment(store, house, monkeypatch) -> None:
    card, frame = house
    monkeypatch.setattr(updating, "SAMPLE_ROWS", 30)
    update_expectations(store, [card], "tester", Pricing())
    found = shown(store, "expectations")
    month = frame["at"].dt.strftime("%Y-%m")
    for row in found.itertuples():
        inside = frame[(month == row.period) & (frame["city"] == row.segment[-1])]
        assert len(inside) > 30
        # Of the thirty that are drawn only those with eight rooms have no more to try.
        assert 30 - int((inside["rooms"] == 8).sum()) <= row.checked <= 30
        assert row.predictions == len(inside)


def test_violations_name_their_predictions(store, house) -> None:
    card, frame = house
    update_expectations(store, [card], "tester", Pricing())
    found = shown(store, "violations")
    cities = frame.set_index("id")["city"]
    assert len(found)
    assert set(cities[found["prediction"]]) == {"B"}
    assert (found["changed"] < found["score"]).all()
    february = shown(store, "violations", start=pd.Timestamp("2024-02-01").date())
    assert set(february["period"]) == {"2024-02"}


def test_only_what_changed_is_checked_again(store, house, monkeypatch) -> None:
    card, _ = house
    update_expectations(store, [card], "tester", Pricing())
    again = Pricing()
    update_expectations(store, [card], "tester", again)
    assert again.calls == 0
    other = ModelCard.model_validate(
        {
            **card.model_dump(mode="python", by_alias=True, exclude_unset=True),
            "expectations": [KEPT, {**BROKEN, "bound": 1.0}],
        }
    )
    update_expectations(store, [other], "tester", again)
    assert again.calls == 2
    monkeypatch.setattr(updating, "FORMAT", updating.FORMAT + 1)
    update_expectations(store, [other], "tester", again)
    assert again.calls == 6


def test_what_cannot_be_checked_is_unknown_and_says_why(store, house) -> None:
    card, _ = house
    assert set(shown(store, "expectations")["status"]) == {"unknown"}
    assert "monitor" in shown(store, "expectations")["reason"].iloc[0]
    (note,) = update_expectations(store, [card], "tester", refusing)
    assert note == "expectations of watched: version 1: it has no model file"
    found = shown(store, "expectations")
    assert set(found["status"]) == {"unknown"}
    assert found["reason"].str.contains("it has no model file").all()
    assert found["share"].isna().all()
