"""What counts over a portfolio: who holds which role of how many models, from the kept judgements of each."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

from dashboard.access.principal import holds_on

BEING_BUILT = ("design", "development", "validation")
CARRIED_STAGES = (*BEING_BUILT, "production")

Content = Mapping[str, Any]
# Rows that were read last: after a new fact most of them are what they were.
ROWS_READ = 100_000


@dataclass(frozen=True)
class Assignment:
    """A person in a role of a model from `start` to `end`, inclusive and open where None."""

    model_id: str
    role: str
    person: str
    start: date | None
    end: date | None

    def on(self, day: date) -> bool:
        """Return whether the role is held on a day."""
        return holds_on(self.start, self.end, day)


@dataclass(frozen=True)
class Member:
    """A model of a portfolio: its stages from which days on, its first known day, and the day it was judged for.

    `there` tells whether it existed on that day, `states_class` whether its card states factors of a risk class, and
    `answerable` who is asked for those that are missing.
    """

    model_id: str
    stages: tuple[tuple[date, str], ...]
    begun: date
    day: date
    there: bool
    states_class: bool
    factors_missing: int
    first_missing: str | None
    answerable: str | None
    risk: int | None
    promised: float | None
    currency: str | None

    def stage_on(self, day: date) -> str:
        """The stage on a day; before the first card that of the first card."""
        found = self.stages[0][1]
        for start, stage in self.stages:
            if start <= day:
                found = stage
        return found


@dataclass(frozen=True)
class Portfolio:
    """The models that a reader sees, and who held which role of them."""

    members: Mapping[str, Member]
    assignments: Collection[Assignment]
    _holders: dict[tuple[str, date], list[tuple[str, set[str]]]] = field(default_factory=dict, compare=False)
    _active_holders: dict[tuple[tuple[str, ...], date], frozenset[str]] = field(default_factory=dict, compare=False)

    @cached_property
    def by_person(self) -> dict[str, list[Assignment]]:
        """The roles that each person ever held."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for one in self.assignments:
            found[one.person].append(one)
        return dict(found)

    @cached_property
    def states_classes(self) -> bool:
        """Return whether the risk class of any model is stated."""
        return any(member.states_class for member in self.members.values())

    def active_on(self, day: date) -> int:
        """Count the models that are built or run on a day."""
        days, numbers = self._activity
        return numbers[bisect_right(days, day)]

    @cached_property
    def _activity(self) -> tuple[list[date], list[int]]:
        """The days on which the number of models that are built or run changes; the numbers before, between and after.

        A stage holds until the next one begins, the first one also before.
        """
        changes: Counter[date] = Counter()
        number = 0
        for member in self.members.values():
            carried = [stage in CARRIED_STAGES for _, stage in member.stages]
            number += carried[0]
            for (start, _), before, after in zip(member.stages[1:], carried[:-1], carried[1:], strict=True):
                changes[start] += after - before
        days = sorted(changes)
        return days, list(accumulate((changes[day] for day in days), initial=number))

    def holders_on(self, role: str, day: date) -> list[tuple[str, set[str]]]:
        """List the holders of a role on a day with their models, the holder of most first."""
        if (role, day) not in self._holders:
            found: dict[str, set[str]] = {}
            for one in self.assignments:
                if one.role == role and one.on(day):
                    found.setdefault(one.person, set()).add(one.model_id)
            self._holders[role, day] = sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0]))
        return self._holders[role, day]

    def active_holders_on(self, roles: tuple[str, ...], day: date) -> frozenset[str]:
        """Who holds one of some roles on a day, of a model that is built or run then."""
        if (roles, day) not in self._active_holders:
            active = {name for name, member in self.members.items() if member.stage_on(day) in CARRIED_STAGES}
            self._active_holders[roles, day] = frozenset(
                one.person for one in self.assignments if one.role in roles and one.model_id in active and one.on(day)
            )
        return self._active_holders[roles, day]


def portfolio_from(stages: Iterable[tuple[str, str]], roles: Iterable[tuple[str, str]]) -> Portfolio:
    """A portfolio from the rows of the subjects `stage` and `role`, each a model and the JSON text that was kept."""
    found: dict[str, list[str]] = {}
    for model_id, text in stages:
        found.setdefault(model_id, []).append(text)
    members = {model_id: _member(model_id, tuple(texts)) for model_id, texts in found.items()}
    return Portfolio(members, [_assignment(model_id, text) for model_id, text in roles])


@lru_cache(ROWS_READ)
def _assignment(model_id: str, text: str) -> Assignment:
    held = json.loads(text)
    return Assignment(model_id, held["role"], held["person"], _day(held["from"]), _day(held["to"]))


@lru_cache(ROWS_READ)
def _member(model_id: str, texts: tuple[str, ...]) -> Member:
    rows: list[Content] = [json.loads(text) for text in texts]
    first = rows[0]
    return Member(
        model_id,
        tuple((date.fromisoformat(row["from"]), row["stage"]) for row in rows),
        date.fromisoformat(first["begun"]),
        date.fromisoformat(first["day"]),
        first["there"],
        first["states_class"],
        first["factors_missing"],
        first["first_missing"],
        first["answerable"],
        first["risk"],
        first["promised"],
        first["currency"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
