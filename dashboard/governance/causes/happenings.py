"""What happened before a harm, as far as days can tell.

Most of what happens is known to a period only: an alarm of May began on some day of May. So one thing came first only
where the last day on which it may have begun lies before the first day of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dashboard.words import ManyLanguages

Lane = Literal[
    "outside", "upstream", "quality", "drift", "deployment", "environment", "incident", "performance", "value"
]
# From what lies outside and before the model to what follows from it.
LANES: tuple[Lane, ...] = (
    "outside", "upstream", "quality", "drift", "deployment", "environment", "incident", "performance", "value",
)  # fmt: skip
# What counts as harm; all else may have led to it.
HARMS: tuple[Lane, ...] = ("value", "performance")
# What ended, or happened on a day, longer before a harm is not named with it.
LOOKED_BACK = timedelta(days=92)


@dataclass(frozen=True)
class Happening:
    """Something that began on a day from `begins` to `begun_by` and was so until `ends` (None: it still is).

    `what` says it in few words; `subject` is what it is about (a metric, a feature, a table, a version). `period` is
    the one in which it began, or the first and the last one, where it is known by periods only.
    """

    lane: Lane
    begins: date
    begun_by: date
    ends: date | None
    status: str
    what: ManyLanguages
    subject: str | None = None
    period: str | None = None

    @property
    def on_one_day(self) -> bool:
        """Whether it happened on a day, like a deployment, and did not last."""
        return self.begins == self.begun_by == self.ends


def periods_of(first: str, last: str | None) -> str:
    """A period, or the first and the last of several as sentences name them; `last` is None for what goes on.

    >>> periods_of("2024-01", None), periods_of("2024-01", "2024-01"), periods_of("2024-01", "2024-03")
    ('2024-01', '2024-01', '2024-01 – 2024-03')
    """
    return first if last in (None, first) else f"{first} – {last}"


def latest_harm(happenings: Sequence[Happening]) -> Happening | None:
    """The harm to be explained: one that still goes on before one that ended, worse before less bad, the later one."""
    harms = [one for one in happenings if one.lane in HARMS and one.status in ("alert", "warn")]
    return max(harms, key=lambda one: (one.ends is None, one.status == "alert", one.begins), default=None)


def before(happenings: Sequence[Happening], harm: Happening) -> list[Happening]:
    """What certainly began before a harm and had not long been over, first things first."""
    found = [
        one for one in happenings if one.lane not in HARMS and one.begun_by < harm.begins and _was_recent(one, harm)
    ]
    return sorted(found, key=lambda one: (one.begins, one.begun_by, LANES.index(one.lane)))


def meanwhile(happenings: Sequence[Happening], harm: Happening) -> list[Happening]:
    """What began in the time in which a harm may have begun, so that nobody can tell which came first."""
    found = [
        one
        for one in happenings
        if one.lane not in HARMS and one.begins <= harm.begun_by and one.begun_by >= harm.begins
    ]
    return sorted(found, key=lambda one: (one.begins, one.begun_by, LANES.index(one.lane)))


def _was_recent(one: Happening, harm: Happening) -> bool:
    return one.ends is None or one.ends >= harm.begins - LOOKED_BACK
