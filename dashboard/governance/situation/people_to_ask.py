"""Whom to ask about a model: the first person of a role who is there, else who answers for the model or its process."""

from __future__ import annotations

from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import RoleName


def first_to_ask(situation: Situation, model_id: str, *roles: RoleName) -> str | None:
    """The first holder of the roles, then the executive, a deputy, the owner of the process; None when there is none.

    Persons who are known to have left come last within their role.
    """
    day = situation.day(model_id)
    for role in dict.fromkeys([*roles, "accountable_executive", "deputy"]):
        holders = situation.holders_on(model_id, role, day)
        if holders:
            known = situation.organisation.people
            return min(holders, key=lambda person: person in known and situation.present(person, day) is None)
    process = situation.organisation.processes.get(situation.cards[model_id].business.process or "")
    return process.owner if process else None
