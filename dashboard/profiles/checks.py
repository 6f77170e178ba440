"""Count by period which rows break the rules of the card, and which repeat another one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.profiles.bins import Ints
from dashboard.profiles.layout import Layout
from dashboard.profiles.outcomes import Arrays
from dashboard.profiles.row_conditions import RULE, SAME, Names, RowChecks
from dashboard.schema.card.row_rules import parse_rule

# Of each rule: rows that break it, and rows that it decides.
RULES, REPEATED = "rules", "repeated"
BROKEN, DECIDED = range(2)
# Beyond so many rows of one pass only those whose number divides by a power of two are held against each other.
MOST_HELD = 2_000_000


def row_checks(layout: Layout) -> RowChecks:
    """Whether each row keeps the rules of a layout, and which other rows it repeats."""
    return RowChecks([parse_rule(rule.check) for rule in layout.rules], names_of(layout), same=True)


def names_of(layout: Layout) -> Names:
    """The names of columns in the log, and what they hold."""
    features = set(layout.feature_names())
    numeric = {bins.name for bins in layout.columns if bins.kind == "numeric"}
    return Names(layout.log_names, frozenset(features & numeric), frozenset(features - numeric))


class RowCheckCounter:
    """Counts the checks of each row of one model version; batches without them count nothing."""

    def __init__(self, rules: int) -> None:
        """Count so many rules."""
        self._rules = rules
        self._counts: dict[int, Ints] = {}
        self._held: dict[int, list[NDArray[np.uint64]]] = {}
        self._rows, self._step = 0, np.uint64(1)

    def add(self, batch: pa.RecordBatch, periods: Ints) -> None:
        """Add the rows of a batch; `periods` is the place of each row's period."""
        if SAME not in batch.schema.names:
            return
        present = np.unique(periods)
        same = batch.column(SAME).to_numpy(zero_copy_only=False)
        self._hold(same, periods, present)
        for period in present:
            self._counts.setdefault(int(period), np.zeros((self._rules, 2), dtype=np.int64))
        for rule in range(self._rules):
            kept = batch.column(f"{RULE}{rule}")
            decided = kept.is_valid().to_numpy(zero_copy_only=False)
            broken = ~kept.fill_null(True).to_numpy(zero_copy_only=False)
            for cell, rows in ((BROKEN, broken), (DECIDED, decided)):
                counts = np.bincount(np.searchsorted(present, periods[rows]), minlength=len(present))
                for period, count in zip(present, counts, strict=True):
                    self._counts[int(period)][rule, cell] += int(count)

    def _hold(self, same: NDArray[np.uint64], periods: Ints, present: Ints) -> None:
        kept = same % self._step == 0
        for period in present:
            chosen = same[kept & (periods == period)] if len(present) > 1 else same[kept]
            self._held.setdefault(int(period), []).append(chosen)
            self._rows += len(chosen)
        while self._rows > MOST_HELD:
            self._step *= np.uint64(2)
            for period, parts in self._held.items():
                self._held[period] = [part[part % self._step == 0] for part in parts]
            self._rows = sum(len(part) for parts in self._held.values() for part in parts)

    def finish(self) -> dict[int, Arrays]:
        """The counts by period: `rules` (rule, broken and decided), and `repeated` rows beyond the first of their kind.

        Of more rows than are held at once, `repeated` is scaled up from a sample of the kinds.
        """
        found: dict[int, Arrays] = {}
        for period, counts in self._counts.items():
            held = np.concatenate(self._held[period])
            repeated = (len(held) - len(np.unique(held))) * int(self._step)
            found[period] = {RULES: counts, REPEATED: np.array([repeated], dtype=np.int64)}
        return found
