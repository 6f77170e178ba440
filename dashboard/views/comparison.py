"""Champion and challenger: two versions, or two models, on the same cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from dashboard.measures.fairness.groups import DESCRIBING, FAIRNESS, NO_GROUPS
from dashboard.measures.figure import finite
from dashboard.measures.judging.metrics import names_that_count
from dashboard.measures.paired import Difference, Sides, corrected, difference_of, gap_difference, sides_of
from dashboard.measures.registry import Measure, measures_of, names_shown
from dashboard.measures.value.money import MONEY, money_of
from dashboard.profiles.pairs import Pairs
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import as_utc, written
from dashboard.store.engine.database import Store
from dashboard.store.importances import importances
from dashboard.views.columns import declare
from dashboard.views.compared import Compared, compared, competitors
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark

AGAINST = Column("against", "text", mark("Compared with"))
AGAINST_VALUE = Column("against_value", "number", mark("Value of the other version"))
CHANCE = Column("chance", "share", mark("By chance alone"))
BETTER = Column("better", "text", mark("Better"))
ROWS = Column("rows", "count", mark("Cases of both with known outcome"))
DIFFERENCE = declare("value", AGAINST_VALUE, "difference low high", CHANCE, BETTER, ROWS, "reason")
CLEAR = mark("Version {version} is better here, by more than chance.")
BY_CHANCE = mark("The difference may be chance.")
NO_INTERVAL = mark("Too few cases differ to tell the two apart.")
UNDEFINED = mark("Cannot be computed on these cases.")
DESCRIBES = mark("Describes the cases and tells of no better or worse.")
TOO_FEW = mark("Fewer than {number} known outcomes: too few to say.")


@view("competitors", columns=declare("version", AGAINST))
def competitors_of(store: Store, query: Query) -> pd.DataFrame:
    """Which versions of a model scored the same cases and can be compared?

    Columns: version (the later one), against. The newest first.
    """
    return pd.DataFrame(competitors(store, query), columns=["version", "against"], dtype=object)


@view(
    "comparison",
    columns=declare(
        "metric version", AGAINST, DIFFERENCE, Column("counts", "bool", mark("Key metric")),
        Column("first_at", "instant", mark("First case")), Column("last_at", "instant", mark("Last case")),
    ),
)  # fmt: skip
def comparison(store: Store, query: Query) -> pd.DataFrame:
    """Which of two versions is better on the cases that both scored, in what, and by how much?

    Without `--version` and `--against` the newest versions that scored the same cases; `--against` may name a version
    of another model as MODEL@VERSION. Only cases with a known outcome count, paired by id (and instant, where the
    card's key has it).

    Columns: metric (money: per prediction, by the prices of the card), version, against, value, against_value,
    difference (value - against_value), low, high (95 % interval of the difference: one cluster, else period, else
    hundredth of the rows left out at a time), chance (p-value by Holm, key metrics together and the others together),
    better (version or against; null = may be chance, or it only describes), rows, reason, counts (the model is judged
    by it), first_at and last_at (UTC, of the cases).
    """
    both = compared(store, query)
    sides = both.sides() if both else None
    if both is None or both.pairs is None or sides is None:
        return pd.DataFrame()
    measures, counting = _measures(both.context.card, query.metric), names_that_count(both.context.card) | {MONEY}
    found = {name: difference_of(measure, sides) for name, measure in measures.items()}
    chances = _chances(found, [set(found) & counting, set(found) - counting])
    span = [None if end is None else written(as_utc(end)) for end in (both.pairs.first, both.pairs.last)]
    rows = [
        {
            "metric": name,
            "version": both.names[0],
            "against": both.names[1],
            **_numbers(both, one, chances[name], measures[name].better, query.language),
            "counts": name in counting,
            "first_at": span[0],
            "last_at": span[1],
        }
        for name, one in found.items()
        if query.metric in (None, name)
    ]
    return pd.DataFrame(rows, dtype=object)


def _measures(card: ModelCard, asked: str | None) -> dict[str, Measure]:
    known, money = measures_of(card.task), money_of(card)
    found = {name: known[name] for name in names_shown(card, asked)}
    return found | ({MONEY: money} if money is not None else {})


def _chances(found: Mapping[str, Difference], families: list[set[str]]) -> dict[str, float]:
    """P-values by name, corrected within each family."""
    chances: dict[str, float] = {}
    for family in families:
        names = [name for name in found if name in family]
        chances |= dict(zip(names, corrected([found[name] for name in names]), strict=True))
    return chances


def _numbers(both: Compared, one: Difference, chance: float, direction: str, language: str) -> dict[str, object]:
    better = both.better(one, chance)
    return {
        "value": finite(one.value),
        "against_value": finite(one.against),
        "difference": finite(one.difference),
        "low": finite(one.low),
        "high": finite(one.high),
        "chance": finite(chance),
        "better": better,
        "rows": one.labelled,
        "reason": _reason(one, better, direction).render(language),
    }


def _reason(one: Difference, better: str | None, direction: str) -> Sentence:
    if finite(one.difference) is None:
        return Sentence(UNDEFINED)
    if direction == "none":
        return Sentence(DESCRIBES)
    if better is not None:
        return Sentence(CLEAR, {"version": better})
    return Sentence(NO_INTERVAL if finite(one.chance) is None else BY_CHANCE)


@view(
    "comparison-groups",
    columns=declare(
        "column group metric", Column("gap", "bool", mark("Gap to everybody else")), "version", AGAINST, DIFFERENCE
    ),
)
def comparison_groups(store: Store, query: Query) -> pd.DataFrame:
    """For which groups of cases is one version better or worse than the other, and how do gaps between groups change?

    Of each group of the card's segments and protected columns the first metric that the model is judged by (or
    `--metric`), and money; of protected columns also the gaps of fairness to everybody else, where nearer to zero is
    better. Groups with fewer known outcomes than `fairness.minimum` are not judged.

    Columns: column, group, metric, gap (the figures are gaps to everybody else), version, against, value,
    against_value, difference, low, high, chance (p-value by Holm over all figures of groups, gaps by themselves),
    better, rows (of the group), reason.
    """
    both = compared(store, query)
    if both is None or both.pairs is None or not both.pairs.rows:
        return pd.DataFrame()
    found = list(_of_groups(both, both.pairs))
    fewest = both.context.thresholds.fairness.minimum
    rows = []
    for is_gap in (False, True):
        chosen = [entry for entry in found if entry[3] == is_gap]
        judged = [entry for entry in chosen if entry[4].labelled >= fewest]
        chances = dict(zip(map(id, judged), corrected([entry[4] for entry in judged]), strict=True))
        for entry in chosen:
            column, group, metric, _, one, direction = entry
            numbers = _numbers(both, one, chances.get(id(entry), float("nan")), direction, query.language)
            if id(entry) not in chances:
                numbers["reason"] = Sentence(TOO_FEW, {"number": fewest}).render(query.language)
            rows.append(
                {"column": column, "group": group, "metric": metric, "gap": is_gap, "version": both.names[0],
                 "against": both.names[1], **numbers}
            )  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


GroupFigure = tuple[str, str, str, bool, Difference, str]


def _of_groups(both: Compared, pairs: Pairs) -> Iterator[GroupFigure]:
    card, known = both.context.card, measures_of(both.context.card.task)
    counting = [name for name in known if name in names_that_count(card) and known[name].better != "none"]
    main = both.context.query.metric or (counting or ["accuracy"])[0]
    shown = {name: one for name, one in _measures(card, main).items() if name in (main, MONEY)}
    wanted = both.context.query.segment
    for column in card.data.groups:
        groups = sorted({str(value) for name, value in pairs.sides[0] if name == column} - set(NO_GROUPS))
        for group in groups:
            if wanted not in (None, (column, group)):
                continue
            own = sides_of(pairs, [(column, group)])
            for name, measure in shown.items():
                yield column, group, name, False, difference_of(measure, own), measure.better
            if column in card.data.protected and len(groups) > 1:
                yield from _gaps(pairs, (column, group), own, known)


def _gaps(pairs: Pairs, group: tuple[str, str], own: Sides, known: Mapping[str, Measure]) -> Iterator[GroupFigure]:
    others = [(column, value) for column, value in pairs.sides[0] if column == group[0] and value != group[1]]
    rest = sides_of(pairs, others)
    for name, metric in FAIRNESS[own.task].items():  # type: ignore[index]
        if name not in DESCRIBING:
            yield *group, name, True, gap_difference(known[metric], own, rest), "zero"


@view(
    "comparison-importance",
    columns=declare(
        "feature version", AGAINST, "importance",
        Column("against_importance", "share", mark("Importance in the other")),
        Column("difference", "share", mark("Difference")),
    ),
)  # fmt: skip
def comparison_importance(store: Store, query: Query) -> pd.DataFrame:
    """Which features do two versions use more and less?

    Columns: feature, version, against, importance (mean absolute contribution as a share of all; null = not known),
    against_importance, difference. The largest difference first; nothing where it is known of neither.
    """
    both = compared(store, query)
    if both is None:
        return pd.DataFrame()
    mine, theirs = (importances(store, one.card, query.as_of).get(one.version, {}) for one in (both.first, both.other))
    rows = [
        (name, *both.names, mine.get(name), theirs.get(name),
         mine[name] - theirs[name] if name in mine and name in theirs else None)
        for name in dict.fromkeys([*mine, *theirs])
    ]  # fmt: skip
    rows.sort(key=lambda row: -abs(row[-1] or 0.0))
    names = ["feature", "version", "against", "importance", "against_importance", "difference"]
    return pd.DataFrame(rows, columns=names, dtype=object)
