"""Expected outcomes of a binary model from the rates of its reference, and how far they may be off."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from dashboard.measures.binary import scores_of
from dashboard.measures.intervals import FEWEST_UNITS, jackknife_variance
from dashboard.measures.isotonic import rates_of
from dashboard.measures.outcomes import Outcomes, outcomes_of, units_of
from dashboard.measures.registry import Measure, Values
from dashboard.profiles.bins import Floats
from dashboard.profiles.layout import Layout
from dashboard.profiles.score_points import ScorePoints, ScoreRows, condensed, entries_of, leaves, runs, side_by_side
from dashboard.profiles.windows import Window

# Scores at which rates are fitted, at which windows are looked at, and at which the effect of single cases is weighed.
FITTED, LOOKED_AT, WEIGHED = 1_000, 600, 60
# A case is moved from negative to positive by so much, to see what a figure makes of it.
MOVED = 1e-3
# A variance between units that is larger by no more than so many of its standard errors is taken as chance.
BY_CHANCE = 1.282
LABELS = 2
# Value, variance of the reference, variance of the window's outcomes, degrees of freedom.
Found = tuple[float, float, float, float]


class BinaryReference:
    """The labelled cases of one version: rates of positives by score, as a whole and without each unit in turn."""

    def __init__(
        self, window: Window, layout: Layout, threshold: float | None, measures: Mapping[str, Measure]
    ) -> None:
        """Fit the rates; every figure is also taken of the expected reference, to know by how much it flatters."""
        self._measures = measures
        self.real = outcomes_of(window, layout, threshold)
        assert window.points is not None
        known = window.points.counts[:LABELS].sum(axis=0) > 0
        labelled = ScorePoints(
            window.points.values[known], window.points.counts[:LABELS, known], window.points.several[known]
        )
        self.points = condensed(labelled, layout.outcome.edges, FITTED)
        self.rates = rates_of(self.points.counts.astype(np.float64))
        units = units_of(window, layout, threshold)
        self.number = units.number()
        self.left_out = units.leaving_one_out() if self.number >= FEWEST_UNITS else None
        self.rows_of_a_unit = _rows_of_a_unit(units.labelled()) if self.number else 1.0

    def outside(self, window: Window) -> float:
        """Rows of a window with scores below or above those of the reference."""
        if window.points is None:
            return 0.0
        values, rows = window.points.values, window.points.counts.sum(axis=0)
        low, high = self.points.values[[0, -1]]
        return float(rows[(values < low) | (values > high)].sum())

    @cached_property
    def variants(self) -> list[Floats]:
        """The rates without each unit, at the scores of the units."""
        assert self.left_out is not None
        return [rates_of(counts.astype(np.float64)) for counts in self.left_out.arrays["scores"]]

    @cached_property
    def flattery(self) -> dict[str, float]:
        """What each figure of the expected reference is too high by, against the measured one."""
        mine = expected(self.real, self.points.values, self.points.counts.sum(axis=0), self.rates)
        return {
            name: float(_less(entry.compute(mine), entry.compute(self.real))) for name, entry in self._measures.items()
        }

    @cached_property
    def flattery_without(self) -> dict[str, Values]:
        """The same without each unit, with the rates fitted without it."""
        assert self.left_out is not None
        rows = self.left_out.arrays["scores"].sum(axis=-2)
        mine = expected(self.left_out, scores_of(self.left_out), rows, np.stack(self.variants))
        return {
            name: _less(entry.compute(mine), entry.compute(self.left_out)) for name, entry in self._measures.items()
        }

    def design(self, name: str, window: Window) -> float:
        """How many times more the outcomes of a window vary because rows of a unit hang together, at least 1.

        Of periods the excess grows with their rows (Kish: 1 + (rows - 1) * correlation); how large clusters are is not
        known, and their excess is taken as it is.
        """
        excess = self.designs[name] - 1
        if excess <= BY_CHANCE * math.sqrt(2 / max(1, self.number - 1)):
            return 1.0
        if self.real.layout.cluster_groups:
            return 1 + excess
        size = _rows_of_a_unit(window.units["sums"][..., 0].sum(axis=-1))
        return 1 + excess * size / self.rows_of_a_unit

    @cached_property
    def designs(self) -> dict[str, float]:
        """The variance of figures between the units of the reference over that of rows that do not hang together."""
        if self.left_out is None:
            return dict.fromkeys(self._measures, 1.0)
        values, rows = scores_of(self.left_out), self.left_out.arrays["scores"].sum(axis=-2)
        rates = np.interp(values, self.points.values, self.rates)
        mine = expected(self.left_out, values, rows, rates)
        cases = (self.points.values, self.points.counts.sum(axis=0), self.rates)
        alone = chance_variances(self.real, [cases], self._measures)
        found = {}
        for name, entry in self._measures.items():
            together = jackknife_variance(entry.compute(self.left_out) - entry.compute(mine))
            ratio = together / alone[name] if alone[name] > 0 else 1.0
            found[name] = ratio if math.isfinite(ratio) else 1.0
        return found


def _rows_of_a_unit(rows: Values) -> float:
    """The size of the unit to which a row belongs on average."""
    return float(np.sum(rows**2) / max(float(rows.sum()), 1.0))


def _less(expected: Values, measured: Values) -> Values:
    """What is expected less what was measured; nothing where either is not defined."""
    return np.nan_to_num(np.asarray(expected - measured), nan=0.0)


def expected(like: Outcomes, values: Floats, rows: Values, rates: Values) -> Outcomes:
    """Outcomes as expected where `rows` have scores `values` with given rates of positives; all count as labelled."""
    positive = rows * rates
    return _outcomes(like, values, np.stack(np.broadcast_arrays(rows - positive, positive), axis=-2))


def _points(values: Floats, counts: Values) -> ScorePoints:
    return ScorePoints(values, counts, np.ones(len(values), dtype=bool))


def sums_of(counts: Values, values: Floats) -> Values:
    """The sums of scores that counts (labels, scores) have: rows, score, score squared and log loss by label."""
    clipped = np.clip(values, 1e-15, 1 - 1e-15)
    loss = np.stack([-np.log1p(-clipped), -np.log(clipped)])
    weights = (np.ones_like(values), values, values**2)
    return np.stack([*((counts * weight).sum(axis=-1) for weight in weights), (counts * loss).sum(axis=-1)], axis=-1)


def chance_variances(
    like: Outcomes, parts: list[tuple[Floats, Values, Floats]], measures: Mapping[str, Measure]
) -> dict[str, float]:
    """Variance of figures over the outcomes of cases whose rates are known and that do not hang together.

    `parts` are scores, rows and rates. By the delta method: what one more positive case at a score changes, squared,
    times rows * rate * (1 - rate).
    """
    values = np.concatenate([part[0] for part in parts])
    rows = np.concatenate([part[1] for part in parts]).astype(np.float64)
    rates = np.concatenate([part[2] for part in parts])
    order = np.argsort(values, kind="stable")
    values, rows, rates = values[order], rows[order], rates[order]
    counts = np.stack([rows * (1 - rates), rows * rates])
    cells = np.searchsorted(np.array([like.threshold]), values, side="right") + (values == like.threshold)
    starts = np.flatnonzero(leaves(counts, cells, WEIGHED)) if len(values) > WEIGHED else np.arange(len(values))
    points = runs(_points(values, counts), starts)
    uncertain = np.add.reduceat(rows * rates * (1 - rates), starts) if len(starts) else rows
    moved = np.eye(len(starts)) * MOVED
    steps = np.stack([-moved, moved], axis=1)
    sides = [_outcomes(like, points.values, points.counts + sign * steps) for sign in (1, -1)]
    found = {}
    for name, entry in measures.items():
        more, fewer = (entry.compute(side) for side in sides)
        slope = (more - fewer) / (2 * MOVED)
        found[name] = float(np.sum(slope**2 * uncertain))
    return found


def _outcomes(like: Outcomes, values: Floats, counts: Values) -> Outcomes:
    sums = sums_of(counts, values)
    return Outcomes({"scores": counts, "sums": sums}, like.threshold, like.layout, _points(values, counts))


def estimate_binary(
    parts: Mapping[str, Window], references: Mapping[str, BinaryReference], measures: Mapping[str, Measure]
) -> dict[str, Found]:
    """Figures of a window, of which `parts` are the versions, each by the rates of its own reference."""
    versions = [version for version, window in parts.items() if window.points is not None]
    chosen = [references[version] for version in versions]
    if not versions:
        return dict.fromkeys(measures, (math.nan, math.nan, math.nan, 0.0))
    like = chosen[0].real
    values, rows = _on_common_scores([parts[version] for version in versions], like.layout)
    total = rows.sum()
    shares = rows.sum(axis=-1) / total
    rates = [np.interp(values, own.points.values, own.rates) for own in chosen]
    whole = expected(like, values, rows.sum(axis=0), _mixed(rows, rates))
    exact = sum(float(parts[version].outcomes["sums"][:, 1].sum()) for version in versions) / total
    chance = chance_variances(like, [(values, own, rate) for own, rate in zip(rows, rates, strict=True)], measures)
    variants = {place: _variants(own, values, rows, rates, place) for place, own in enumerate(chosen) if own.left_out}
    found = {}
    for name, entry in measures.items():
        value = float(entry.compute(whole)) - float(
            sum(part * own.flattery[name] for part, own in zip(shares, chosen, strict=True))
        )
        reference = 0.0 if len(variants) == len(chosen) else math.nan
        for place, variant in variants.items():
            own = chosen[place]
            without = entry.compute(variant) - shares[place] * own.flattery_without[name]
            reference += jackknife_variance(without)
        designs = [own.design(name, parts[version]) for version, own in zip(versions, chosen, strict=True)]
        design = float(np.dot(shares, designs))
        window = design * chance[name]
        fewest = min(own.number for own in chosen) - 1
        uncertain = reference + (window if design > 1 else 0.0)
        degrees = fewest * ((reference + window) / uncertain) ** 2 if uncertain > 0 else fewest
        found[name] = (exact if name == "mean_prediction" else value, reference, window, degrees)
    return found


def _on_common_scores(windows: list[Window], layout: Layout) -> tuple[Floats, Values]:
    """Scores, and the rows of each window at them, labelled or not."""
    found = [
        (place, ScorePoints(window.points.values, window.points.counts.sum(axis=0)[None], window.points.several))
        for place, window in enumerate(windows)
        if window.points is not None
    ]
    entries: ScoreRows = entries_of(found, 1)
    points, rows = side_by_side(entries, len(windows), 1, layout.outcome.edges, LOOKED_AT)
    return points.values, rows[:, 0].astype(np.float64)


def _mixed(rows: Values, rates: list[Floats]) -> Floats:
    """The rate of all rows at each score."""
    positive = sum(own * rate for own, rate in zip(rows, rates, strict=True))
    return np.asarray(positive / np.maximum(rows.sum(axis=0), 1e-300), dtype=np.float64)


def _variants(own: BinaryReference, values: Floats, rows: Values, rates: list[Floats], place: int) -> Outcomes:
    """The expected window with the rates of one version fitted without each unit in turn."""
    assert own.left_out is not None
    known = scores_of(own.left_out)
    others = sum(rows[i] * rates[i] for i in range(len(rates)) if i != place)
    mine = np.stack([np.interp(values, known, rate) for rate in own.variants]) * rows[place]
    everyone = rows.sum(axis=0)
    return expected(own.real, values, everyone, (others + mine) / np.maximum(everyone, 1e-300))
