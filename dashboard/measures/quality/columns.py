"""Checks of single features: missing values, numbers out of range, categories that were never seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from dashboard.measures.quality.chance import chance_of, dispersion
from dashboard.measures.quality.check import Check, Test
from dashboard.measures.quality.ranges import range_checks
from dashboard.measures.quality.table import MISSING, NEW, TOTAL, QualityTable
from dashboard.profiles.bins import KEPT_CATEGORIES, CategoryBins, NumericBins
from dashboard.profiles.calendars import covered_days
from dashboard.schema.card.data import Feature
from dashboard.schema.card.row_rules import ColumnValue, IsMissing, IsOneOf, Negation
from dashboard.words import mark

# A change of the share of missing values that is smaller than this, or than this part of the usual one, is none.
LEAST_CHANGE, LEAST_PART = 0.01, 0.5
# Days after which a calendar has come round, so that no value of it is new any more.
ROUND: Mapping[str, int] = {"hour": 1, "weekday": 7, "day": 31, "month": 366, "year": 100_000}
NAMES_SHOWN = 3


def column_checks(table: QualityTable, described: Mapping[str, Feature], chance: float) -> Iterator[Check]:
    """The checks of all features; `chance` is the probability that one of them fails in a window though nothing has."""
    derive = bool(table.reference.any())
    for feature in table.features:
        wanted = described.get(feature)
        if wanted is None:
            continue
        if wanted.required:
            yield _required(table, feature)
        elif derive:
            yield from _missing(table, feature, chance)
        bins = table.layout.column(feature)
        if isinstance(bins, NumericBins):
            yield from range_checks(table, feature, wanted, chance)
        elif derive:
            yield from _never_seen(table, feature, bins, chance)


def _required(table: QualityTable, feature: str) -> Check:
    return Check(
        "required",
        "completeness",
        feature,
        table.of(feature, MISSING),
        table.of(feature, TOTAL),
        mark("{feature} has no value in {affected} of {rows} rows; the card requires one."),
        declared=True,
        condition=IsMissing(ColumnValue(feature)),
    )


def _missing(table: QualityTable, feature: str, chance: float) -> Iterator[Check]:
    missing, total = table.of(feature, MISSING), table.of(feature, TOTAL)
    then = float(missing[table.reference].sum()), float(total[table.reference].sum())
    if not then[1]:
        return
    usual = then[0] / then[1]
    limit = usual + max(LEAST_CHANGE, LEAST_PART * usual)
    effect = dispersion(missing[table.reference].astype(float), total[table.reference].astype(float))

    def test(affected: float, rows: float, places: slice) -> bool:
        del places
        return chance_of((affected, rows), then, effect) < chance

    halves = [table.half(feature, half) for half in (0, 1)]
    shares = [(float(counts[-1]), float(counts.sum())) for counts in halves]
    if not _holds(shares, limit, test):
        return
    yield Check(
        "missing",
        "completeness",
        feature,
        np.where(table.judged, missing, 0),
        np.where(table.judged, total, 0),
        mark(
            "{feature} has no value in {affected} of {rows} rows, a share of {share}; in the reference it was {usual}."
        ),
        limit=limit,
        usual=usual,
        beyond_chance=test,
        condition=IsMissing(ColumnValue(feature)),
    )


def _holds(halves: list[tuple[float, float]], limit: float, test: Test) -> bool:
    """Whether a rule that one half of the reference shows holds in the other one, both ways."""
    return not any(rows and affected / rows > limit and test(affected, rows, slice(0, 0)) for affected, rows in halves)


def _never_seen(table: QualityTable, feature: str, bins: CategoryBins, chance: float) -> Iterator[Check]:
    trait = table.layout.trait(feature)
    reference = [table.starts[place] for place in np.flatnonzero(table.reference)]
    if trait.cycle and covered_days(reference, table.layout.base) < ROUND[trait.cycle]:
        return
    if not bins.categories or len(bins.categories) >= KEPT_CATEGORIES:
        return
    new, total = table.of(feature, NEW), table.of(feature, TOTAL) - table.of(feature, MISSING)
    halves = [table.half(feature, half)[:-2] for half in (0, 1)]
    # As often as one half has categories that the other one lacks, new ones are usual.
    turns = [(float(one[other == 0].sum()), float(one.sum())) for one, other in pairwise([*halves, halves[0]])]
    then = max((turn for turn in turns if turn[1]), key=lambda turn: turn[0] / turn[1], default=(0.0, 0.0))
    if not then[1]:
        return

    def test(affected: float, rows: float, places: slice) -> bool:
        return chance_of((affected, rows), then, table.design_effect(feature, places)) < chance

    def details(places: slice) -> Mapping[str, object]:
        names: dict[str, int] = {}
        for place in range(places.start, places.stop):
            for name, rows in table.new.get((place, feature), {}).items():
                names[name] = names.get(name, 0) + rows
        often = sorted(names, key=lambda name: (-names[name], name))[:NAMES_SHOWN]
        return {"names": ", ".join(often), "n": len(names)}

    yield Check(
        "never seen",
        "consistency",
        feature,
        np.where(table.judged, new, 0),
        np.where(table.judged, total, 0),
        mark("{affected} of {rows} rows have a value of {feature} that the reference lacks: {names}."),
        limit=2 * then[0] / then[1],
        usual=then[0] / then[1],
        beyond_chance=test,
        condition=Negation(IsOneOf(ColumnValue(feature), bins.categories)),
        details=details,
    )
