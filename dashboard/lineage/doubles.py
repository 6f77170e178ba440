"""What may have been made twice: features of different models, and tables of different jobs.

Nothing here says that two things are the same unless each step on the way to both is reported as a copy of the same
column. Features that are read from one column are shared, not made twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from dashboard.lineage.feature_sources import FeatureSource
from dashboard.lineage.graph import Graph
from dashboard.lineage.names import kind_of, name_of
from dashboard.words import Sentence, mark

# certain: copies of the same columns; likely: what it comes from and what it is called agree; possible: one of the two.
Sure = Literal["certain", "likely", "possible"]
Kind = Literal["feature", "dataset"]
Item = TypeVar("Item")
SURENESS: tuple[Sure, ...] = ("certain", "likely", "possible")

COPIES = mark("Both are unchanged copies of {columns}.")
SAME_NAME = mark("Both have the same name and kind and are made from the same columns: {columns}.")
OTHER_NAME = mark("Both are made from the same columns, {columns}, under different names; they may be the same.")
OTHER_COLUMNS = mark("Both have the same name and kind but come from different columns; they may be the same.")
SOME_COLUMNS = mark("Both have the same name and kind and have some of their columns in common; they may be the same.")
NAME_ALONE = mark(
    "Both have the same name and kind; it is not known of both where they come from. They may be the same."
)
SAME_TABLE = mark("Two jobs ({jobs}) make tables with the same columns from the same tables: {inputs}.")
SAME_SOURCES = mark("Two jobs ({jobs}) make tables from the same columns: {columns}; they may be the same.")


@dataclass(frozen=True)
class Double:
    """Two features (model and name) or two datasets (ids, no model) that may be one, with the reason in words."""

    kind: Kind
    first: tuple[str | None, str]
    second: tuple[str | None, str]
    sure: Sure
    reason: Sentence


def feature_doubles(features: Collection[FeatureSource]) -> list[Double]:
    """Features of different models that may have been made twice, the surest first.

    Of several that are alike each is paired with the first one only. Two names from the same columns are no double
    where one model has both: it tells them apart itself.
    """
    firsts = _made_once(features)
    found: dict[tuple[object, object], Double] = {}
    for group in _grouped((one for one in firsts if one.origins), lambda one: (one.origins, one.kind)):
        for double in _same_origins(group):
            found.setdefault((double.first, double.second), double)
    for group in _grouped(firsts, lambda one: one.called):
        parts = _grouped(group, lambda one: one.origins or one.model, least=1)
        for part in parts[1:]:
            if part[0].model != group[0].model:
                double = _pair(group[0], part[0], "possible", Sentence(_by_name(group[0], part[0])))
                found.setdefault((double.first, double.second), double)
    return sorted(found.values(), key=_rank)


def _by_name(one: FeatureSource, other: FeatureSource) -> str:
    """What is known of two features of one name and kind that do not come from exactly the same columns."""
    if one.origins & other.origins:
        return SOME_COLUMNS
    return OTHER_COLUMNS if one.traced and other.traced else NAME_ALONE


def _made_once(features: Collection[FeatureSource]) -> list[FeatureSource]:
    """The first of the features that are read from the same column; the others share it."""
    read: dict[str, FeatureSource] = {}
    kept = []
    for one in features:
        if not any(read.get(column, one).model != one.model for column in one.columns):
            kept.append(one)
        for column in one.columns:
            read.setdefault(column, one)
    return kept


def _same_origins(group: Sequence[FeatureSource]) -> Iterator[Double]:
    """The doubles among features of one kind that come from the same columns."""
    named = _grouped(group, lambda one: one.feature.casefold(), least=1)
    columns = _listed(group[0].origins)
    for part in named:
        for other in part[1:]:
            if other.model != part[0].model:
                copies = part[0].unchanged and other.unchanged
                reason = Sentence(COPIES if copies else SAME_NAME, {"columns": columns})
                yield _pair(part[0], other, "certain" if copies else "likely", reason)
    first = named[0]
    for part in named[1:]:
        if {one.model for one in first} & {one.model for one in part}:
            continue
        copies = first[0].unchanged and part[0].unchanged
        reason = Sentence(COPIES if copies else OTHER_NAME, {"columns": columns})
        yield _pair(first[0], part[0], "certain" if copies else "possible", reason)


def _pair(one: FeatureSource, other: FeatureSource, sure: Sure, reason: Sentence) -> Double:
    return Double("feature", (one.model, one.feature), (other.model, other.feature), sure, reason)


@dataclass(frozen=True)
class _Made:
    """A table that one job makes: its columns by name, the columns and the tables (ids) that it is made from."""

    table: str
    job: str
    columns: frozenset[str]
    sources: frozenset[str]
    inputs: frozenset[str]


def dataset_doubles(graph: Graph, teams: Mapping[str, Collection[str]]) -> list[Double]:
    """Tables of different jobs that may have been made twice, the surest first; `teams` are owners by job (id).

    Two tables from the same columns are listed unless one team is known to own both jobs: it has its reasons. What
    models write is left out: models that compete read the same and write alike.
    """
    made = _made(graph)
    found: dict[tuple[str, str], Double] = {}
    for group in _grouped((one for one in made if one.columns and one.inputs), lambda one: (one.columns, one.inputs)):
        for first, other in _of_other_jobs(group):
            values = {"jobs": _listed([first.job, other.job]), "inputs": _listed(first.inputs)}
            sentence = Sentence(SAME_TABLE, values)
            found[first.table, other.table] = _tables(first, other, "likely", sentence)
    for group in _grouped((one for one in made if one.sources), lambda one: one.sources):
        for first, other in _of_other_jobs(group):
            if set(teams.get(first.job, ())) & set(teams.get(other.job, ())):
                continue
            values = {"jobs": _listed([first.job, other.job]), "columns": _listed(first.sources)}
            double = _tables(first, other, "possible", Sentence(SAME_SOURCES, values))
            found.setdefault((first.table, other.table), double)
    return sorted(found.values(), key=_rank)


def jobs_that_write(graph: Graph) -> list[str]:
    """The jobs (ids) that make a table."""
    return sorted({edge.source for edge in graph.edges_of("writes") if kind_of(edge.source) == "job"})


def _made(graph: Graph) -> list[_Made]:
    """The tables that exactly one job makes and no model writes."""
    writers: dict[str, set[str]] = defaultdict(set)
    read: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges_of("writes", "reads", "derives"):
        if edge.kind == "writes":
            writers[edge.target].add(edge.source)
        elif edge.kind == "reads":
            read[edge.target].add(edge.source)
        elif edge.kind == "derives" and kind_of(edge.source) == "column":
            table = graph.table_of(edge.target) if kind_of(edge.target) == "column" else edge.target
            sources[table].add(edge.source)
    return [
        _Made(table, job, _names(graph, table), frozenset(sources[table]), frozenset(read[job] - {table}))
        for table, jobs in sorted(writers.items())
        for job in jobs
        if len(jobs) == 1 and kind_of(job) == "job"
    ]


def _names(graph: Graph, table: str) -> frozenset[str]:
    return frozenset(column.rpartition("#")[2].casefold() for column in graph.columns_by_table.get(table, ()))


def _of_other_jobs(group: Sequence[_Made]) -> Iterator[tuple[_Made, _Made]]:
    """The first table of a group with each one that another job makes, when neither is made from the other."""
    first = group[0]
    for other in group[1:]:
        if other.job != first.job and first.table not in other.inputs and other.table not in first.inputs:
            yield first, other


def _tables(one: _Made, other: _Made, sure: Sure, reason: Sentence) -> Double:
    return Double("dataset", (None, one.table), (None, other.table), sure, reason)


def _grouped(items: Iterable[Item], key: Callable[[Item], Hashable], least: int = 2) -> list[list[Item]]:
    """The items of each key in their order, where there are so many."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return [group for group in groups.values() if len(group) >= least]


def _listed(nodes: Collection[str]) -> str:
    return ", ".join(sorted(name_of(node) for node in nodes))


def _rank(double: Double) -> tuple[int, str, str, str, str]:
    return SURENESS.index(double.sure), str(double.first[0]), double.first[1], str(double.second[0]), double.second[1]
