"""The objects that rules look at: for each rule of each action one call that it lets through and one that it stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """A person of the world (by the letter of their role) and a payload; `allowed` is what the rule must say."""

    letter: str
    values: dict[str, Any]
    allowed: bool


CASES: dict[tuple[str, str], tuple[Case, ...]] = {
    ("end_sessions", "oneself_or_admin"): (
        Case("B", {"person": "person.b", "reason": "lost"}, allowed=True),
        Case("A", {"person": "person.b", "reason": "lost"}, allowed=True),
        Case("M", {"person": "person.b", "reason": "lost"}, allowed=False),
    ),
    ("grant_access", "not_for_oneself"): (
        Case("A", {"person": "person.b", "roles": ["manager"], "reason": "new"}, allowed=True),
        Case("A", {"person": "person.a", "roles": ["manager"], "reason": "new"}, allowed=False),
    ),
}
