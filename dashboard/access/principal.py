"""Who acts or asks: as the ledger names them, the person if one is known, and what is open to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.schema.access import EVERYBODY

ANYBODY = "anybody"
# How the ledger names people by what brought them in: `login:anna`, `switcher:anna`, `cli:root as anna`.
ACTS_AS = " as "
PERSONAL_WAYS = ("login", "switcher")


@dataclass(frozen=True)
class Principal:
    """A person, a program or the operator of this machine.

    `roles` are those of the program (schema/access.py). `scopes` is None unless a token acts, which then needs the
    scope of what it does as well, or nobody has logged in. `models` is None where every model may be seen. `operates`
    is true of who runs this machine, and of programs with a token in nobody's name: they bring what the organisation
    decided elsewhere. `at_command_line` is true of who runs this machine's command line, and of nobody else.
    """

    actor: str
    person: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    models: frozenset[str] | None = None
    operates: bool = False
    at_command_line: bool = False

    def sees(self, model_id: str) -> bool:
        """Whether a model exists for them."""
        return self.models is None or model_id in self.models


def operator(actor: str) -> Principal:
    """Somebody to whom everything is open: who runs this machine's command line, and the program itself."""
    return Principal(actor, roles=EVERYBODY, operates=True, at_command_line=True)


def anybody() -> Principal:
    """Whoever reaches a server without login that others can reach: they read what is not for administrators."""
    return Principal(ANYBODY, roles=EVERYBODY - {"admin"}, scopes=frozenset({"read"}))


def person_behind(actor: str) -> str | None:
    """The person behind an actor of the ledger; None for the operator, and for programs in their own right."""
    account, _, person = actor.partition(ACTS_AS)
    kind, _, name = account.partition(":")
    return person or (name if kind in PERSONAL_WAYS else None)


def holds_on(start: date | None, end: date | None, day: date) -> bool:
    """Whether a span of days, inclusive and open where None, holds a day."""
    return (start is None or start <= day) and (end is None or day <= end)
