"""Who puts whom into a role of a model: nobody themselves into one that answers, signs or judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import people_with
from dashboard.errors import ForbiddenError
from dashboard.governance.situation.builders import BUILDER_ROLES
from dashboard.schema.access import AccessRole
from dashboard.schema.card.roles import ROLE_NAMES, ROLE_WORDS, RoleName
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.registry import Call
    from dashboard.actions.roles import Assignment, HandOver

MANAGERS: tuple[AccessRole, ...] = ("manager", "admin")
# Who holds one of these answers for the model, stands in, signs its steps or may close its findings.
JUDGING_ROLES: frozenset[RoleName] = frozenset(ROLE_NAMES) - frozenset(BUILDER_ROLES)


def no_self_appointment(call: Call, payload: Assignment | HandOver) -> None:
    """Nobody gives themselves a role that answers, stands in or signs, neither by an assignment nor by a hand-over."""
    person = getattr(payload, "successor", None) or payload.person
    if payload.role in JUDGING_ROLES and person == call.principal.person and not call.principal.operates:
        values = {"role": ROLE_WORDS[payload.role], "people": people_with(call.store, MANAGERS, person)}
        message = mark("You cannot give yourself this role ({role}); somebody else must do it: {people}.")
        raise ForbiddenError(Sentence(message, values))
