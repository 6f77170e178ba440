"""Compare the cards and logs of all models, and record of each what it shares with others."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dashboard.governance.retirement.shared_scores import compared_files, correlation_of_scores
from dashboard.governance.retirement.similar_sets import SimilarPair, similar_pairs
from dashboard.lineage.assembly import data_state, graph_of
from dashboard.lineage.feature_sources import FeatureSource, feature_sources, shared_with
from dashboard.measures.figure import finite
from dashboard.profiles.log import Log
from dashboard.profiles.update import read_log
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.kept_last import KeptLast
from dashboard.store.overlaps import append_overlap, overlaps_of
from dashboard.store.traced_models import traced_models

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.engine.database import Store

# Models that predict the same are compared from this Jaccard index of their features on, others from the second.
LEAST_OVERLAP, LEAST_OF_OTHERS = 0.5, 0.8
# Scores rank alike from this correlation on.
ALIKE = 0.8
# Comparisons that are kept of a model, twins first and the most alike of them; those that scores contradict are kept so
# that nobody makes them again.
MOST_COMPARED = 10
# So many pairs are compared anew in a run, those that never were first; the others wait for the next one.
MOST_ANEW = 500
# Models that nobody runs or tests yet, or any more, are no twins.
NOT_COMPARED = ("idea", "design", "retired")


@dataclass(frozen=True)
class Twin:
    """Another model that may do the same as one, and what shows it.

    `shared` of `united` features are common, `by` name or columns of origin; `rows` cases were scored by both, with the
    rank correlation of these scores (None: too few cases, or classes). `basis` names what was compared.
    """

    other: str
    shared: int
    united: int
    by: str
    same_target: bool
    rows: int = 0
    correlation: float | None = None
    low: float | None = None
    high: float | None = None
    basis: str = ""

    @property
    def is_twin(self) -> bool:
        """Return whether scores confirm it, or, for the same target, do not contradict it."""
        if self.low is None or self.high is None:
            return self.same_target
        return self.low >= ALIKE or (self.same_target and self.high >= ALIKE)


def update_overlaps(store: Store, cards: Sequence[ModelCard], actor: str) -> int:
    """Compare models with each other and record what changed; returns of how many models."""
    known, alike = overlaps_of(store), _FEATURES.get(store, "features", _state(store), lambda: _features(store, cards))
    twins = _compared(store, {card.id: card for card in cards}, alike.pairs, known)
    content: dict[str, dict[str, Any]] = {
        card.id: {"twins": [asdict(twin) for twin in twins.get(card.id, ())], "also_used": alike.also_used[card.id]}
        for card in cards
    }
    changed = {name: found for name, found in content.items() if found != known.get(name)}
    if changed:
        context = AuditContext(
            "monitor",
            actor,
            after={name: {"models_compared": len(found["twins"])} for name, found in changed.items()},
            computes=True,
        )
        with store.writing(context) as cursor:
            moment = stored(now())
            for name, found in changed.items():
                append_overlap(cursor, name, found, moment)
    return len(changed)


@dataclass(frozen=True)
class _Features:
    """What cards and lineage tell: pairs of models to compare, and of each model its costed features in common use."""

    pairs: Sequence[tuple[SimilarPair, str]]
    also_used: Mapping[str, Sequence[str]]


_FEATURES: KeptLast[_Features] = KeptLast(1)


def _state(store: Store) -> object:
    """What stands for cards and lineage; within a transaction always something new."""
    state = data_state(store)
    return object() if state is None else state


def _features(store: Store, cards: Sequence[ModelCard]) -> _Features:
    compared = {card.id: card for card in cards if card.status not in NOT_COMPARED}
    traced = {name: model for name, model in traced_models(store).items() if name in compared}
    sources = feature_sources(graph_of(store), traced)
    used = shared_with(sources)
    also = {
        card.id: sorted(
            name
            for name, feature in card.data.features.items()
            if feature.cost_per_month is not None and (card.id, name) in used and used[card.id, name].number(card.id)
        )
        for card in cards
    }
    return _Features(list(candidates(compared, sources)), also)


def _compared(
    store: Store, cards: Mapping[str, ModelCard], pairs: Iterable[tuple[SimilarPair, str]], known: Mapping[str, Any]
) -> dict[str, list[Twin]]:
    """What each model was compared with; both of a pair have the other one, of copies each has the first."""
    found: dict[str, list[Twin]] = defaultdict(list)
    scores = _Scores(store, cards, known)
    for pair, by in sorted(pairs, key=lambda entry: scores.before(entry[0]) is not None):
        twin = scores.compared(pair, by)
        found[pair.first].append(twin)
        found[pair.second].append(replace(twin, other=pair.first))
    return {name: sorted(twins, key=_most_alike)[:MOST_COMPARED] for name, twins in found.items()}


def _most_alike(twin: Twin) -> tuple[bool, float, float, str]:
    return not twin.is_twin, -(twin.correlation or 0), -twin.shared / twin.united, twin.other


def target_of(card: ModelCard) -> tuple[str, str | None]:
    """What a model predicts, as far as its card tells: its task and the column of the outcome."""
    return card.task, card.data.actual.casefold() if card.data.actual else None


def candidates(cards: Mapping[str, ModelCard], sources: Sequence[FeatureSource]) -> Iterator[tuple[SimilarPair, str]]:
    """Pairs of models with the same target and overlapping features, or with nearly the same features, each once.

    Features are compared by the columns that they come from, where the way of all features of both is known, and by
    name and kind; what is more alike counts.
    """
    named: dict[str, set[Hashable]] = defaultdict(set)
    origins: dict[str, set[Hashable]] = defaultdict(set)
    untraced: set[str] = set()
    for one in sources:
        named[one.model].add(one.called)
        origins[one.model] |= one.origins
        if not one.traced:
            untraced.add(one.model)
    traced = {name: found for name, found in origins.items() if name not in untraced}
    best: dict[tuple[str, str], tuple[SimilarPair, str]] = {}
    for by, sets in (("columns", traced), ("name", named)):
        for pair in _of_sets(cards, sets):
            known = best.get((pair.first, pair.second))
            if known is None or known[0].jaccard < pair.jaccard:
                best[pair.first, pair.second] = pair, by
    yield from (best[key] for key in sorted(best))


def _of_sets(cards: Mapping[str, ModelCard], sets: Mapping[str, set[Hashable]]) -> Iterator[SimilarPair]:
    by_target: dict[Hashable, dict[str, frozenset[Hashable]]] = defaultdict(dict)
    for name, members in sets.items():
        target = target_of(cards[name])
        if target[1] is not None:
            by_target[target][name] = frozenset(members)
    for alike in by_target.values():
        yield from similar_pairs(alike, LEAST_OVERLAP)
    yield from similar_pairs({name: frozenset(members) for name, members in sets.items()}, LEAST_OF_OTHERS)


@dataclass
class _Scores:
    """Comparisons of scores, those of before where the same files are there; `anew` counts those that were made."""

    store: Store
    cards: Mapping[str, ModelCard]
    known: Mapping[str, Any]
    anew: int = 0
    logs: dict[str, Log] = field(default_factory=dict)

    def before(self, pair: SimilarPair) -> Twin | None:
        """What was found the last time that two models were compared."""
        earlier = self.known.get(pair.first, {}).get("twins", ())
        return next((Twin(**one) for one in earlier if one["other"] == pair.second), None)

    def compared(self, pair: SimilarPair, by: str) -> Twin:
        """What features, target and scores of two models say."""
        cards = self.cards[pair.first], self.cards[pair.second]
        alike = Twin(pair.second, pair.shared, pair.united, by, target_of(cards[0]) == target_of(cards[1]))
        logs = self._log(pair.first), self._log(pair.second)
        files = compared_files(*logs)
        basis = _basis([file.sha256 for part in files for file in part])
        before = self.before(pair)
        if before is not None and (before.basis == basis or self.anew >= MOST_ANEW):
            figures = {name: getattr(before, name) for name in ("rows", "correlation", "low", "high", "basis")}
            return replace(alike, **figures)
        if self.anew >= MOST_ANEW:
            return alike
        self.anew += 1
        found = correlation_of_scores(logs, files, cards)
        value, low, high = finite(found.value), finite(found.low), finite(found.high)
        return replace(alike, rows=found.labelled, correlation=value, low=low, high=high, basis=basis)

    def _log(self, model_id: str) -> Log:
        """The log of a model, read once."""
        if model_id not in self.logs:
            self.logs[model_id] = read_log(self.store, self.cards[model_id])
        return self.logs[model_id]


def _basis(files: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(files)).encode()).hexdigest()[:16]
