"""What is at stake while models do not work, or work on faulty data: the value that is promised for that time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import Promise, promise_on, promised, promises
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.stated_promises import StatedPromise, stated_promises
from dashboard.words import Sentence, mark

# Of a mean month of 365.25 / 12 days.
HOURS_A_MONTH = 730.5
NOTHING_PROMISED = Sentence(mark("Nothing is promised for the model in these days, so the value at risk is unknown."))


@dataclass(frozen=True)
class Stake:
    """An `amount` of money in `currency`; None with the `reason` where it is not known."""

    amount: float | None
    currency: str | None
    reason: Sentence | None = None


class Stakes:
    """The promises of some models, as stated by a day (None: today) and known at an instant (None: now)."""

    def __init__(
        self, store: Store, models: Collection[str], day: date | None = None, as_of: datetime | None = None
    ) -> None:
        """Read them; only of models whose promise ever changed is the history looked at."""
        self._day, self._moment = day, as_of or now()
        stated = stated_promises(store, models, as_of)
        situation = Situation(store, day, as_of, seen=frozenset(models) - stated.keys())
        self._lines: Mapping[str, Sequence[Promise]] = {
            **{model_id: promises(situation, model_id) for model_id in situation.cards},
            **{model_id: _only_line(model_id, one) for model_id, one in stated.items()},
        }

    def of_days(self, model_id: str, begin: date, end: date, share: float = 1.0) -> Stake:
        """What is promised for the days from `begin` to `end`, both inclusive, of a share of a model's predictions."""
        lines = self._lines.get(model_id, ())
        amount = promised(lines, begin, end)
        if amount is None:
            return Stake(None, None, NOTHING_PROMISED)
        line = promise_on(lines, end)
        return Stake(amount * share, line.currency if line else None)

    def of_an_hour(self, model_id: str, time_zone: str) -> Stake:
        """What an hour of a mean month brings by the promise in force on the day, which ends in a time zone."""
        day = self._day or self._moment.astimezone(ZoneInfo(time_zone)).date()
        line = promise_on(self._lines.get(model_id, ()), day)
        if line is None:
            return Stake(None, None, NOTHING_PROMISED)
        return Stake(line.per_month / HOURS_A_MONTH, line.currency)


def _only_line(model_id: str, stated: StatedPromise | None) -> list[Promise]:
    if stated is None:
        return []
    at = stated.recorded_at
    return [Promise(model_id, None, stated.per_month, stated.currency, "card", at, at)]
