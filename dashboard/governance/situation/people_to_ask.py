"""Whom to ask about a model: the first who is there of those who hold its roles or answer for its process."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.situation.history import EXECUTIVE, holders_on
from dashboard.governance.situation.situation import Situation
from dashboard.schema.card.roles import ROLE_NAMES, RoleName


def whom_to_ask(situation: Situation, model_id: str, *roles: RoleName) -> str | None:
    """Return the first who is there on the day; where nobody is, the first who is not registered; None without any.

    In this order: who holds one of `roles`, the executive, the deputy, the owner of the process, the stakeholder, the
    leads of the holders' teams, the other holders.
    """
    day, people = situation.day(model_id), situation.organisation.people
    there = next((one for one in _askable(situation, model_id, roles) if situation.present(one, day)), None)
    return there or next((one for one in _askable(situation, model_id, roles) if one not in people), None)


def _askable(situation: Situation, model_id: str, roles: tuple[RoleName, ...]) -> Iterator[str]:
    organisation = situation.organisation
    for role in dict.fromkeys((*roles, EXECUTIVE, "deputy")):
        yield from situation.holders(model_id, role)
    process = organisation.processes.get(situation.cards[model_id].business.process or "")
    if process is not None and process.owner:
        yield process.owner
    yield from situation.holders(model_id, "business_stakeholder")
    holders = holders_on(situation, model_id, ROLE_NAMES, situation.day(model_id))
    for person in holders:
        known = organisation.people.get(person)
        team = organisation.teams.get(known.team or "") if known else None
        if team is not None and team.lead:
            yield team.lead
    yield from holders
