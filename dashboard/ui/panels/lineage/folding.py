"""Many nodes shown as few: what belongs together stands as one count until it is opened, level by level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dashboard.ui.panels.lineage.flows import Flow, Link, State

# So many boxes can be read at once; more than that is folded.
READABLE = 120
# So many can be read below each other.
TALL = 30
# So many of one fold are drawn when it is opened, and so many when all are.
OF_ONE, MOST = 100, 1_000
# Fewer than so many of a kind are not worth a fold; the features of a model and the columns of a table always are.
FEW = 4
# Chains within one stage are told apart up to so many links.
DEEPEST = 60
FOLDED_ALWAYS = {"feature": 7, "column": 40}
ALL = "*"
NAMESPACE = re.compile(r"^([A-Za-z][\w+.-]*://[^/]+|[^/]+)/")


@dataclass(frozen=True)
class Item:
    """A box of the picture: one node, or a fold of `count` nodes of a kind and, where all come from one, a place.

    `depth` is how many links of its stage lead to it at least.
    """

    id: str
    stage: int
    depth: int
    kind: str
    count: int = 1
    place: str = ""

    @property
    def is_fold(self) -> bool:
        """Whether it stands for several nodes."""
        return self.id.startswith("fold")


@dataclass(frozen=True)
class Folded:
    """The boxes of a picture and their links; `item_of` tells for each node in which box it is."""

    items: Mapping[str, Item]
    links: Mapping[Link, State]
    item_of: Mapping[str, str]
    left_out: int = 0


def fold(flow: Flow, stages: Mapping[str, int], opened: Collection[str], kept: Collection[str] = ()) -> Folded:
    """Fold a flow to what can be read; `opened` are ids of folds that are opened (`*`: all), `kept` nodes stay single.

    Nodes of a stage and kind are folded by their place (namespace, model, table), and where that is too much still, by
    stage and kind.
    """
    fine = {node: _fold_id(node, stages[node], _place(node)) for node in flow.nodes}
    coarse = {node: _fold_id(node, stages[node], "") for node in flow.nodes}
    sizes = Counter(fine.values())
    by_stage = Counter(stages[node] for node in flow.nodes)
    boxes = sum(1 if size >= FEW else size for size in sizes.values())
    crowded = boxes > READABLE
    item_of: dict[str, str] = {}
    shown: Counter[str] = Counter()
    room = MOST if ALL in opened else OF_ONE
    for node in sorted(flow.nodes, key=lambda one: (one not in kept, one)):
        many = len(flow.nodes) > READABLE or by_stage[stages[node]] > TALL
        folded = _box(node, (fine[node], coarse[node]), sizes[fine[node]], (many, crowded), opened)
        # What is opened beyond what can be drawn stays in its fold.
        counted = "" if ALL in opened else fine[node]
        if node in kept or (folded is None and shown[counted] < room):
            item_of[node] = node
            shown[counted] += 1
        else:
            item_of[node] = folded or fine[node]
    return Folded(
        _items(flow, stages, item_of), _links(flow, item_of), item_of,
        sum(1 for node in flow.nodes if item_of[node] != node),
    )  # fmt: skip


def _items(flow: Flow, stages: Mapping[str, int], item_of: Mapping[str, str]) -> dict[str, Item]:
    """The boxes by id; a fold stands where the first of its nodes would."""
    counts, depths = Counter(item_of.values()), _depths(flow, stages)
    found: dict[str, Item] = {}
    for node in flow.nodes:
        box, depth = item_of[node], depths.get(node, 0)
        known = found.get(box)
        if known is None or depth < known.depth:
            found[box] = Item(box, stages[node], depth, _kind(node), counts[box], _place_of(box))
    return found


def _depths(flow: Flow, stages: Mapping[str, int]) -> dict[str, int]:
    """How many links of its stage lead to a node, the longest way counts; 0 is left out.

    Links that close a circle do not count.
    """
    after: dict[str, list[str]] = {}
    for source, target in sorted(flow.links):
        if stages[source] == stages[target]:
            after.setdefault(source, []).append(target)
    depths: dict[str, int] = {}
    for node in reversed(_finished(after)):
        for target in after.get(node, ()):
            depths[target] = min(max(depths.get(target, 0), depths.get(node, 0) + 1), DEEPEST - 1)
    return depths


def _finished(after: dict[str, list[str]]) -> list[str]:
    """Nodes in the order in which a search in depth leaves them; links that close a circle are taken out of `after`.

    Source of the method: Tarjan (1976): read backwards, every link that is left leads onwards.
    """
    finished: dict[str, None] = {}
    begun: set[str] = set()
    for start in list(after):
        way = [] if start in begun else [(start, iter(after[start]))]
        begun.add(start)
        while way:
            node, targets = way[-1]
            target = next((one for one in targets if one not in begun), None)
            if target is None:
                way.pop()
                after[node] = [one for one in after[node] if one in finished]
                finished[node] = None
            else:
                begun.add(target)
                way.append((target, iter(after.setdefault(target, []))))
    return list(finished)


def _box(node: str, folds: tuple[str, str], size: int, state: tuple[bool, bool], opened: Collection[str]) -> str | None:
    """The fold in which a node stands; None where it stands by itself."""
    fine, coarse = folds
    many, crowded = state
    always = FOLDED_ALWAYS.get(_kind(node))
    if ALL in opened or fine in opened:
        return None
    if crowded and coarse not in opened:
        return coarse
    if (always is not None and size >= always) or (many and size >= FEW):
        return fine
    return None


def _links(flow: Flow, item_of: Mapping[str, str]) -> dict[Link, State]:
    """The links between boxes; one that joins links of several states is the same on both days."""
    found: dict[Link, State] = {}
    for (source, target), state in flow.links.items():
        link = item_of[source], item_of[target]
        if link[0] != link[1]:
            found[link] = state if found.get(link, state) == state else "same"
    return found


def _kind(node: str) -> str:
    """The kind of a node by its id, without asking whether there is such a kind: all ids here are those of nodes."""
    return node.partition(":")[0]


def _fold_id(node: str, stage: int, place: str) -> str:
    return f"fold{stage}-{_kind(node)}-{place}"


def _place_of(item: str) -> str:
    return item.split("-", 2)[2] if item.startswith("fold") else ""


def _place(node: str) -> str:
    """What a node is kept with: the namespace of a table or job, the table of a column, the model of a feature."""
    kind, _, name = node.partition(":")
    if kind in ("column", "feature"):
        return name.rpartition("#")[0]
    if kind in ("dataset", "job"):
        found = NAMESPACE.match(name)
        return found[1] if found else name
    return ""
