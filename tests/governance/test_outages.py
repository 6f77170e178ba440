"""An outage of a model: what stops first, what an hour costs, whom to call."""

from __future__ import annotations

import pytest

from dashboard.governance.outages.rules import calls_for, hits_of
from dashboard.schema.people import Process


def process(process_id: str, hours: float | None) -> Process:
    return Process(id=process_id, name=process_id, tolerable_outage_hours=hours)


PROCESSES = {one.id: one for one in (process("slow", 72), process("fast", 4), process("silent", None), process("x", 1))}
RELIED = {"slow": ["a"], "fast": ["a", "b"], "silent": ["b"], "x": ["other"], "unregistered": ["a"]}


def test_what_stops_first_comes_first_and_unknown_is_not_told_as_good() -> None:
    found = hits_of(["a", "b"], PROCESSES, RELIED, 8)
    assert [(hit.process.id, hit.stops) for hit in found] == [("fast", True), ("silent", None), ("slow", False)]
    assert found[0].models == ("a", "b")


@pytest.mark.parametrize(("hours", "stops"), [(3.9, False), (4, False), (4.1, True)])
def test_a_process_that_bears_just_the_outage_goes_on(hours: float, stops: bool) -> None:
    assert hits_of(["b"], {"fast": PROCESSES["fast"]}, RELIED, hours)[0].stops is stops


def test_who_repairs_is_called_first_and_everybody_once() -> None:
    holders = {
        "accountable_executive": ["anna"], "ml_engineer": ["gone", "ben"], "deputy": ["carl"], "data_engineer": ["ben"],
    }  # fmt: skip
    found = calls_for("m", holders, {"fast": "dora", "slow": "anna", "silent": None}, {"gone"})
    assert [(call.person, call.role) for call in found] == [
        ("ben", "ml_engineer"), ("anna", "accountable_executive"), ("carl", "deputy"), ("dora", "process_owner"),
    ]  # fmt: skip
