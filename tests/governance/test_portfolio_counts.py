"""What is counted over a portfolio at once is what counting model by model gives."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings, strategies as st

from dashboard.governance.situation.portfolio import CARRIED_STAGES, Member, Portfolio

FIRST = date(2024, 1, 1)
STAGES = ("design", "validation", "production", "retired", "paused")
HISTORY = st.dictionaries(st.integers(0, 8), st.sampled_from(STAGES), min_size=1, max_size=4)


def member(name: str, history: dict[int, str]) -> Member:
    stages = tuple((FIRST + timedelta(days=day), history[day]) for day in sorted(history))
    return Member(name, stages, FIRST, FIRST, True, False, 0, None, None, None, None, None)


@settings(max_examples=60)
@given(st.lists(HISTORY, max_size=5))
def test_active_models_are_those_in_a_carried_stage(histories: list[dict[int, str]]) -> None:
    members = {f"m{place}": member(f"m{place}", history) for place, history in enumerate(histories)}
    portfolio = Portfolio(members, [])
    for day in (FIRST + timedelta(days=offset) for offset in range(-1, 10)):
        assert portfolio.active_on(day) == sum(one.stage_on(day) in CARRIED_STAGES for one in members.values())
