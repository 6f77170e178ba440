"""Keep note of actions that were refused to somebody who is known, for the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dashboard.access.principal import ANYBODY, Principal
from dashboard.access.rights import LOG, HiddenModelError
from dashboard.errors import ForbiddenError
from dashboard.store.audit.refusals import Refusal
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.words import LANGUAGES, Sentence, mark

HIDDEN = Sentence(mark("This person cannot see this model."))


@contextmanager
def refusals_noted(store: Store, principal: Principal, action: str, models: tuple[str, ...] = ()) -> Iterator[None]:
    """Within the block, whatever is refused to a principal for want of a right is noted, and raised as before.

    Who is not known leaves no note, but a line in the log. A model that is not registered is no model that was tried.
    """
    try:
        yield
    except HiddenModelError as fault:
        if fault.model_id in list_cards(store):
            _note(store, principal, (action, fault.model_id), HIDDEN)
        raise
    except ForbiddenError as fault:
        # What is a kind of this says something else: work under way, a login that ended.
        if type(fault) is ForbiddenError:
            known = next((model for model in (*models, fault.model_id) if model in list_cards(store)), None)
            _note(store, principal, (action, known), fault.sentence)
        raise


def note_hidden(store: Store, principal: Principal, action: str, models: Iterable[str]) -> None:
    """Note that somebody sent a file about models that they do not see; the answer does not tell that these exist."""
    known = list_cards(store)
    for model_id in models:
        if model_id in known and not principal.sees(model_id):
            _note(store, principal, (action, model_id), HIDDEN)


def _note(store: Store, principal: Principal, about: tuple[str, str | None], sentence: Sentence) -> None:
    if principal.actor == ANYBODY:
        return
    reason = {language: sentence.render(language) for language in LANGUAGES}
    try:
        noted = store.refusals.note(Refusal(now(), principal.actor, *about, reason))
    except OSError as fault:
        # What is refused stays refused where the note cannot be written.
        LOG.warning("a refusal of %s to %s cannot be noted: %s", about[0], principal.actor, fault.strerror)
        return
    if noted:
        store.renew()
