"""The minimal rules over the whole portfolio: how far they are kept, by team and over time, and who breaks them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pandas as pd

from dashboard.governance.portfolio import situation_on
from dashboard.governance.rules import RULES, Kept, check_rules
from dashboard.governance.situation import Situation
from dashboard.governance.timeline import existed
from dashboard.store.clock import now
from dashboard.store.database import Store
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import translate

MONTHS = 12


@view("rules", columns=("model", "team", "rule", "state", "person", "since", "reason"), model="optional")
def rules(store: Store, query: Query) -> pd.DataFrame:
    """Which minimal rules does each model keep, which does it break, and since when?

    Columns: model, team (of who answers for it), rule, state (kept, broken, not_due), person (whom to ask), since
    (day), reason. A rule that does not bind the model, since it is not used, is not due and counts nowhere.
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    found = check_rules(situation, _models(situation, query.model))
    records = [
        (
            kept.model_id,
            kept.team,
            kept.rule,
            kept.state,
            kept.person,
            kept.since.isoformat() if kept.since else None,
            kept.reason.told(query.language) if kept.reason else None,
        )
        for kept in found
    ]
    return pd.DataFrame(records, columns=["model", "team", "rule", "state", "person", "since", "reason"], dtype=object)


@view("rules-over-time", columns=("period", "team", "kept", "due", "share"), model="none")
def rules_over_time(store: Store, query: Query) -> pd.DataFrame:
    """What share of the minimal rules was kept, by team, at the end of each of the last twelve months?

    Columns: period (month; the current one counts as of the day asked), team (null = no team is known), kept and due
    (rules times models), share (kept / due, 0 to 1). Only models that were there by then count.
    """
    situation = situation_on(store, query.on, query.as_of, query.seen)
    found: list[tuple[object, ...]] = []
    for day in _month_ends(query.on or max(map(situation.day, situation.cards), default=now().date())):
        counts = situation.once(("rules kept", day), lambda day=day: _counts_on(situation, day), any_day=True)  # type: ignore[misc]
        for team in sorted(counts, key=lambda name: name or ""):
            kept, due = counts[team]
            found.append((f"{day:%Y-%m}", team, kept, due, kept / due))
    return pd.DataFrame(found, columns=["period", "team", "kept", "due", "share"])


@view("rule-meanings", columns=("rule", "title", "meaning"), model="none")
def rule_meanings(store: Store, query: Query) -> pd.DataFrame:
    """What does each minimal rule demand?

    Columns: rule, title, meaning (both in the reader's language), in the order in which they are read.
    """
    known = situation_on(store, query.on, query.as_of, query.seen).cards
    records = [
        (rule.name, translate(rule.title, query.language), translate(rule.meaning, query.language)) for rule in RULES
    ]
    return pd.DataFrame(records if known else [], columns=["rule", "title", "meaning"], dtype=object)


def _counts_on(situation: Situation, day: date) -> dict[str | None, tuple[int, int]]:
    then = situation if day == situation.on else situation.at(day)
    return _counted(check_rules(then, _models(then, None)))


def _models(situation: Situation, model: str | None) -> list[str]:
    chosen = list(situation.cards) if model is None else [model]
    known = [model_id for model_id in chosen if model_id in situation.cards]
    return [model_id for model_id in known if existed(situation, model_id, situation.day(model_id))]


def _counted(found: Iterable[Kept]) -> dict[str | None, tuple[int, int]]:
    """Kept and due by team."""
    counts: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
    for kept in found:
        if kept.state != "not_due":
            counts[kept.team][0] += kept.state == "kept"
            counts[kept.team][1] += 1
    return {team: (kept, due) for team, (kept, due) in counts.items()}


def _month_ends(last: date) -> Iterator[date]:
    """The ends of the months before the day's own, oldest first, then the day itself."""
    firsts = [last.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    for first in reversed(firsts[:-1]):
        yield first - timedelta(days=1)
    yield last
