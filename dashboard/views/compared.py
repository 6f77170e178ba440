"""What views about two competitors start from: who they are, and the cases that both scored."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.rights import HiddenModelError
from dashboard.errors import shorten
from dashboard.measures.paired import Difference, Sides, sides_of
from dashboard.profiles.pairing import Asked, Competitor, pairs_of, shared_versions
from dashboard.profiles.pairs import Pairs
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.query import Query

SIGN = "@"
# A difference that chance makes less often than this is one.
MOST_BY_CHANCE = 0.05


@dataclass(frozen=True)
class Compared:
    """Two competitors, the names that readers know them by, and the cases that both scored (None: not monitored)."""

    context: ModelContext
    first: Competitor
    other: Competitor
    pairs: Pairs | None

    @property
    def names(self) -> tuple[str, str]:
        """The first one's version, and the other's (with its model, where that is another one)."""
        is_own = self.other.card.id == self.first.card.id
        return self.first.version, self.other.version if is_own else f"{self.other.card.id}{SIGN}{self.other.version}"

    def sides(self) -> Sides | None:
        """Both on the asked-for cases; None where both scored none."""
        if self.pairs is None or not self.pairs.rows:
            return None
        segment = self.context.query.segment
        return sides_of(self.pairs, [segment or (None, None)])

    def better(self, found: Difference, chance: float) -> str | None:
        """The name of who is better beyond chance; None where that is not known."""
        if not (found.ahead and chance < MOST_BY_CHANCE):
            return None
        return self.names[0] if found.ahead > 0 else self.names[1]


def competitors(store: Store, query: Query) -> list[tuple[str, str]]:
    """The pairs of versions of a model that can be compared, the newest first."""
    assert query.model is not None
    return shared_versions(store, get_card(store, query.model, query.as_of), query.as_of)


def compared(store: Store, query: Query) -> Compared | None:
    """The two that a query asks about; without names the newest versions that scored the same cases (None: no such).

    Raises NotFoundError for an unknown model, InputRefusedError for a version that there is none of.
    """
    context = model_context(store, query)
    first, other = query.version, query.against
    if first is None or other is None:
        known = shared_versions(store, context.card, query.as_of)
        fitting = [pair for pair in known if first in (None, pair[0]) and other in (None, pair[1])]
        turned = [(two, one) for one, two in known if first in (None, two) and other in (None, one)]
        if not (fitting or turned):
            return None
        first, other = (fitting or turned)[0]
    mine, theirs = Competitor(context.card, first), _other(store, context, query, other)
    if (mine.card.id, mine.version) == (theirs.card.id, theirs.version):
        refuse("--against", f"received {shorten(other)}, which is --version too; choose another version")
    if mine.card.task != theirs.card.task:
        refuse("--against", f"received a model of task {theirs.card.task}; allowed is one of {mine.card.task}")
    asked = Asked(context.span, query.threshold, query.as_of)
    return Compared(context, mine, theirs, pairs_of(store, mine, theirs, asked))


def _other(store: Store, context: ModelContext, query: Query, name: str) -> Competitor:
    """The version of this model with a name, else MODEL@VERSION."""
    own = [version.version for version in context.card.versions]
    model_id, sign, version = name.partition(SIGN)
    if name in own or not sign:
        return Competitor(context.card, _checked(name, context.card))
    if not query.sees(model_id):
        raise HiddenModelError(model_id, query.seen or ())
    card = get_card(store, model_id, query.as_of)
    return Competitor(card, _checked(version, card))


def _checked(version: str, card: ModelCard) -> str:
    known = [one.version for one in card.versions]
    if version not in known:
        refuse(
            "--against",
            f"received {shorten(version)}; versions of {card.id} are {', '.join(known)}; "
            f"a version of another model is written MODEL{SIGN}VERSION",
        )
    return version
