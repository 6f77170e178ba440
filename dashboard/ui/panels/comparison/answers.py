"""The report on two versions in words: which is better, in what, in money, for whom it gets worse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.metrics import is_known, metric_name, metric_value
from dashboard.charts.value import money
from dashboard.schema.card.data import label_of
from dashboard.ui.labels.fairness import FIGURES
from dashboard.ui.session.language import language, say
from dashboard.views.records import records
from dashboard.words import mark, number, share

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

MONEY = "money"
SHOWN = 4
NO_BETTER = mark("Whether version {version} is better than {against} is open: the differences may be chance.")
BETTER = mark("Version {version} is better than {against} in: {better}. All else may be chance.")
WORSE = mark("Version {version} is worse than {against} in: {worse}. All else may be chance.")
MIXED = mark("Version {version} is better than {against} in: {better}, and worse in: {worse}.")
CLEAR = mark(
    "{metric}: {value} against {other}, by more than chance (difference {difference}, 95% interval {low} to {high})."
)
CHANCE = mark(
    "{metric}: {value} against {other}; that may be chance (difference {difference}, 95% interval {low} to {high})."
)
AMONG_SEVERAL = mark(
    "{metric}: {value} against {other} (difference {difference}, 95% interval {low} to {high}); among several figures "
    "one such difference may be chance."
)
OPEN = mark("{metric}: {value} against {other}; too few cases differ for an interval.")
IN_MONEY = mark("In money: {difference} per prediction ({low} to {high}), {total} for the {cases} cases compared.")
IN_MONEY_CHANCE = mark("In money: {difference} per prediction ({low} to {high}); that may be chance.")
GETS_WORSE = mark("It gets worse for: {groups}.")
NOBODY = mark("For no group does it get worse by more than chance.")
WIDER = mark("Gaps between groups get wider: {groups}.")
DIFFER = mark("They differ on {share} of {cases} cases (95% interval {low} to {high}).")
RIGHT = mark(
    "Where they differ and the outcome is known ({cases} cases), version {version} is right in {share} and {against} "
    "in {others}."
)


def name_of(row: dict[str, Any] | pd.Series) -> str:
    """What readers call the metric of a row."""
    return say(mark("Money per prediction")) if row["metric"] == MONEY else metric_name(str(row["metric"]), language())


def writer(metric: str, card: ModelCard) -> Callable[[Any], str]:
    """How a value of a metric is written."""
    currency = card.business.value.currency if card.business.value else None
    unit = card.data.unit.in_language(language()) if card.data.unit else None
    if metric == MONEY:
        return lambda value: money(value, currency, language())
    return lambda value: metric_value(metric, value, language(), unit)


def headline(found: pd.DataFrame) -> str:
    """Which of the two is better by the metrics that the model is judged by; `found` as of `comparison`."""
    names = {"version": found["version"].iloc[0], "against": found["against"].iloc[0]}
    certain = records(found[found["counts"].astype(bool) & found["better"].notna()])
    better = ", ".join(name_of(row) for row in certain if row["better"] == names["version"])
    worse = ", ".join(name_of(row) for row in certain if row["better"] != names["version"])
    if not certain:
        return say(NO_BETTER, **names)
    message = MIXED if better and worse else BETTER if better else WORSE
    return say(message, **names, better=better, worse=worse)


def by_metric(found: pd.DataFrame, card: ModelCard) -> Iterator[str]:
    """A sentence for each metric that the model is judged by, money last."""
    counting = records(found[found["counts"].astype(bool)])
    for row in [one for one in counting if one["metric"] != MONEY][:SHOWN]:
        write = writer(str(row["metric"]), card)
        values = {"metric": name_of(row), "value": write(row["value"]), "other": write(row["against_value"])}
        if not is_known(row["low"]):
            yield say(OPEN, **values)
            continue
        ends = {name: write(row[name]) for name in ("difference", "low", "high")}
        is_apart = row["low"] > 0 or row["high"] < 0
        yield say(CLEAR if row["better"] else AMONG_SEVERAL if is_apart else CHANCE, **values, **ends)
    for row in counting:
        if row["metric"] == MONEY and is_known(row["low"]):
            yield _money(row, writer(MONEY, card))


def _money(row: dict[str, Any], write: Callable[[Any], str]) -> str:
    ends = {name: write(row[name]) for name in ("difference", "low", "high")}
    if row["better"] is None:
        return say(IN_MONEY_CHANCE, **ends)
    return say(IN_MONEY, **ends, total=write(row["difference"] * row["rows"]), cases=row["rows"])


def by_group(found: pd.DataFrame, card: ModelCard) -> Iterator[str]:
    """For whom the version is worse, and which gaps get wider; `found` as of `comparison-groups`."""
    if found.empty:
        return
    worse = [row for row in records(found) if row["better"] == row["against"]]
    plain = [group_of(row, card) for row in worse if not row["gap"]]
    gaps: dict[str, list[str]] = {}
    for row in worse:
        if row["gap"]:
            # Of two groups one's gap is the other's turned round.
            column, figure = label_of(card.data, str(row["column"]), language()), say(FIGURES[str(row["metric"])])
            gaps[column] = list(dict.fromkeys([*gaps.get(column, []), figure]))
    yield say(GETS_WORSE, groups="; ".join(dict.fromkeys(plain))) if plain else say(NOBODY)
    if gaps:
        yield say(WIDER, groups="; ".join(f"{column} ({', '.join(names)})" for column, names in gaps.items()))


def group_of(row: dict[str, Any], card: ModelCard) -> str:
    """A group with the label of its column."""
    return f"{label_of(card.data, str(row['column']), language())}: {row['group']}"


def decisions(found: pd.DataFrame) -> Iterator[str]:
    """How often the two differ and who is right then; `found` as of `comparison-decisions`."""
    by_outcome = {str(row["outcome"]): row for row in records(found)}
    if not by_outcome:
        return
    differ, mine = by_outcome["different"], by_outcome["version_right"]
    theirs = by_outcome["against_right"]
    spoken = language()
    yield say(
        DIFFER, share=share(differ["share"], spoken), cases=number(differ["whole"], spoken, 0),
        low=share(differ["low"], spoken), high=share(differ["high"], spoken),
    )  # fmt: skip
    if mine["whole"]:
        yield say(
            RIGHT, cases=number(mine["whole"], spoken, 0), version=mine["version"], against=mine["against"],
            share=share(mine["share"], spoken), others=share(theirs["share"], spoken),
        )  # fmt: skip
