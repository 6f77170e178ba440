"""For which cases predictions are asked, held against those that the card approves, from what monitoring counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dashboard.governance.situation.lifetimes import card_at
from dashboard.governance.situation.profiles import whole_profiles
from dashboard.governance.situation.situation import Situation
from dashboard.profiles.bins import CategoryBins, NumericBins
from dashboard.profiles.layout import MISSING, OTHER, Layout, shown_value
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Profile, Profiles, Window, merged
from dashboard.schema.card.business import Approved
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of

# So many values of a column outside the population are counted one by one, those seen first; the others together.
MOST_VALUES = 5
LONGEST = 200
Population = dict[str, Approved]


@dataclass(frozen=True)
class Cases:
    """Predictions of some cases: the column, the cases in words like `carrier = XX`, how many, first and last day.

    Values of a numeric column are counted in bins: those of the bin in which a bound lies are taken as approved.
    """

    column: str
    condition: str
    approved: bool
    number: int
    first: date
    last: date


@dataclass(frozen=True)
class _Counted:
    """One value of a column in one period."""

    first: date
    last: date
    column: str
    value: str
    approved: bool
    number: int


@dataclass(frozen=True)
class CasesInWords:
    """Cases such as `AGE > 65` for readers: the column by its label on the card."""

    card: ModelCard
    cases: str

    def in_language(self, language: str) -> str:
        """The cases with the label in a language."""
        columns = (column for column in self.card.business.population if self.cases.startswith(f"{column} "))
        column = max(columns, key=len, default="")
        return f"{label_of(self.card.data, column, language)}{self.cases.removeprefix(column)}"


def population_of(situation: Situation, model_id: str) -> Population:
    """The cases that the card in force approves, by column; empty where it does not say."""
    return dict(card_at(situation, model_id, situation.moment(model_id)).business.population)


def stated_cases(population: Population) -> list[str]:
    """The approved cases in words, one line for each column."""
    return [f"{column} {approved.render()}" for column, approved in population.items()]


def cases_of(situation: Situation, model_id: str) -> list[Cases]:
    """The cases for which predictions were asked until the asked day; empty where nothing is stated or monitored."""
    population = population_of(situation, model_id)
    if not population:
        return []
    stated = json.dumps({column: one.model_dump(mode="json") for column, one in population.items()}, sort_keys=True)
    key = ("population", model_id, stated)
    counted = situation.cached(key, lambda: _counted(situation, model_id, population), any_day=True)
    day = situation.day(model_id)
    return list(_summed([one for one in counted if one.last <= day], population))


def _summed(counted: list[_Counted], population: Population) -> Iterator[Cases]:
    for column, approved in population.items():
        mine = [one for one in counted if one.column == column]
        named: dict[str, list[_Counted]] = {}
        for one in mine:
            if not one.approved:
                text = one.value if one.value in named or len(named) < MOST_VALUES else f"= {OTHER}"
                named.setdefault(text, []).append(one)
        inside = [one for one in mine if one.approved]
        if inside:
            yield _cases(column, f"{column} {approved.render()}", inside)
        for text, found in named.items():
            yield _cases(column, f"{column} {text}", found)


def _cases(column: str, condition: str, found: list[_Counted]) -> Cases:
    first, last = min(one.first for one in found), max(one.last for one in found)
    text = " ".join(condition.split())[:LONGEST]
    return Cases(column, text, found[0].approved, sum(one.number for one in found), first, last)


def _counted(situation: Situation, model_id: str, population: Population) -> list[_Counted]:
    """Every value in every period that was counted, oldest first."""
    whole = whole_profiles(situation, model_id)
    if whole is None:
        return []
    found = [*_of_features(whole, population), *_of_groups(whole, population)]
    return sorted(found, key=lambda one: (one.first, one.value))


def _of_features(whole: Profiles, population: Population) -> Iterator[_Counted]:
    columns = [column for column in population if column in whole.layout.feature_names()]
    for profile in whole.read(("features",)) if columns else ():
        window = merged([profile], whole.layout)
        for column in columns:
            for value, approved, number in _values(window, whole.layout, column, population[column]):
                yield from _one(profile, whole.layout, column, (value, approved, number))


def _of_groups(whole: Profiles, population: Population) -> Iterator[_Counted]:
    """Columns that are no features but part the cases into groups."""
    for column, approved in population.items():
        if column in whole.layout.feature_names() or approved.values is None:
            continue
        stated = {shown_value(value) for value in approved.forms}
        for profile in whole.read((), None, None, (column, None)):
            value = profile.segment_value
            if value is not None and value not in (MISSING, OTHER):
                counted = (f"= {value}", value in stated, profile.predictions)
                yield from _one(profile, whole.layout, column, counted)


def _one(profile: Profile, layout: Layout, column: str, counted: tuple[str, bool, int]) -> Iterator[_Counted]:
    value, approved, number = counted
    if number:
        last = (following(profile.start, layout.base) - timedelta(microseconds=1)).date()
        yield _Counted(profile.start.date(), last, column, value, approved, number)


def _values(window: Window, layout: Layout, column: str, approved: Approved) -> Iterator[tuple[str, bool, int]]:
    """The values of a feature in words, whether they are approved, and how many rows have them."""
    bins, counts = layout.column(column), window.counts[layout.slices[column]]
    if isinstance(bins, CategoryBins) and approved.values is not None:
        seen = dict(zip(bins.categories, counts.tolist(), strict=False)) | window.new_categories.get(column, {})
        stated = approved.forms
        for value, number in seen.items():
            yield f"= {value}", value in stated, int(number)
    elif isinstance(bins, NumericBins) and approved.values is None:
        yield from _beyond(bins, counts[:-1], approved)


def _beyond(bins: NumericBins, counts: np.ndarray, approved: Approved) -> Iterator[tuple[str, bool, int]]:
    """Rows in the bins that lie wholly below or above the approved range, and all others."""
    lower, upper = np.append(-np.inf, bins.edges), np.append(bins.edges, np.inf)
    below = upper < (-np.inf if approved.start is None else approved.start)
    above = lower >= (np.inf if approved.end is None else approved.end)
    if approved.start is not None:
        yield f"< {approved.start:g}", False, int(counts[below].sum())
    if approved.end is not None:
        yield f"> {approved.end:g}", False, int(counts[above].sum())
    yield "", True, int(counts[~below & ~above].sum())
