"""Frames of views made ready for readers."""

from __future__ import annotations

import pandas as pd

from dashboard.ui.panels.model.rows import by_class, history, holders, of_segments
from tests.gallery import gallery


def test_who_held_a_role_before_does_not_hold_it() -> None:
    rows = [
        ("eva", "Eva", "deputy", None, "2012-06-30"),
        ("dan", None, "deputy", "2012-07-01", None),
        ("kim", "Kim", "domain_expert", None, "2199-12-31"),
        ("ina", "Ina", None, None, None),
    ]
    people = pd.DataFrame(rows, columns=["person", "name", "role", "from", "to"], dtype=object)
    assert holders(people) == {"deputy": "dan", "domain_expert": "Kim"}
    assert holders(people.iloc[:0]) == {}


def test_a_deployment_elsewhere_does_not_go_live() -> None:
    rows = [
        {
            "at": "2026-01-01T00:00:00Z",
            "until": None,
            "kind": "deployment",
            "title": None,
            "version": "2",
            "detail": name,
        }
        for name in ("production", "staging", "edge")
    ]
    told = history(pd.DataFrame(rows), "de")
    assert list(told["title"]) == [
        "Version 2 geht in Betrieb",
        "Version 2 wird ausgerollt: Staging",
        "Version 2 wird ausgerollt: edge",
    ]
    assert list(told["detail"]) == ["Produktion", "Staging", "edge"]


def test_groups_without_a_name_in_the_data_are_named_in_the_language() -> None:
    card = gallery("alarming").cards["flight-delay"]
    segments = pd.DataFrame(
        {"column": ["origin"] * 3, "group": ["(missing)", "JFK", '"(missing)"'], "metric": ["roc_auc"] * 3}
    )
    assert list(of_segments(segments, "roc_auc", card, "de")["group"]) == ["(fehlt)", "JFK", '"(missing)"']


def test_each_class_is_one_row_with_its_intervals_and_the_worst_found_comes_first() -> None:
    figures = {("a", "recall"): 0.9, ("a", "precision"): 0.8, ("b", "recall"): 0.5, ("b", "precision"): None}
    found = pd.DataFrame(
        [
            {"class": name, "metric": metric, "value": value, "low": value and value - 0.1, "high": value and 1.0,
             "of_class": 40, "as_class": 30}
            for (name, metric), value in figures.items()
        ],
        dtype=object,
    )  # fmt: skip
    shown = by_class(found, "en")
    assert list(shown.columns) == ["class", "recall", "precision"]
    assert list(shown["class"]) == ["b (n = 40)", "a (n = 40)"]
    assert list(shown["recall"]) == ["50.0% (40.0% to 100.0%)", "90.0% (80.0% to 100.0%)"]
    assert list(shown["precision"]) == ["–", "80.0% (70.0% to 100.0%)"]
