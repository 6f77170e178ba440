"""How severe failed checks of tables are, by what their tools say and by the features that come from what failed."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Literal

from dashboard.lineage.facts import Check
from dashboard.lineage.graph import Graph
from dashboard.lineage.made_from import features_made_from
from dashboard.lineage.model_edges import model_of
from dashboard.lineage.names import name_of, node_id
from dashboard.measures.quality.severity import feature_matters, severity_of
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds, load_thresholds
from dashboard.store.cards import cards_of
from dashboard.store.engine.database import Store
from dashboard.store.importances import importances_of, newest_importance, stated_or_computed

Status = Literal["ok", "warn", "alert", "unknown"]


class Severities:
    """The severity of checks for one model of a graph, or the worst for any of them.

    What is a warning for one model can be an alert for another one, since features matter to models.
    """

    def __init__(self, store: Store, graph: Graph) -> None:
        """Cards and importances are read when the first check asks for them."""
        self._store, self._graph = store, graph
        self._cards: dict[str, ModelCard | None] = {}
        self._importance: dict[str, Mapping[str, float]] = {}
        self._thresholds: dict[str, Thresholds] = {}

    def of(self, check: Check, model: str | None = None) -> Status:
        """The status that the newest result of a check stands for; unknown for one that is checked no longer."""
        if check.passed:
            return "ok"
        if check.unchecked is not None:
            return "unknown"
        return self.of_failure(check, model)

    def of_failure(self, check: Check, model: str | None = None) -> Status:
        """How severe the failure of a check is, or was."""
        matters = any(self._matters(feature) for feature in self.features(check, model))
        return severity_of(check.reported.get("severity"), matters=matters)

    def worst(self, checks: Collection[Check], model: str | None = None) -> Status | None:
        """The worst of some checks; None of none."""
        order: tuple[Status, ...] = ("alert", "warn", "unknown", "ok")
        found = {self.of(check, model) for check in checks}
        return next((status for status in order if status in found), None)

    def features(self, check: Check, model: str | None = None) -> list[str]:
        """The features (ids) of a model, or of all, that come from the column of a check, in order."""
        found = features_made_from(self._graph, check.dataset, check.column)
        return sorted(one for one in found if model in (None, model_of(one)))

    def _matters(self, feature: str) -> bool:
        model, _, name = name_of(feature).partition("#")
        card = self._card(model)
        if card is None or name not in card.data.features:
            return False
        if model not in self._importance:
            self._importance[model] = newest_importance(card, stated_or_computed(card, self._computed.get(model, {})))
            self._thresholds[model] = load_thresholds(None, card.monitoring or None)
        weight = self._importance[model].get(name, math.nan)
        return feature_matters(weight, self._thresholds[model], required=card.data.features[name].required)

    def _card(self, model: str) -> ModelCard | None:
        """The card of a model of the graph: read once, and only of models that a failed check reaches."""
        if model not in self._cards:
            known = (
                cards_of(self._store, {model}, self._graph.as_of) if self._graph.has(node_id("model", model)) else {}
            )
            self._cards[model] = known[model].card if model in known else None
        return self._cards[model]

    @cached_property
    def _computed(self) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
        return importances_of(self._store, None, self._graph.as_of)
