"""One check of a model's data: what it counts by base period, what it allows, and what it finds in a window."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dashboard.schema.card.data import Dimension
from dashboard.schema.card.row_rules import Condition
from dashboard.words import Sentence

Ints = NDArray[np.int64]
# Whether so many affected rows, of so many, are more than chance brings; the slice are the base periods they are of.
Test = Callable[[float, float, slice], bool]


@dataclass(frozen=True)
class Check:
    """A check with its counts by base period.

    `affected` of `rows` are at fault; a period without `rows` is not judged. `limit` is the largest share that is
    allowed, `usual` the share in the reference. `beyond_chance` is asked where a share lies above the limit; None: each
    row at fault counts. `declared` tells that the card asks for it. `condition` holds for a row that is affected; None
    where no single row shows it. `message` tells what is wrong, with `affected`, `rows`, `share`, and `values`.
    `standing` tells that it is no fault of a day but of the feature, which only warns. `unknown` tells why nobody can
    say whether the rows are at fault.
    """

    name: str
    dimension: Dimension
    feature: str | None
    affected: Ints
    rows: Ints
    message: str
    limit: float = 0.0
    usual: float = 0.0
    beyond_chance: Test | None = None
    declared: bool = False
    condition: Condition | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    standing: bool = False
    unknown: Sentence | None = None
    details: Callable[[slice], Mapping[str, object]] | None = None


@dataclass(frozen=True)
class Checked:
    """What a check found in a window: rows affected of those judged, whether it fails, and the first day of that."""

    check: Check
    label: str
    start: datetime
    affected: int
    rows: int
    fails: bool
    since: datetime | None = None
    reason: Sentence | None = None

    @property
    def share(self) -> float:
        """The share of the rows that is affected."""
        return self.affected / self.rows if self.rows else math.nan


def check_windows(
    check: Check, windows: Sequence[tuple[str, datetime, slice]], starts: Sequence[datetime]
) -> Iterator[Checked]:
    """What a check finds in windows (name, start, base periods that they hold), in the order of time.

    A run of windows that fail begins on the day from which on the rows speak most for a fault.
    """
    affected, rows = (np.concatenate([[0], np.cumsum(counts)]) for counts in (check.affected, check.rows))
    since: datetime | None = None
    begin: int | None = None
    for name, start, places in windows:
        size = int(rows[places.stop] - rows[places.start])
        if not size:
            continue
        hit = int(affected[places.stop] - affected[places.start])
        fails = hit > 0 and hit > check.limit * size
        if fails and check.beyond_chance is not None:
            fails = check.beyond_chance(hit, size, places)
        if not fails:
            since, begin = None, places.start
            yield Checked(check, name, start, hit, size, fails, reason=check.unknown)
            continue
        around = slice(places.start if begin is None else begin, places.stop)
        since = since or _first_day(check, around, hit / size, starts)
        yield Checked(check, name, start, hit, size, fails, since, _reason(check, hit, size, places))


def _first_day(check: Check, around: slice, share: float, starts: Sequence[datetime]) -> datetime:
    """The base period from which on the rows until the end of a window are most likely at fault (change point).

    The largest sum, from a period to the end, of log likelihood ratios of the share of the window to the usual one.
    """
    affected, rows = check.affected[around].astype(np.float64), check.rows[around].astype(np.float64)
    usual = min(max(check.usual, 0.5 / max(1.0, float(check.rows.sum()))), 0.5 * share)
    now = min(share, 1 - 1e-9)
    scores = affected * math.log(now / usual) + (rows - affected) * math.log((1 - now) / (1 - usual))
    first = int(np.argmax(np.cumsum(scores[::-1])[::-1]))
    return starts[around.start + first + int(np.argmax(affected[first:] > 0))]


def _reason(check: Check, affected: int, rows: int, places: slice) -> Sentence:
    values: dict[str, object] = {"feature": check.feature} if check.feature is not None else {}
    values |= {"affected": affected, "rows": rows, "share": affected / rows, "usual": check.usual, **check.values}
    if check.details is not None:
        values |= check.details(places)
    return Sentence(check.message, values)
