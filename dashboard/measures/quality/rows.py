"""Checks of whole rows: rules of the card, rows that repeat others, and periods in which rows are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.measures.quality.chance import chance_of, dispersion, lower_tail
from dashboard.measures.quality.check import Check
from dashboard.measures.quality.columns import LEAST_CHANGE
from dashboard.measures.quality.table import TOTAL, Floats, Ints, QualityTable
from dashboard.profiles.checks import BROKEN, DECIDED
from dashboard.schema.card.data import RowRule
from dashboard.schema.card.row_rules import Negation, columns_of, parse_rule
from dashboard.words import mark

# Where so many of the reference's rows repeat others, repeating says nothing.
MOST_REPEATED = 0.2
# A period with a smaller part of the rows that are usual on its weekday (or at its hour) lacks rows.
FEW = 0.25
# Periods around one that lack this part belong to the same gap.
HALF = 0.5
# Fewer weeks of a log do not tell one weekday from another.
FEWEST_WEEKS = 4
FEWEST_PERIODS = 6
# Where gaps come oftener, they belong to the rhythm.
FEW_GAPS, SELDOM = 3, 0.02
# So many periods of a kind before and behind one show what has become usual.
NEIGHBOURS = 4


def rule_checks(table: QualityTable, rules: Sequence[RowRule]) -> Iterator[Check]:
    """The rules of the card, where they are counted."""
    counted = {rule.name: (place, rule.check) for place, rule in enumerate(table.layout.rules)}
    for rule in rules:
        place, text = counted.get(rule.name, (0, ""))
        if text != rule.check:
            continue
        condition = parse_rule(rule.check)
        named = [column for column in columns_of(condition) if column in table.features]
        yield Check(
            rule.name,
            rule.dimension,
            named[0] if len(named) == 1 else None,
            table.rules[:, place, BROKEN],
            table.rules[:, place, DECIDED],
            mark('{affected} of {rows} rows break the rule "{rule}" ({check}).'),
            limit=rule.limit,
            declared=True,
            condition=Negation(condition),
            values={"rule": rule.name, "check": rule.check},
        )


def repeated_check(table: QualityTable, chance: float) -> Iterator[Check]:
    """Rows that agree with another one of the period in everything but their id."""
    rows, repeated = input_rows(table), table.repeated
    inside = table.reference
    pairs, then = rows.astype(np.float64) ** 2, float(rows[inside].sum())
    if not then:
        return
    usual = float(repeated[inside].sum()) / then
    if usual > MOST_REPEATED:
        return
    effect = dispersion(repeated[inside].astype(float), rows[inside].astype(float))

    def test(affected: float, size: float, places: slice) -> bool:
        del size
        # Of twice as many rows four times as many agree by chance.
        now, known = float(pairs[places].sum()), float(pairs[inside].sum())
        return chance_of((affected, now), (float(repeated[inside].sum()), known), effect) < chance

    yield Check(
        "repeated rows",
        "consistency",
        None,
        np.where(table.judged, repeated, 0),
        np.where(table.judged, rows, 0),
        mark("{affected} of {rows} rows repeat another one in everything but the id."),
        limit=max(LEAST_CHANGE, 2 * usual),
        usual=usual,
        beyond_chance=test,
    )


def input_rows(table: QualityTable) -> Ints:
    """Rows by period, also those without a score."""
    if not table.features:
        return table.rows
    rows: Ints = table.counts[:, 0, TOTAL]
    return rows


def gap_check(table: QualityTable, chance: float) -> Iterator[Check]:
    """Periods in which most of the usual rows are missing, by the rhythm that the log shows around them.

    The last period may not be over yet, and the reference is what it is.
    """
    rows = input_rows(table).astype(np.float64)
    if len(rows) < FEWEST_PERIODS or table.layout.base in ("month", "year"):
        return
    usual = _usual(table, rows)
    few, fewer = rows < FEW * usual, rows < HALF * usual
    steady = ~fewer & (usual > 0) & table.judged
    if not steady.any():
        return
    # As many rows count as one as vary together.
    spread = max(1.0, float(((rows[steady] - usual[steady]) ** 2).sum() / usual[steady].sum()))
    lacking = np.zeros(len(rows), dtype=np.int64)
    found = 0
    for first, last in _runs(fewer & table.judged):
        if not few[first:last].any():
            continue
        came, wanted = float(rows[first:last].sum()), float(usual[first:last].sum())
        if last < len(rows) and lower_tail(came / spread, wanted / spread) < chance:
            lacking[first:last] = np.rint(usual[first:last] - rows[first:last])
            found += 1
    if found > max(FEW_GAPS, SELDOM * len(rows)):
        return
    yield Check(
        "rows of the period",
        "availability",
        None,
        lacking,
        np.where(table.judged, np.maximum(np.rint(usual), rows), 0).astype(np.int64),
        mark("{affected} of the {rows} rows that are usual did not come."),
    )


def late_check(table: QualityTable) -> Iterator[Check]:
    """Rows that arrived later after their day than rows usually do."""
    late = table.late
    if late is None:
        return

    def details(places: slice) -> Mapping[str, object]:
        return {"days": int(late.longest[places].max()), "usual_days": late.usual_days}

    yield Check(
        "late rows",
        "availability",
        None,
        np.where(table.judged, late.rows, 0),
        np.where(table.judged, np.maximum(input_rows(table), late.rows), 0),
        mark(
            "{affected} of {rows} rows arrived late, up to {days} days after their day; the oldest rows of a delivery "
            "usually take {usual_days}."
        ),
        limit=LEAST_CHANGE,
        details=details,
    )


def _usual(table: QualityTable, rows: Floats) -> Floats:
    """The median of the periods around each one; of the same weekday and hour, where the log is long enough."""
    base = table.layout.base
    weeks = len(rows) / (7 * 24 if base == "hour" else 7)
    by_weekday = weeks >= FEWEST_WEEKS
    kinds = np.array(
        [(start.weekday() if by_weekday else 0) * 24 + (start.hour if base == "hour" else 0) for start in table.starts]
    )
    usual = np.zeros(len(rows))
    near = NEIGHBOURS if by_weekday else 7
    for kind in np.unique(kinds):
        mine = np.flatnonzero(kinds == kind)
        for place, at in enumerate(mine):
            around = [*mine[max(0, place - near) : place], *mine[place + 1 : place + 1 + near]]
            usual[at] = np.median(rows[around]) if around else rows[at]
    return usual


def _runs(marks: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First place and place behind the last one of each run of marks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
