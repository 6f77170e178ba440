"""What is open to whom, written down a second time: the matrix compares the program with this table, cell by cell.

One line for each action and each view, in the order of the alphabet. Letters stand for roles: B business stakeholder,
E domain expert, D data scientist, M manager, A administrator. A changed `roles=`, `scope=`, `personal=` or rule in the
program turns the matrix red until its line here says the same.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "B": "business_stakeholder",
    "E": "domain_expert",
    "D": "data_scientist",
    "M": "manager",
    "A": "admin",
}
ALL = "BEDMA"


@dataclass(frozen=True)
class Row:
    """Who may do an action.

    `roles`: letters. `scope`: what a token needs, None = no token. `personal`: only people, under their own name.
    `rules`: the names of its rules; each has its cases in tests/access/rule_cases.py. `example`: the roles whose person
    may do the example of tests/examples.py, where rules narrow `roles`. `program`: whether rules let a program or the
    operator do the example.
    """

    roles: str
    scope: str | None = "actions"
    personal: bool = False
    rules: tuple[str, ...] = ()
    example: str | None = None
    program: bool = True

    @property
    def may(self) -> str:
        return self.roles if self.example is None else self.example


ACTIONS: dict[str, Row] = {
    "create_token": Row("A", scope=None),
    "end_sessions": Row(ALL, scope=None, rules=("oneself_or_admin",), example="A"),
    "grant_access": Row("A", scope=None, rules=("not_for_oneself",)),
    "ingest_actuals": Row("DA", scope="predictions"),
    "ingest_events": Row("DA", scope="events"),
    "ingest_predictions": Row("DA", scope="predictions"),
    "monitor": Row("DMA"),
    "register": Row("DA", scope="cards"),
    "revoke_token": Row("A", scope=None),
}

VIEWS: dict[str, str] = {
    "access": "MA",
    "audit": "MA",
    "calibration": ALL,
    "card": ALL,
    "changes": ALL,
    "confusion": ALL,
    "distribution": ALL,
    "drift": ALL,
    "estimate": ALL,
    "gaps": ALL,
    "importance": ALL,
    "importance-source": ALL,
    "models": ALL,
    "people": ALL,
    "performance": ALL,
    "ranking": ALL,
    "risk": ALL,
    "segments": ALL,
    "status": ALL,
    "targets": ALL,
    "timeline": ALL,
    "tokens": "A",
    "versions": ALL,
    "volumes": ALL,
}
