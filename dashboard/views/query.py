"""What a reader asks of a view: one frozen set of options, the same on the command line, over HTTP and on pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Query:
    """Options of a view; None means the view's own default.

    `start`/`end` are inclusive days in the model's time zone. `reference` is a pair of inclusive days, or the word
    `last_year` (the same period of the year before); None is the card's reference. `seen` is not asked for: `run_view`
    sets it to the models that the reader sees, so that nothing is counted over others; None: all.

    Pages ask for what they show, of views that say so: `among` are the only models, `person` the only person (empty:
    nobody), `statuses` the only ones, in the order wanted; `limit` rows after the first `offset`.
    """

    model: str | None = None
    start: date | None = None
    end: date | None = None
    by: Grain | None = None
    version: str | None = None
    segment: tuple[str, str] | None = None
    reference: tuple[date, date] | Literal["last_year"] | None = None
    on: date | None = None
    as_of: datetime | None = None
    method: str | None = None
    metric: str | None = None
    feature: str | None = None
    threshold: float | None = None
    language: str = "en"
    among: frozenset[str] | None = None
    person: str | None = None
    statuses: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    seen: frozenset[str] | None = None

    def sees(self, model_id: str) -> bool:
        """Whether a model exists for who asks."""
        return self.seen is None or model_id in self.seen
