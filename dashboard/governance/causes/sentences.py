"""One sentence on what came first, which never claims more than order in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.governance.causes.happenings import LOOKED_BACK, Happening, before, latest_harm, meanwhile
from dashboard.words import Sentence, mark

# So many things are named; of more the number is told.
NAMED = 3
NO_HARM = mark("No fall of performance or value is on record, so there is nothing to trace back.")
HARM = mark("Since {since}: {harm}.")
HARM_OVER = mark("{since}: {harm}.")
FIRST = mark("Before it began, in this order: {found}.")
MORE = mark("{found}, and {n} more")
NOTHING = mark("Nothing that is recorded here began, or was still so, in the {days} days before it.")
SAME_TIME = mark("In the same period, so that nobody can tell which came first: {found}.")
NO_PROOF = mark("What came first need not be the cause.")
ONE = mark("{what} ({since})")


@dataclass(frozen=True)
class Several:
    """Sentences as one value of another, with semicolons between them."""

    sentences: tuple[Sentence, ...]

    def in_language(self, language: str) -> str:
        """The sentences in one language."""
        return "; ".join(sentence.render(language) for sentence in self.sentences)


def order_in_time(happenings: Sequence[Happening]) -> list[Sentence]:
    """The sentences on the latest harm, on what came before it and on what came with it."""
    harm = latest_harm(happenings)
    if harm is None:
        return [Sentence(NO_HARM)]
    said = [Sentence(HARM if harm.ends is None else HARM_OVER, {"harm": harm.what, "since": _when(harm)})]
    earlier, same = before(happenings, harm), meanwhile(happenings, harm)
    if earlier:
        said.append(Sentence(FIRST, {"found": _listed(earlier)}))
    else:
        said.append(Sentence(NOTHING, {"days": LOOKED_BACK.days}))
    if same:
        said.append(Sentence(SAME_TIME, {"found": _listed(same)}))
    if earlier or same:
        said.append(Sentence(NO_PROOF))
    return said


def _when(one: Happening) -> object:
    """The day on which it happened, or its periods."""
    return one.period or one.begins


def _listed(found: Sequence[Happening]) -> object:
    """What is named: alerts and what people did before what only warned, the later ones first; in order of time."""
    ranked = sorted(found, key=lambda one: (one.status == "warn", -one.begins.toordinal()))
    named = [one for one in found if one in ranked[:NAMED]]
    several = Several(tuple(Sentence(ONE, {"what": one.what, "since": _when(one)}) for one in named))
    return several if len(named) == len(found) else Sentence(MORE, {"found": several, "n": len(found) - len(named)})
