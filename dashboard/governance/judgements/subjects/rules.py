"""Minimum rules: which a model keeps, and how many it kept at the ends of the last months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.rules import check_rules
from dashboard.governance.situation.history import existed
from dashboard.governance.situation.preload import Preload
from dashboard.governance.situation.situation import Situation

MONTHS = 12


@subject("rule")
def rules(situation: Situation, model_id: str) -> Iterator[Row]:
    """Judge each rule for a model; cells as the columns of the view `rules`. No row before the model existed."""
    if not existed(situation, model_id, situation.day(model_id)):
        return
    for kept in check_rules(situation, [model_id]):
        content = {
            "model": model_id,
            "team": kept.team,
            "rule": kept.rule,
            "state": kept.state,
            "person": kept.person,
            "since": kept.since,
            "reason": kept.reason,
        }
        yield Row(content, kept.person, kept.state)


@subject("rules_of_months", lane="history")
def rules_of_months(situation: Situation, model_id: str) -> Iterator[Row]:
    """Count the rules that a model met, and those that bound it, at the ends of the months before the day's own.

    Cells: month, team, kept, due. Months in which the model was not there, or no rule bound it, are left out.
    """
    for day in ends_of_months(situation.day(model_id))[:-1]:
        then = _past_months(situation)[day]
        if not existed(then, model_id, day):
            continue
        found = [kept for kept in check_rules(then, [model_id]) if kept.state != "not_due"]
        if found:
            kept = sum(one.state == "kept" for one in found)
            yield Row({"month": f"{day:%Y-%m}", "team": found[0].team, "kept": kept, "due": len(found)})


def _past_months(situation: Situation) -> dict[date, Situation]:
    """The situations at the ends of months before the day of each model; what they read is read for all together."""
    return situation.cached("past months", lambda: _opened(situation))


def _opened(situation: Situation) -> dict[date, Situation]:
    together, found = Preload(), dict[date, Situation]()
    for model_id in situation.cards:
        for day in ends_of_months(situation.day(model_id))[:-1]:
            if day not in found:
                found[day] = situation.at(day)
            together.add(model_id, found[day])
    return found


def ends_of_months(last: date) -> list[date]:
    """The ends of the months before the day's own, oldest first, then the day itself: twelve months in all."""
    firsts = [last.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return [*(first - timedelta(days=1) for first in reversed(firsts[:-1])), last]
