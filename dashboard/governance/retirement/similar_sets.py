"""Pairs of sets that share much, without comparing every set with every other.

Prefix filter of Bayardo, Ma and Srikant, Scaling up all pairs similarity search (2007): two sets whose Jaccard index
reaches a level share one of their rarest members, so that only those are looked up.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

ROUNDING = 1e-9


@dataclass(frozen=True)
class SimilarPair:
    """Two names in order whose sets share `shared` of `united` members."""

    first: str
    second: str
    shared: int
    united: int

    @property
    def jaccard(self) -> float:
        """The share of common members."""
        return self.shared / self.united


def similar_pairs(sets: Mapping[str, frozenset[Hashable]], least: float) -> Iterator[SimilarPair]:
    """Every pair of sets with a Jaccard index of at least `least` (above 0); empty sets are like none.

    Of sets that are the same, each is paired with the first of them only: a thousand copies are no half million pairs.
    Raises ValueError for a level outside of (0, 1].
    """
    if not 0 < least <= 1:
        raise ValueError(f"received {least}; allowed is above 0 up to 1")
    alike: dict[frozenset[Hashable], list[str]] = defaultdict(list)
    for name in sorted(sets):
        if sets[name]:
            alike[sets[name]].append(name)
    for members, names in alike.items():
        for other in names[1:]:
            yield SimilarPair(names[0], other, len(members), len(members))
    yield from _different(alike, least)


def _different(alike: Mapping[frozenset[Hashable], list[str]], least: float) -> Iterator[SimilarPair]:
    """The pairs of sets that are not the same, each named by the first that has it."""
    often = Counter(member for members in alike for member in members)
    order = {member: place for place, (member, _) in enumerate(sorted(often.items(), key=_rarest_first))}
    held: dict[Hashable, list[frozenset[Hashable]]] = defaultdict(list)
    for members in sorted(alike, key=len):
        rarest = sorted(members, key=order.__getitem__)[: len(members) - _at_least(least, len(members)) + 1]
        known = {one for member in rarest for one in held[member] if len(one) >= _at_least(least, len(members))}
        for one in known:
            shared = len(one & members)
            united = len(one) + len(members) - shared
            if shared >= _at_least(least, united):
                first, second = sorted((alike[one][0], alike[members][0]))
                yield SimilarPair(first, second, shared, united)
        for member in rarest:
            held[member].append(members)


def _at_least(least: float, members: int) -> int:
    """The fewest members that are such a share of so many; products of shares are not exact."""
    return math.ceil(least * members - ROUNDING)


def _rarest_first(counted: tuple[Hashable, int]) -> tuple[int, str]:
    return counted[1], repr(counted[0])
