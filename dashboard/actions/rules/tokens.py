"""Who makes and revokes tokens: everybody in their own name, the operator of the machine for programs and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.actions.rules.asking import named, people_with
from dashboard.errors import ForbiddenError
from dashboard.store.tokens import list_tokens
from dashboard.words import Sentence, mark

if TYPE_CHECKING:
    from dashboard.actions.registry import Call
    from dashboard.actions.tokens import NamedToken, NewToken


def in_ones_own_name(call: Call, payload: NewToken) -> None:
    """Nobody makes a token that acts as somebody else, or in nobody's name; the operator's command line may.

    A token in nobody's name is not asked for its rights, and one in another's name would do what they may.
    """
    if call.principal.at_command_line or (payload.person is not None and payload.person == call.principal.person):
        return
    if payload.person is None:
        message = mark(
            "A token in nobody's name is made on the command line of the server's machine only; make one in your own "
            "name, or ask whoever runs the server."
        )
        raise ForbiddenError(Sentence(message))
    message = mark(
        "A token in a person's name is made by that person, or on the command line of the server's machine: {people}."
    )
    raise ForbiddenError(Sentence(message, {"people": named(call.store, [payload.person])}))


def ones_own_or_admin(call: Call, payload: NamedToken) -> None:
    """Everybody revokes the tokens in their own name, an administrator every token; raises ForbiddenError."""
    if "admin" in call.principal.roles:
        return
    own = {one.name for one in list_tokens(call.store) if one.person == call.principal.person and one.person}
    if payload.name not in own:
        values = {"people": people_with(call.store, ("admin",), call.principal.person)}
        message = mark("You can revoke the tokens in your own name only; an administrator revokes others: {people}.")
        raise ForbiddenError(Sentence(message, values))
