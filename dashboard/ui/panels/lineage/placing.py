"""Where the boxes of a picture stand: columns from left to right by stage, in each an order with few crossings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.ui.panels.lineage.flows import Link
from dashboard.ui.panels.lineage.folding import Folded

WIDTH, HEIGHT = 152, 54
BESIDE, BELOW = 30, 12
HEAD = 34
SWEEPS = 4
# Chains within one stage are drawn in so many columns at most.
DEEPEST = 6


@dataclass(frozen=True)
class Placed:
    """Left upper corners of boxes by id in pixels, the left edge and width of each stage, and the whole size."""

    corners: Mapping[str, tuple[int, int]]
    heads: Mapping[int, tuple[int, int]]
    size: tuple[int, int]


def place(folded: Folded) -> Placed:
    """Place the boxes; source: barycentre ordering of layers (Sugiyama, Tagawa and Toda 1981)."""
    columns = _columns(folded)
    places = sorted(set(columns.values()))
    lefts = {place: number * (WIDTH + BESIDE) for number, place in enumerate(places)}
    before, after = _neighbours(folded.links, down=False), _neighbours(folded.links, down=True)
    order = {place: sorted(one for one in columns if columns[one] == place) for place in places}
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        ranks = {one: rank for members in order.values() for rank, one in enumerate(members)}
        for place in places if forward else places[::-1]:
            known = before if forward else after
            order[place].sort(key=lambda one, known=known, ranks=ranks: _mean(one, known, ranks))  # type: ignore[misc]
            ranks.update({one: rank for rank, one in enumerate(order[place])})
    corners = _stacked(order, lefts, before)
    heads = {
        stage: (min(mine), max(mine) - min(mine) + WIDTH)
        for stage in {place[0] for place in places}
        if (mine := [lefts[place] for place in places if place[0] == stage])
    }
    width = max((left + WIDTH for left in lefts.values()), default=WIDTH)
    height = max((top + HEIGHT for _, top in corners.values()), default=HEIGHT)
    return Placed(corners, heads, (width, height))


def _columns(folded: Folded) -> dict[str, tuple[int, int]]:
    """Stage and place within it for each box: behind everything of its stage that leads to it."""
    inner: dict[str, list[str]] = {}
    for source, target in folded.links:
        if folded.items[source].stage == folded.items[target].stage:
            inner.setdefault(target, []).append(source)
    depths = dict.fromkeys(folded.items, 0)
    for _ in range(DEEPEST):
        moved = {one: max(depths[source] for source in sources) + 1 for one, sources in inner.items()}
        depths |= {one: min(depth, DEEPEST - 1) for one, depth in moved.items()}
    return {one: (item.stage, depths[one]) for one, item in folded.items.items()}


def _neighbours(links: Mapping[Link, object], *, down: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, target in links:
        found.setdefault(source if down else target, []).append(target if down else source)
    return found


def _mean(one: str, known: Mapping[str, list[str]], ranks: Mapping[str, int]) -> tuple[float, int]:
    """The mean rank of the neighbours of a box; one without keeps its own."""
    near = [ranks[other] for other in known.get(one, ())]
    return (sum(near) / len(near) if near else float(ranks[one]), ranks[one])


def _stacked(
    order: Mapping[tuple[int, int], list[str]], lefts: Mapping[tuple[int, int], int], before: Mapping[str, list[str]]
) -> dict[str, tuple[int, int]]:
    """Corners: each column as high as what leads to it, and no two boxes on one place."""
    step = HEIGHT + BELOW
    corners: dict[str, tuple[int, int]] = {}
    for place in sorted(order):
        members, top = order[place], HEAD
        near = [corners[one][1] for member in members for one in before.get(member, ()) if one in corners]
        if near:
            top = max(HEAD, int((min(near) + max(near)) / 2 - step * (len(members) - 1) / 2))
        for number, one in enumerate(members):
            corners[one] = (lefts[place], top + number * step)
    return corners
