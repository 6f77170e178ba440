"""The check before every view and action: is this open to who asks?"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from dashboard.access.principal import ANYBODY, Principal
from dashboard.errors import ForbiddenError, NotFoundError, shorten
from dashboard.words import Sentence, mark

LOG = logging.getLogger("dashboard.access")


class HiddenModelError(NotFoundError):
    """A model that its asker may not see; the refusal is that of an unknown model."""

    def __init__(self, model_id: str, known: Iterable[str]) -> None:
        """Keep the model; `known` are those that are shown."""
        super().__init__(f"model {shorten(model_id)} is not known; known are {', '.join(sorted(known))}")
        self.model_id = model_id


class Guarded(Protocol):
    """What a view and an action say about themselves."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles that may use it."""

    @property
    def scope(self) -> str | None:
        """What a token needs for it; None means that no token may."""

    @property
    def personal(self) -> bool:
        """Whether only a person may, since it stands under their name."""


def is_open(principal: Principal, guarded: Guarded) -> bool:
    """Whether a principal may use a view or an action at all; the objects it is about are checked besides."""
    return _obstacle(principal, guarded) is None


def check_open(principal: Principal, guarded: Guarded) -> None:
    """Raise ForbiddenError, and log the attempt, when a view or action is not open to a principal."""
    obstacle = _obstacle(principal, guarded)
    if obstacle is not None:
        LOG.warning("refused %s to %s: %s", guarded.name, principal.actor, obstacle.render())
        raise ForbiddenError(obstacle)


def check_visible(principal: Principal, models: Iterable[str]) -> None:
    """Raise HiddenModelError, worded as for an unknown model, when one of the models is not shown to a principal."""
    for model_id in models:
        if not principal.sees(model_id):
            LOG.warning("refused model %s to %s", shorten(model_id), principal.actor)
            raise HiddenModelError(model_id, principal.models or ())


def _obstacle(principal: Principal, guarded: Guarded) -> Sentence | None:
    if principal.scopes is not None and guarded.scope not in principal.scopes:
        if principal.actor == ANYBODY:
            return Sentence(mark("There is no login here, so everything is read-only."))
        if guarded.scope is None:
            return Sentence(
                mark("No token gives access to this; use a page, or the command line on the server's machine.")
            )
        return Sentence(
            mark("The token does not give access to this; it needs the scope {scope}."), {"scope": guarded.scope}
        )
    if not principal.roles & guarded.roles:
        roles = ", ".join(sorted(guarded.roles))
        return Sentence(mark("This is open to other roles only: {roles}."), {"roles": roles})
    if guarded.personal and principal.person is None:
        return Sentence(mark("This action must be taken by a named person; act as a registered person."))
    return None
