"""One node for one table, whatever producers call it: names that a symlink joins are the same dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

TABLE, LOCATION = "TABLE", "LOCATION"


@dataclass(frozen=True)
class Symlink:
    """A dataset says that it is also known by another name, of a type like TABLE or LOCATION."""

    dataset: str
    other: str
    type: str | None


@dataclass(frozen=True)
class OneName:
    """The name under which each renamed dataset stands (`of`), and all other names of it (`others`)."""

    of: dict[str, str] = field(default_factory=dict)
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)


def one_name(symlinks: Iterable[Symlink]) -> OneName:
    """Choose one name for each group of datasets that symlinks join, whatever their order.

    The name of the table in its catalogue (type TABLE) is preferred to what events call it, and that to a mere place
    where it lies (type LOCATION); among equals the first in the alphabet.
    """
    above: dict[str, str] = {}
    rank: dict[str, int] = {}
    for link in symlinks:
        rank[link.dataset] = min(rank.get(link.dataset, 1), 1)
        kind = (link.type or "").upper()
        found = 0 if kind == TABLE else 2 if kind == LOCATION else 1
        rank[link.other] = min(rank.get(link.other, found), found)
        first, second = _top(above, link.dataset), _top(above, link.other)
        if first != second:
            above[max(first, second)] = min(first, second)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in rank:
        groups[_top(above, name)].append(name)
    of: dict[str, str] = {}
    others: dict[str, tuple[str, ...]] = {}
    for names in groups.values():
        chosen, *rest = sorted(names, key=lambda name: (rank[name], name))
        others[chosen] = tuple(rest)
        of.update(dict.fromkeys(rest, chosen))
    return OneName(of, others)


def _top(above: dict[str, str], name: str) -> str:
    """The name that stands for a group while it is joined; ways become short as they are gone."""
    way = []
    while (upper := above.get(name, name)) != name:
        way.append(name)
        name = upper
    for passed in way:
        above[passed] = name
    return name
