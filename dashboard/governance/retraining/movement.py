"""Which columns have moved away from the reference, and which features did so from one day to the next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from dashboard.governance.retraining.facts import Facts
from dashboard.governance.situation.profiles import DAYS_OF
from dashboard.measures.distribution import decile_counts, distribution
from dashboard.measures.judging.drift.comparison import OUTPUTS, ColumnDrift, Comparison, card_reference
from dashboard.measures.judging.drift.season import Seasons
from dashboard.measures.judging.drift.status import judge_all, rule_of
from dashboard.profiles.bins import Floats
from dashboard.profiles.periods import Grain, following
from dashboard.profiles.windows import Window, merged, windows
from dashboard.store.importances import newest_importance, stated_or_computed

# A jump takes days: blocks of so many base periods with so many rows just before and just after one day differ by most
# of what lies between all that is before and all that is after it.
# Between quarters or years what changes slowly looks like a jump as well.
BLOCKS: dict[Grain, int] = {"hour": 168, "day": 7, "week": 2, "month": 1}
ROWS_OF_BLOCK = 100
LEAST_JUMP, MOST_OF_IT = 0.15, 0.6
Days = tuple[date, date]


@dataclass(frozen=True)
class Movement:
    """What the features, the score and the outcomes of the latest period look like beside the reference."""

    period: str
    columns: tuple[ColumnDrift, ...]
    needed: float

    @property
    def moved(self) -> list[ColumnDrift]:
        """The features that have moved and that the model relies on, the most important first; all where unknown."""
        found = [one for one in self.features if one.moved and not one.importance < self.needed]
        return sorted(found, key=lambda one: (-np.nan_to_num(one.importance), -one.value))

    @property
    def features(self) -> list[ColumnDrift]:
        """The features, without score and outcomes."""
        return [one for one in self.columns if one.column not in OUTPUTS]

    @property
    def judged(self) -> list[ColumnDrift]:
        """The features of which it is known whether they have moved."""
        return [one for one in self.features if one.verdict.status != "unknown"]

    @property
    def share(self) -> float:
        """The share of the importance that has moved; NaN where no importance is known."""
        known = [one for one in self.features if math.isfinite(one.importance)]
        total = sum(one.importance for one in known)
        return sum(one.importance for one in known if one.moved) / total if total > 0 else math.nan


@dataclass(frozen=True)
class Jump:
    """A feature that changed on a day: how far what came before lies from what came after (total variation, 0 to 1)."""

    feature: str
    day: date
    distance: float
    importance: float


def importance_of(facts: Facts) -> Mapping[str, float]:
    """The importance of the features of the newest version of which it is known."""
    computed = facts.situation.importances.get(facts.model_id, {})
    return newest_importance(facts.card, stated_or_computed(facts.card, computed))


def movement_of(facts: Facts) -> Movement | None:
    """How far the latest period with enough rows has moved; None without one, or without a reference."""
    reference, chosen = card_reference(facts.profiles), facts.card.data.reference
    fewest = facts.thresholds.drift.min_rows
    if reference is None or chosen is None:
        return None
    used = [
        window
        for window in facts.periods
        if window.predictions >= fewest and window.start is not None and window.start.date() > chosen.end
    ]
    if not used:
        return None
    latest = used[-1].start
    assert latest is not None
    days = latest.date(), (following(latest, facts.grain) - timedelta(days=1)).date()
    (window,) = windows(facts.profiles.read(("features",), days), facts.profiles.layout, facts.grain)
    comparison = Comparison(facts.profiles.layout, window, reference, True, (chosen.start, chosen.end))
    rule = rule_of(comparison, facts.thresholds, dict(importance_of(facts)))
    found = judge_all(comparison, rule, Seasons(facts.profiles))
    return Movement(window.label, tuple(found), facts.thresholds.drift.alert_importance)


def jumps_near(facts: Facts, begin: datetime, names: Sequence[str]) -> list[Jump]:
    """The features of `names` that jumped in the period that begins at `begin` or the one before it."""
    period = timedelta(days=DAYS_OF[facts.grain])
    days = (begin - 2 * period).date(), (begin + 2 * period).date()
    layout = facts.profiles.layout
    by_start: dict[datetime, list[object]] = {}
    for profile in facts.profiles.read(("features",), days):
        by_start.setdefault(profile.start, []).append(profile)
    starts = sorted(by_start)
    parts = [merged(by_start[start], layout) for start in starts]  # type: ignore[arg-type]
    reference = card_reference(facts.profiles)
    if reference is None or len(parts) < 2 or layout.base not in BLOCKS:
        return []
    importance, found = importance_of(facts), []
    for name in names:
        jump = _jump(_counts(facts, reference, parts, name), BLOCKS[layout.base])
        if jump is not None:
            place, distance = jump
            day = starts[place].date()
            if (begin - period).date() <= day <= (begin + period).date():
                found.append(Jump(name, day, distance, importance.get(name, math.nan)))
    return found


def _counts(facts: Facts, reference: Window, parts: Sequence[Window], name: str) -> Floats:
    """Rows of each base period in the deciles of the reference, or in categories; missing values are one of them."""
    layout = facts.profiles.layout
    then = distribution(reference, layout, name, True)
    found = [decile_counts(then, distribution(part, layout, name))[1] for part in parts]
    size = max(len(one) for one in found)
    return np.array([np.pad(one, (0, size - len(one))) for one in found])


def _jump(counts: Floats, block: int) -> tuple[int, float] | None:
    """The place before which the rows of base periods change most, and by how much; None where they do so slowly."""
    sums = np.vstack([np.zeros(counts.shape[1]), np.cumsum(counts, axis=0)])
    rows = sums.sum(axis=1)
    best: tuple[float, int] | None = None
    for place in range(1, len(counts)):
        before, after = rows[place], rows[-1] - rows[place]
        if min(before, after) >= ROWS_OF_BLOCK and block < place < len(counts) - block:
            apart = _distance(sums[place], sums[-1] - sums[place])
            weight = apart * math.sqrt(before * after)
            best = max(best, (weight, place)) if best is not None else (weight, place)
    if best is None:
        return None
    place = best[1]
    whole = _distance(sums[place], sums[-1] - sums[place])
    first, last = _end_of_block(rows, place, -block), _end_of_block(rows, place, block)
    near = _distance(sums[place] - sums[first], sums[last] - sums[place])
    by_chance = math.sqrt(counts.shape[1] / max(1.0, min(rows[place] - rows[first], rows[last] - rows[place])))
    if whole < max(LEAST_JUMP, by_chance) or near < MOST_OF_IT * whole:
        return None
    return place, whole


def _end_of_block(rows: Floats, place: int, size: int) -> int:
    """The other end of a block that begins at a place: `size` base periods (before it: below zero) with enough rows."""
    step = 1 if size > 0 else -1
    end = place
    while 0 <= end + step < len(rows) and (
        abs(end - place) < abs(size) or abs(rows[end] - rows[place]) < ROWS_OF_BLOCK
    ):  # fmt: skip
        end += step
    return end


def _distance(one: Floats, other: Floats) -> float:
    """Half the sum of the differences of shares (total variation)."""
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)
