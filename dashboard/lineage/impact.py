"""What a node reaches: models, the predictions made since a day, processes, persons, and the value at stake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dashboard.governance.value.at_stake import Stake, Stakes
from dashboard.lineage.graph import Edge, Graph, Step
from dashboard.lineage.model_edges import model_of
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.lineage.walks import features_reached, path_to, walk
from dashboard.schema.times import instant
from dashboard.store.engine.database import Store
from dashboard.store.log.made import count_made, ids_made
from dashboard.store.traced_models import TracedModel, traced_models
from dashboard.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

AFFECTED = ("model", "version", "prediction", "predicted_at")


@dataclass(frozen=True)
class Impact:
    """One version of a model that a node reaches.

    `predictions`: made by it since the day, counted in the log. `value_at_stake` (in `currency`) is what is promised
    for the days since then until the last prediction, by the version's share of the model's predictions; None with a
    `reason`.
    `features` are those of the model that the node reaches; `path` are the ids of a shortest way to the version, or to
    the model where the node reaches it through what it scores.
    """

    model: str
    version: str
    predictions: int
    features: tuple[str, ...]
    process: str | None
    accountable_executive: tuple[str, ...]
    value_at_stake: float | None
    currency: str | None
    reason: Sentence | None
    path: tuple[str, ...]


def impact(store: Store, graph: Graph, node: str, since: date | None = None) -> list[Impact]:
    """What depends on a node (id), by model and version; predictions since the begin of `since` in the model's zone.

    A version is reached by what it was trained on or made from; every version of a model is when the model's own job
    reads what is reached. Raises NotFoundError for a node that is not in the graph.
    """
    start = graph.node(node).id
    steps = walk(graph, start, "down", columns=True)
    versions = _versions_reached(graph, start, steps)
    if not versions:
        return []
    cards = traced_models(store, graph.as_of)
    reached = {step.edge.target for step in steps if kind_of(step.edge.target) == "feature"}
    features = _by_model(reached if kind_of(start) == "run" else features_reached(graph, start))
    by_tables = walk(graph, start, "down")
    answering: dict[str, list[str]] = defaultdict(list)
    for edge in graph.late.accountable(list(versions)):
        answering[name_of(edge.source)].append(name_of(edge.target))
    stakes = Stakes(store, list(versions), graph.day, graph.as_of)
    found = []
    for model_id, names in versions.items():
        counted = _Counted(store, cards[model_id], since, graph.as_of)
        for version in sorted(names):
            stake = counted.at_stake(version, stakes)
            way = _way((by_tables, steps), start, model_id, version)
            found.append(
                Impact(
                    model_id, version, counted.number(version), tuple(features.get(model_id, ())),
                    cards[model_id].process, tuple(answering[model_id]), stake.amount, stake.currency, stake.reason,
                    way,
                )
            )  # fmt: skip
    return found


def versions_reached(graph: Graph, node: str, model: str) -> frozenset[str]:
    """The versions of a model that a node (id) reaches, as `impact` counts them."""
    start = graph.node(node).id
    return frozenset(_versions_reached(graph, start, walk(graph, start, "down", columns=True)).get(model, ()))


def affected_predictions(
    store: Store, graph: Graph, found: Iterable[Impact], since: date | None = None
) -> pd.DataFrame:
    """The ids of the predictions that `impact` counts: model, version, prediction, predicted_at (UTC, naive)."""
    import pandas as pd

    cards = traced_models(store, graph.as_of)
    versions: dict[str, list[str]] = defaultdict(list)
    for one in found:
        versions[one.model].append(one.version)
    frames = []
    for model_id, chosen in versions.items():
        begin = None if since is None else instant(since, cards[model_id].time_zone)
        table = ids_made(store, model_id, chosen, begin, graph.as_of).to_pandas()
        frames.append(table.assign(model=model_id)[list(AFFECTED)])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(AFFECTED), dtype=object)


def _versions_reached(graph: Graph, start: str, steps: Sequence[Step]) -> dict[str, set[str]]:
    """The versions that a walk down reaches, by model."""
    known: dict[str, set[str]] = defaultdict(set)
    trained: dict[tuple[str, str], set[str]] = defaultdict(set)
    for node in graph.nodes("version"):
        known[_model(node.id)].add(node.name.partition("@")[2])
    for edge in graph.edges_of("training"):
        trained[_model(edge.target), edge.source].add(name_of(edge.target).partition("@")[2])
    found: dict[str, set[str]] = defaultdict(set)
    for reached in [start, *(step.edge.target for step in steps)]:
        if kind_of(reached) == "version":
            found[_model(reached)].add(name_of(reached).partition("@")[2])
    for edge in (step.edge for step in steps):
        if edge.kind == "runs" or (edge.kind == "reads" and kind_of(edge.target) == "model"):
            found[name_of(edge.target)] |= known[name_of(edge.target)]
        elif edge.kind == "feature":
            model_id = _model(edge.target)
            table = graph.table_of(edge.source) if kind_of(edge.source) == "column" else edge.source
            found[model_id] |= trained.get((model_id, table)) or known[model_id]
    _of_start(graph, start, known, found)
    return {model_id: found[model_id] for model_id in sorted(found) if found[model_id]}


def _of_start(graph: Graph, start: str, known: Mapping[str, set[str]], found: dict[str, set[str]]) -> None:
    """Add the versions that a model, a feature or a deployment stands for itself."""
    model_id = model_of(start)
    if kind_of(start) in ("model", "feature") and model_id is not None:
        found[model_id] |= known[model_id]
    elif kind_of(start) in ("deployment", "predictions") and model_id is not None:
        above = (step.edge.source for step in walk(graph, start, "up") if step.distance == 1)
        found[model_id] |= {name_of(node).partition("@")[2] for node in above if kind_of(node) == "version"}


class _Counted:
    """The predictions of a model since a day, and what they were to be worth."""

    def __init__(self, store: Store, card: TracedModel, since: date | None, as_of: datetime | None) -> None:
        """Count them in the log."""
        self._card, self._since = card, since
        begin = None if since is None else instant(since, card.time_zone)
        self._made = count_made(store, card.id, begin, as_of)

    def number(self, version: str) -> int:
        """How many a version made."""
        return self._made[version].number if version in self._made else 0

    def at_stake(self, version: str, stakes: Stakes) -> Stake:
        """What is promised for a version's predictions: nothing is at stake where none were made."""
        days = self._days()
        if days is None:
            promised = stakes.of_an_hour(self._card.id, self._card.time_zone)
            return promised if promised.amount is None else Stake(0.0, promised.currency)
        total = sum(one.number for one in self._made.values())
        return stakes.of_days(self._card.id, *days, self.number(version) / total)

    def _days(self) -> tuple[date, date] | None:
        """The asked day, else that of the first prediction, and that of the last; None without predictions."""
        if not self._made:
            return None
        zone = ZoneInfo(self._card.time_zone)
        first = min(one.first_at for one in self._made.values()).astimezone(zone).date()
        last = max(one.last_at for one in self._made.values()).astimezone(zone).date()
        return self._since or first, last


def _way(walks: Iterable[Sequence[Step]], start: str, model_id: str, version: str) -> tuple[str, ...]:
    """A shortest way to a version, else to its model, of the first of some walks that knows one."""
    for steps in walks:
        for target in (node_id("version", f"{model_id}@{version}"), node_id("model", model_id)):
            way: list[Edge] = path_to(steps, target)
            if way:
                return way[0].source, *(edge.target for edge in way)
    return (start,)


def _by_model(features: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for node in sorted(features):
        found[_model(node)].append(name_of(node).partition("#")[2])
    return found


def _model(node: str) -> str:
    return model_of(node) or ""
