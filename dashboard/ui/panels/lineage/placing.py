"""Where the boxes of a picture stand: columns from left to right by stage, in each an order with few crossings.

Source of the method: Sugiyama, Tagawa and Toda (1981): layers, places kept free for links that pass a layer, orders by
barycentres, and heights as near to what leads to a box as there is room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.ui.panels.lineage.flows import Link
from dashboard.ui.panels.lineage.folding import Folded

WIDTH, HEIGHT = 152, 54
BESIDE, BELOW = 30, 12
HEAD = 34
SWEEPS = 4
# What a link takes that passes a column, and the number of links from which on they may pass behind boxes.
PASSAGE, MOST_PASSAGES = 10, 1_500
Point = tuple[int, int]
Passage = tuple[str, int]


@dataclass(frozen=True)
class Placed:
    """Left upper corners of boxes by id in pixels, the left edge and width of each stage, and the whole size.

    `routes` are the points where a long link enters the columns that it passes, by link.
    """

    corners: Mapping[str, Point]
    heads: Mapping[int, tuple[int, int]]
    size: tuple[int, int]
    routes: Mapping[Link, Sequence[Point]]


def place(folded: Folded) -> Placed:
    """Place the boxes."""
    columns = {one: (item.stage, item.depth) for one, item in folded.items.items()}
    places = sorted(set(columns.values()))
    number = {place: index for index, place in enumerate(places)}
    passed = _passed(folded.links, {one: number[place] for one, place in columns.items()})
    layer = {one: number[place] for one, place in columns.items()}
    layer |= {_name(passage): passage[1] for way in passed.values() for passage in way}
    pairs = list(dict.fromkeys(pair for link in folded.links for pair in _pairs(link, passed.get(link, ()))))
    members = _ordered(layer, pairs)
    middles = _stacked(members, _neighbours(pairs, down=False), set(folded.items))
    lefts = [index * (WIDTH + BESIDE) for index in range(len(places))]
    corners = {one: (lefts[layer[one]], round(middles[one] - HEIGHT / 2)) for one in folded.items}
    heads = {
        stage: (min(mine), max(mine) - min(mine) + WIDTH)
        for stage in {place[0] for place in places}
        if (mine := [lefts[number[place]] for place in places if place[0] == stage])
    }
    size = (
        max((left + WIDTH for left, _ in corners.values()), default=WIDTH),
        max((top + HEIGHT for _, top in corners.values()), default=HEIGHT),
    )
    routes = {
        link: [(lefts[passage[1]], round(middles[_name(passage)])) for passage in way] for link, way in passed.items()
    }
    return Placed(corners, heads, size, routes)


def _passed(links: Iterable[Link], layer: Mapping[str, int]) -> dict[Link, list[Passage]]:
    """The passages of links that go by columns; links from one box share theirs. Nothing where there are too many."""
    found = {
        (source, target): [(source, index) for index in range(layer[source] + 1, layer[target])]
        for source, target in links
        if layer[target] - layer[source] > 1
    }
    return found if len({passage for way in found.values() for passage in way}) <= MOST_PASSAGES else {}


def _name(passage: Passage) -> str:
    """A passage among the ids of boxes, none of which begins so."""
    return f"\x00{passage[1]:03d} {passage[0]}"


def _pairs(link: Link, way: Sequence[Passage]) -> list[Link]:
    """A link as the pairs of boxes and passages that it joins."""
    stations = [link[0], *(_name(passage) for passage in way), link[1]]
    return list(zip(stations, stations[1:], strict=False))


def _ordered(layer: Mapping[str, int], pairs: Sequence[Link]) -> list[list[str]]:
    """The members of each column from top to bottom."""
    before, after = _neighbours(pairs, down=False), _neighbours(pairs, down=True)
    members: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for one in sorted(layer):
        members[layer[one]].append(one)
    for sweep in range(SWEEPS):
        ranks = {one: float(rank) for column in members for rank, one in enumerate(column)}
        forward = sweep % 2 == 0
        for column in members if forward else members[::-1]:
            means = {one: _mean(one, before if forward else after, ranks) for one in column}
            column.sort(key=lambda one, means=means: means[one])  # type: ignore[misc]
            ranks |= {one: float(rank) for rank, one in enumerate(column)}
    return members


def _neighbours(pairs: Iterable[Link], *, down: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, target in pairs:
        found.setdefault(source if down else target, []).append(target if down else source)
    return found


def _mean(one: str, known: Mapping[str, list[str]], ranks: Mapping[str, float]) -> float:
    """The mean rank of the neighbours of a box; one without keeps its own."""
    near = [ranks[other] for other in known.get(one, ())]
    return sum(near) / len(near) if near else ranks[one]


def _stacked(members: Sequence[Sequence[str]], before: Mapping[str, list[str]], boxes: set[str]) -> dict[str, float]:
    """The middles of boxes and passages from the top: each as high as what leads to it, as far as there is room."""
    middles: dict[str, float] = {}
    for column in members:
        wanted: list[tuple[float, str]] = []
        last = 0.0
        for one in column:
            near = [middles[other] for other in before.get(one, ()) if other in middles]
            # Without anything before it, a box stands below the one above.
            last = sum(near) / len(near) if near else last + (HEIGHT + BELOW if wanted else 0.0)
            wanted.append((last, one))
        wanted.sort(key=lambda known: known[0])
        order = [one for _, one in wanted]
        heights = [HEIGHT if one in boxes else PASSAGE for one in order]
        middles.update(zip(order, _spread([middle for middle, _ in wanted], heights), strict=True))
    highest = min((middles[one] for one in boxes), default=0.0)
    return {one: HEAD + HEIGHT / 2 + middle - highest for one, middle in middles.items()}


def _spread(wanted: Sequence[float], heights: Sequence[int]) -> list[float]:
    """Middles without overlap, with the least sum of squared moves from those that are wanted, in their order.

    Source: isotonic regression by pooling adjacent violators, of the wanted middles less the room that is above them.
    """
    room = [0.0]
    for upper, lower in zip(heights, heights[1:], strict=False):
        room.append(room[-1] + (upper + lower) / 2 + BELOW)
    pools: list[tuple[float, int]] = []
    for middle, above in zip(wanted, room, strict=False):
        pools.append((middle - above, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, few), (other, more) = pools[-2:]
            pools[-2:] = [((one * few + other * more) / (few + more), few + more)]
    shifted = [mean for mean, count in pools for _ in range(count)]
    return [middle + above for middle, above in zip(shifted, room, strict=False)]
