"""All checks of a model's data, by default and as its card asks for, over windows of any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np

from dashboard.measures.quality.calendar_faults import growth_checks, season_checks
from dashboard.measures.quality.check import Check, Checked, check_windows
from dashboard.measures.quality.columns import column_checks
from dashboard.measures.quality.rows import gap_check, late_check, repeated_check, rule_checks
from dashboard.measures.quality.shifts import shift_checks
from dashboard.measures.quality.skew import skew_checks
from dashboard.measures.quality.table import QualityTable
from dashboard.profiles.periods import Grain, floor, label
from dashboard.schema.card.card import ModelCard

# The probability that any derived check of a model fails in any of its periods, though nothing is wrong.
FAILS_BY_CHANCE = 0.02
# So many periods are reckoned with at least, so that a verdict hardly depends on how long the log is.
PERIODS = 400
# Missing values, range, categories of each feature; repeated rows and gaps.
CHECKS_A_FEATURE, CHECKS_OF_ROWS = 2, 2

Windows = list[tuple[str, datetime, slice]]


def quality_checks(table: QualityTable, card: ModelCard) -> list[Check]:
    """Every check that the reference shows to hold, or that the card asks for."""
    chance = FAILS_BY_CHANCE / (CHECKS_A_FEATURE * len(table.features) + CHECKS_OF_ROWS)
    chance /= max(PERIODS, len(table.starts))
    return list(_without_echoes(_checks(table, card, chance)))


def _checks(table: QualityTable, card: ModelCard, chance: float) -> Iterator[Check]:
    yield from rule_checks(table, card.data.rules)
    yield from skew_checks(table, chance)
    yield from shift_checks(table)
    yield from growth_checks(table)
    yield from season_checks(table)
    yield from column_checks(table, card.data.features, chance)
    if table.reference.any():
        yield from repeated_check(table, chance)
    yield from gap_check(table, chance)
    yield from late_check(table)


def _without_echoes(checks: Iterator[Check]) -> Iterator[Check]:
    """Leave out of a plausible range what another unit, scale, or the begin of the records, explains.

    What is on another scale is in no other unit.
    """
    explained: dict[str | None, np.ndarray] = {}
    scaled: set[str | None] = set()
    for check in checks:
        if check.unknown is not None:
            yield check
            continue
        if check.name == "scale":
            scaled.add(check.feature)
        if check.name == "unit" and check.feature in scaled:
            continue
        if check.name in ("unit", "grows with the records", "code", "scale"):
            gone = explained.get(check.feature, np.zeros(len(check.affected), dtype=bool))
            explained[check.feature] = gone | (check.affected > 0)
        elif check.name == "plausible range" and check.feature in explained:
            yield replace(check, affected=np.where(explained[check.feature], 0, check.affected))
            continue
        yield check


def windows_of(table: QualityTable, by: Grain, span: tuple[date, date] | None = None) -> Windows:
    """Name, start and base periods of each window that touches the days of `span`."""
    found: Windows = []
    first = 0
    begins = [floor(start, by) for start in table.starts]
    for place in range(1, len(begins) + 1):
        if place < len(begins) and begins[place] == begins[first]:
            continue
        days = table.starts[first].date(), table.starts[place - 1].date()
        if span is None or (days[1] >= span[0] and days[0] <= span[1]):
            found.append((label(begins[first], by), begins[first], slice(first, place)))
        first = place
    return found


def checked(table: QualityTable, checks: Sequence[Check], windows: Windows) -> list[Checked]:
    """What the checks find in the windows, those of a window together, in the order of time."""
    found = [one for check in checks for one in check_windows(check, windows, table.starts)]
    return sorted(found, key=lambda one: one.start)
