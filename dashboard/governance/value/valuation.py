"""The value of a model, worked out period by period from its profiles, its card and the lines of its promise."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np

from dashboard.governance.value.periods import Days, Part, ValuePeriod
from dashboard.governance.value.promises import Promise, promised
from dashboard.governance.value.reported import ReportedFigure, reported_sum
from dashboard.governance.value.verdict import (
    FOR_ALL_CASES,
    NO_PRICES,
    NO_PROMISE,
    NOT_REPORTED,
    Measured,
    Promised,
    Record,
    ValueVerdict,
    judge_value,
)
from dashboard.measures.estimate_basis import EstimateBasis, estimate_bases
from dashboard.measures.judging.labels import EARLIER_MOST, selected, unripe
from dashboard.measures.registry import Measure
from dashboard.measures.value.money import money_of
from dashboard.measures.value.worth import NOTHING, Expected, WorthEstimator, realised
from dashboard.profiles.periods import Grain, floor, following
from dashboard.profiles.windows import Profile, Profiles, Window, merged, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

HOURS = 24
# So often is a distance between days with predictions no longer than what is usual.
USUAL = 0.95
# Estimates of so many periods before show whether they can be relied on.
LOOKED_BACK = 12
OTHER_CURRENCY = mark("The promise is in {promised}, what predictions are worth in {currency}; they are not compared.")


@dataclass(frozen=True)
class Valuation:
    """What the value of one model rests on: profiles, card, limits, the lines of its promise, and the day of today.

    Where the card has no prices, `reported` figures of the business are what the model brought.
    """

    profiles: Profiles
    card: ModelCard
    thresholds: Thresholds
    lines: Sequence[Promise]
    today: date
    reported: Sequence[ReportedFigure] = ()

    @cached_property
    def money(self) -> Measure | None:
        """The prices of the card as a measure; None where it has none."""
        return money_of(self.card)

    @property
    def currency(self) -> str | None:
        """The currency of the card, else that of the first reported figure."""
        value = self.card.business.value
        stated = value.currency if value is not None else None
        return stated or next((one.unit for one in self.reported), None)

    @property
    def values(self) -> list[ReportedFigure]:
        """The reported figures in the currency in which the value is counted."""
        return [one for one in self.reported if one.unit == self.currency]

    @property
    def is_reported(self) -> bool:
        """Whether what the model brought is what the business reports, since the card has no prices."""
        return self.money is None and bool(self.values)

    @property
    def reported_by(self) -> str:
        """The names of the reported figures and where they come from."""
        named = {f"{one.name}, {one.source}" if one.source else one.name for one in self.values}
        return "; ".join(sorted(named))

    @property
    def blocks(self) -> tuple[str, ...]:
        """Which blocks of profiles are read: estimates of numbers look at how their predictions are spread."""
        return ("features", "outcomes") if self.card.task == "regression" else ("outcomes",)

    def periods(self, by: Grain, part: Part | None = None, *, backwards: bool = False) -> Iterator[ValuePeriod]:
        """Every period with predictions, in the order of time or the latest first; each is worked out when asked."""
        walk = _Walk(self, by, part or Part())
        for start in sorted(walk.profiles, reverse=backwards):
            yield walk.period(start)

    @cached_property
    def bases(self) -> dict[str, EstimateBasis]:
        """The labelled cases that estimates rest on, by version."""
        return estimate_bases(self.profiles, self.thresholds.estimate.min_rows)

    @cached_property
    def estimator(self) -> WorthEstimator | None:
        """What expects money from scores alone; None without prices or a reference."""
        if self.money is None or not self.bases:
            return None
        references = {version: basis.window for version, basis in self.bases.items()}
        return WorthEstimator(references, self.profiles.layout, self.money)

    @cached_property
    def logged(self) -> list[date]:
        """The days on which base periods with predictions end."""
        base = self.profiles.layout.base
        starts = {profile.start for profile in self.profiles.read(()) if profile.predictions}
        return sorted({(following(start, base) - timedelta(microseconds=1)).date() for start in starts})

    def is_cut_short(self, days: Days) -> bool:
        """Whether the log ends earlier within a period than its usual distances between predictions explain."""
        numbers = np.array([day.toordinal() for day in self.logged])
        usual = np.quantile(np.diff(numbers), USUAL, method="inverted_cdf") if len(numbers) > 1 else 1
        return (days[1] - self.logged[-1]).days > usual


@dataclass(frozen=True)
class _Walk:
    """The periods of a part of a model, with what was worked out of each."""

    valuation: Valuation
    by: Grain
    part: Part
    measured_at: dict[datetime, Measured] = field(default_factory=dict)

    @cached_property
    def profiles(self) -> dict[datetime, list[Profile]]:
        """The profiles of each period, by its start."""
        found: dict[datetime, list[Profile]] = {}
        of, part = self.valuation, self.part
        for profile in of.profiles.read(of.blocks, part.span, part.version, part.segment):
            found.setdefault(floor(profile.start, self.by), []).append(profile)
        return found

    @cached_property
    def history(self) -> list[Window]:
        """The counts of the periods of all days, from which the usual share of known outcomes is learned."""
        of, part = self.valuation, self.part
        return windows(of.profiles.read((), None, part.version, part.segment), of.profiles.layout, self.by)

    def period(self, start: datetime) -> ValuePeriod:
        """One period."""
        of, days = self.valuation, _days_of(start, self.by, self.part.span)
        promise, measured = self._promised(start, days), self._measured(start)
        verdict = ValueVerdict("unknown", NO_PRICES)
        if of.money is not None or of.is_reported:
            verdict = judge_value(measured, promise, lambda: self._record(start))
        cost = self._cost(days) if self.part.is_whole else None
        return ValuePeriod(self._window(start), days, promise.amount, cost, measured, verdict)

    def _window(self, start: datetime) -> Window:
        (window,) = windows(self.profiles[start], self.valuation.profiles.layout, self.by)
        return window

    def _measured(self, start: datetime) -> Measured:
        if start not in self.measured_at:
            self.measured_at[start] = self._worked_out(start)
        return self.measured_at[start]

    def _worked_out(self, start: datetime) -> Measured:
        of, window = self.valuation, self._window(start)
        if of.money is None:
            return self._reported(start)
        earlier = [before for before in self.history if before.start is not None and before.start < start]
        forced = unripe(window, earlier[-2 * EARLIER_MOST :], of.thresholds) or selected(window, of.thresholds)
        known = realised(window, of.profiles.layout, of.money)
        return Measured(known, forced.reason if forced is not None else None, self._expected(start, window))

    def _reported(self, start: datetime) -> Measured:
        """What the business reports for the days of a period; nothing of a version or a group of cases."""
        of = self.valuation
        if not of.is_reported:
            return Measured(NOTHING, None, Expected())
        if not self.part.is_whole:
            return Measured(NOTHING, FOR_ALL_CASES, Expected(), "")
        amount = reported_sum(of.values, *_days_of(start, self.by, self.part.span))
        figure = replace(NOTHING, value=_of_an_hour(amount, self.by))
        return Measured(figure, None if math.isfinite(amount) else NOT_REPORTED, Expected(), of.reported_by)

    def _expected(self, start: datetime, window: Window) -> Expected:
        of = self.valuation
        fewest = of.thresholds.estimate.min_rows
        if of.estimator is None:
            return Expected()
        if window.predictions < fewest:
            message = mark("Too few predictions to estimate by: {rows} of at least {fewest}.")
            return Expected(reason=Sentence(message, {"rows": window.predictions, "fewest": fewest}))
        by_version: dict[str, list[Profile]] = {}
        for profile in self.profiles[start]:
            basis = of.bases.get(profile.version)
            if basis is not None and basis.covers(profile):
                message = mark("The first known outcomes of version {version} calibrate its estimate.")
                return Expected(reason=Sentence(message, {"version": profile.version}))
            by_version.setdefault(profile.version, []).append(profile)
        layout = of.profiles.layout
        return of.estimator.expected({version: merged(own, layout) for version, own in by_version.items()})

    def _record(self, start: datetime) -> Record:
        """How the estimates of the periods before fared, of those that outcomes can speak for."""
        found = []
        for before in sorted(one for one in self.profiles if one < start)[-LOOKED_BACK:]:
            measured = self._measured(before)
            known, expected = measured.realised, measured.expected.figure
            ends = (known.low, known.high, expected.low, expected.high)
            if measured.source == "realised" and all(map(math.isfinite, ends)):
                found.append((known.high < expected.low, known.low > expected.high))
        high, low = sum(too_high for too_high, _ in found), sum(too_low for _, too_low in found)
        last = found[-1] if found else (False, False)
        return Record(len(found), high, low, "too_high" if last[0] else "too_low" if last[1] else None)

    def _promised(self, start: datetime, days: Days) -> Promised:
        of = self.valuation
        currency = of.currency
        if not self.part.is_whole:
            return Promised(None, currency, why_not=FOR_ALL_CASES)
        amount = promised(of.lines, *days)
        if amount is None:
            return Promised(None, currency, why_not=NO_PROMISE)
        stated = next((line.currency for line in reversed(of.lines) if line.holds_on(days[1])), currency)
        if currency is not None and stated is not None and stated != currency:
            values = {"promised": stated, "currency": currency}
            return Promised(None, currency, why_not=Sentence(OTHER_CURRENCY, values))
        return Promised(_of_an_hour(amount, self.by), currency or stated, self._until(start, days))

    def _until(self, start: datetime, days: Days) -> date | None:
        """The last day with predictions of a period that is not over, or that the log breaks off in."""
        of, is_last = self.valuation, self.history[-1].start == start
        if days[1] >= of.today or (is_last and of.is_cut_short(days)):
            return min(of.logged[-1], of.today)
        return None

    def _cost(self, days: Days) -> float | None:
        value = self.valuation.card.business.value
        if value is None or value.running_cost_per_month is None:
            return None
        return _of_an_hour(value.running_cost_per_month * months_in(*days), self.by)


def months_in(begin: date, end: date) -> float:
    """How many months the days from `begin` to `end` (both inclusive) are; each day is its part of its own month.

    >>> months_in(date(2013, 2, 1), date(2013, 3, 31)), months_in(date(2013, 2, 1), date(2013, 2, 14))
    (2.0, 0.5)
    """
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    by_month: dict[tuple[int, int], int] = {}
    for day in days:
        by_month[day.year, day.month] = by_month.get((day.year, day.month), 0) + 1
    return math.fsum(number / monthrange(*month)[1] for month, number in by_month.items())


def _of_an_hour(amount: float, by: Grain) -> float:
    return amount / HOURS if by == "hour" else amount


def _days_of(start: datetime, by: Grain, span: Days | None) -> Days:
    """The days of a period, as far as they are asked about."""
    first, last = start.date(), (following(start, by) - timedelta(microseconds=1)).date()
    if span is None:
        return first, last
    return max(first, span[0]), min(last, span[1])
