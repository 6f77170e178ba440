"""Frames of views made ready for readers."""

from __future__ import annotations

import pandas as pd

from dashboard.ui.panels.model.rows import holders


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
