"""Samples follow from ids alone; known cases that are nearest come first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.explanations.rows import reading
from dashboard.explanations.rows.reading import ACTUAL, AT, ID, case_columns, draw_rows
from dashboard.explanations.rows.similar import most_similar
from dashboard.explanations.whatif.ranges import Categories, Numbers
from tests.profiles.watched import card_of, log, log_actuals

CARD = card_of(features={"x": "numeric", "city": "categorical"}, segments=["shop"])


def rows(number: int = 500) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "id": [f"r{row}" for row in range(number)],
            "at": pd.date_range("2024-01-01", periods=number, freq="h", tz="UTC"),
            "score": random.random(number),
            "x": random.normal(size=number),
            "city": random.choice(["A", "B"], number),
            "shop": random.choice(["web", "desk"], number),
        }
    )


def drawn(store, limit: int = 50) -> list[str]:
    return sorted(draw_rows(store, CARD, None, case_columns(CARD, groups=True), limit).frame[ID])


@pytest.mark.parametrize("limit", [50, 5_000])
def test_the_same_rows_are_drawn_whatever_labels_come_and_however_rows_are_filed(store, monkeypatch, limit) -> None:
    frame = rows()
    log(store, CARD, frame.iloc[300:])
    log(store, CARD, frame.iloc[:300])
    found = drawn(store, limit)
    assert len(found) == min(limit, 500)
    log_actuals(store, CARD, frame[["id"]].assign(actual=1).iloc[::3])
    assert drawn(store, limit) == found
    monkeypatch.setattr(reading, "SLACK", 1)
    assert drawn(store, limit) == found


def test_rows_hold_groups_outcomes_and_instants(store) -> None:
    frame = rows()
    log(store, CARD, frame)
    log_actuals(store, CARD, frame[["id"]].assign(actual=1).head(100))
    found = draw_rows(store, CARD, None, case_columns(CARD, groups=True), 1_000)
    held = found.frame.set_index(ID).loc[frame["id"]]
    assert found.whole == 500
    assert list(held["shop"]) == list(frame["shop"])
    assert list(held[AT]) == list(frame["at"])
    assert held[ACTUAL].notna().sum() == 100


def test_an_empty_log_gives_an_empty_sample(store) -> None:
    found = draw_rows(store, CARD, None, case_columns(CARD), 10)
    assert (len(found.frame), found.whole) == (0, 0)


def test_the_nearest_known_cases_come_first() -> None:
    at = pd.Timestamp("2024-01-01", tz="UTC")
    frame = pd.DataFrame(
        [
            ("far", 9.0, "A", 1.0), ("near", 5.2, "A", 0.0), ("other", 5.0, "B", 1.0), ("open", 5.0, "A", None),
            ("same", 5.0, "A", 1.0), ("missing", None, "A", 1.0),
        ],
        columns=[ID, "x", "city", ACTUAL],
    ).assign(**{AT: at})  # fmt: skip
    ranges = {
        "x": Numbers(tuple(map(float, range(11))), tuple(place / 10 for place in range(11)), 0.0, 10.0),
        "city": Categories({"A": 0.9, "B": 0.1}),
    }
    found = most_similar({"x": 5.0, "city": "A"}, frame, ranges, {"x": 0.5, "city": 0.5})
    assert [one.row[ID] for one in found] == ["same", "near", "far", "missing", "other"]
    assert [round(one.distance, 3) for one in found] == [0.0, 0.01, 0.2, 0.5, 0.5]
    assert found[4].differs == ("city",)
    weighed = most_similar({"x": 5.0, "city": "A"}, frame, ranges, {"x": 1.0, "city": 0.0})
    assert [one.row[ID] for one in weighed][:2] == ["other", "same"]
