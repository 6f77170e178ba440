"""What the failure of another tool's check does: the predictions made while it failed, against others of the model.

Which rows are at fault the tool does not tell, so that every prediction made meanwhile from the data counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from dashboard.measures.quality.failing import Failing
from dashboard.measures.quality.harm import FEWEST_LABELLED, Harm, harm_of
from dashboard.measures.quality.imported import ImportedCheck
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Profile, Profiles, merged
from dashboard.schema.card.card import ModelCard
from dashboard.words import Sentence, mark

# What a failure does is counted over so many of its latest base periods, and held against as many before them.
MOST_PERIODS = 92
NOT_COUNTED = Sentence(mark("Nothing of this model is counted yet: log predictions and run “monitor”."))
NO_AMOUNTS = Sentence(mark("The card states no amounts by which right and wrong predictions could be valued."))
FEW_OUTCOMES = mark(
    "{affected} outcomes of affected predictions and {others} of others are known; fewer than {fewest} on either side "
    "value nothing."
)
NO_ROWS = Sentence(mark("No prediction was made while the check failed."))


@dataclass(frozen=True)
class Touched:
    """How many predictions are affected, how many outcomes of them are known, and what that costs.

    None where it is not known; `why` tells the reason. `cost` is in the currency of the card.
    """

    predictions: int | None
    labelled: int | None = None
    cost: float | None = None
    why: Sentence | None = None


@dataclass(frozen=True)
class Meanwhile:
    """The predictions of a model made while a check failed; `version` counts those of one version alone."""

    profiles: Profiles | None
    card: ModelCard
    failing: Failing[ImportedCheck]
    version: str | None = None
    made: Sequence[Profile] = field(default=(), repr=False)

    @property
    def span(self) -> tuple[datetime, datetime | None]:
        """The local begin of the first day of the failure, and its end in local time (None: it goes on)."""
        until, zone = self.failing.known_until, self.card.zone
        begin = self.failing.first.start(self.card, "day")
        return begin, None if until is None else until.astimezone(zone).replace(tzinfo=None)

    def touched(self, within: tuple[datetime, datetime] | None = None) -> Touched:
        """What is affected, in the whole or within some local days (begin, end)."""
        if self.profiles is None:
            return Touched(None, why=NOT_COUNTED)
        rows = [one for one in self._affected if within is None or within[0] <= one.start < within[1]]
        number, labelled = sum(one.predictions for one in rows), sum(one.labelled for one in rows)
        if not number:
            return Touched(0, 0, why=NO_ROWS)
        cost, why = self._cost_of_one
        return Touched(number, labelled, None if cost is None else cost * number, why)

    @cached_property
    def harm(self) -> Harm | None:
        """The metric of the latest affected predictions against those of other days; None where nothing is known.

        Others are those of the days before, while the check did not fail; with too few outcomes, the reference.
        """
        affected = self._recent
        if self.profiles is None or not sum(one.labelled for one in affected):
            return None
        others = self._others(min(one.start for one in affected))
        if sum(one.labelled for one in others) < FEWEST_LABELLED:
            others = self.profiles.reference(("outcomes",))
        layout = self.profiles.layout
        number = sum(one.predictions for one in self._affected)
        return harm_of(merged(affected, layout), merged(others, layout), layout, self.card, number)

    @cached_property
    def _affected(self) -> list[Profile]:
        return [one for one in self.made if self._is_reached(one) and self._fails_in(one.start)]

    @cached_property
    def _recent(self) -> list[Profile]:
        starts = sorted({one.start for one in self._affected})[-MOST_PERIODS:]
        return [one for one in self._affected if one.start in starts]

    def _others(self, before: datetime) -> list[Profile]:
        rest = [one for one in self.made if self._is_reached(one) and not self._fails_in(one.start)]
        starts = sorted({one.start for one in rest if one.start < before})[-MOST_PERIODS:]
        return [one for one in rest if one.start in starts]

    @cached_property
    def _cost_of_one(self) -> tuple[float | None, Sentence | None]:
        """What an affected prediction brings less than another one in the mean, or why that is not known."""
        if self.card.business.value is None:
            return None, NO_AMOUNTS
        number = sum(one.predictions for one in self._affected)
        if self.harm is not None and math.isfinite(self.harm.cost):
            return self.harm.cost / number, None
        known = (0, 0) if self.harm is None else (self.harm.affected.labelled, self.harm.others.labelled)
        if min(known) >= FEWEST_LABELLED:
            return None, NO_AMOUNTS
        values = {"affected": known[0], "others": known[1], "fewest": FEWEST_LABELLED}
        return None, Sentence(FEW_OUTCOMES, values)

    def _is_reached(self, one: Profile) -> bool:
        versions = self.failing.last.versions
        return self.version in (None, one.version) and (versions is None or one.version in versions)

    def _fails_in(self, start: datetime) -> bool:
        assert self.profiles is not None
        begin, end = self.span
        return following(start, self.profiles.layout.base) > begin and (end is None or start < end)


def made_by(profiles: Profiles | None, version: str | None = None) -> list[Profile]:
    """The profiles of a model with outcomes, of all base periods and versions, whole."""
    return [] if profiles is None else profiles.read(("outcomes",), None, version)
