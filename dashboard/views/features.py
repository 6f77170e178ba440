"""Features of models: what they bring, what they cost, who looks after them, and which models share them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import pandas as pd

from dashboard.governance.data_quality.incidents import incidents
from dashboard.lineage.assembly import data_state, graph_of
from dashboard.lineage.doubles import dataset_doubles, feature_doubles, jobs_that_write
from dashboard.lineage.facts import owners_of
from dashboard.lineage.feature_sources import FeatureSource, Sharing, feature_sources, shared_features, shared_with
from dashboard.lineage.graph import Graph
from dashboard.lineage.names import kind_of, name_of, node_id
from dashboard.lineage.walks import walk
from dashboard.measures.figure import finite
from dashboard.schema.config.thresholds import load_thresholds
from dashboard.schema.texts import LocalText
from dashboard.store.engine.database import Store
from dashboard.store.importances import importances_of, traced_importance
from dashboard.store.traced_models import traced_models
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kept import kept_as
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark, share

FEATURES = declare(
    "model feature",
    Column("kind", "code", mark("Kind")),
    "importance",
    Column("cost_per_month", "money", mark("Cost per month")),
    "currency",
    Column("care", "text", mark("Looked after by")),
    Column("faults", "count", mark("Faults going on")),
    Column("sources", "text", mark("Comes from")),
    Column("shared_with", "text", mark("Also used by")),
    Column("shared_models", "count", mark("Other models")),
    Column("shared_by", "code", mark("Shared, as known by")),
    Column("personal_data", "bool", mark("Personal data")),
    Column("required", "bool", mark("Required")),
    Column("changeable", "bool", mark("Can be changed")),
    Column("questionable", "bool", mark("Costs and is hardly used")),
    "reason",
    Column("label", "text", mark("Feature")),
)
DOUBLES = declare(
    Column("kind", "code", mark("Kind")),
    "model",
    Column("item", "id", mark("Made by one")),
    Column("other_model", "model", mark("Other model")),
    Column("other", "id", mark("Made by another")),
    Column("sure", "code", mark("How sure")),
    "reason",
)
STORE = declare(
    "models",
    Column("features", "count", mark("Features")),
    Column("shared", "count", mark("Shared features")),
    Column("shared_by_name", "count", mark("Shared by name alone")),
    Column("least_models", "count", mark("From models")),
    Column("least_shared", "count", mark("From shared features")),
    Column("hint", "bool", mark("Large enough")),
    "reason",
)
COSTS_MORE = mark(
    "It costs {cost} {currency} per month and holds {importance} of the importance, less than {limit}: "
    "ask whether the model needs it."
)
LARGE_ENOUGH = mark(
    "{features} features of {models} models; used by several models: {shared}, of these known by their name alone: "
    "{named}. From {least_models} models and {least_shared} shared features on, a feature store that makes each once "
    "may pay."
)
TOO_SMALL = mark(
    "{features} features of {models} models; used by several models: {shared}, of these known by their name alone: "
    "{named}. A feature store is worth a thought from {least_models} models and {least_shared} shared features on."
)
Place = tuple[str, str]
# So many models are named that share a feature; in a large portfolio a name like `age` stands on hundreds of cards.
MOST_NAMED = 20


@view("features", columns=FEATURES, model="optional")
def features(store: Store, query: Query) -> pd.DataFrame:
    """What do the features of models bring and cost, who looks after them, and which models share them?

    Columns: model, feature, kind (numeric, categorical), importance (of the newest version that has one; null = not
    known), cost_per_month (of the card, in currency; null = not stated), care (owners of the tables that it comes from,
    as events name them; null = nobody said), faults (of its data that go on and are not resolved), sources (columns, or
    tables where columns are not known, at the begin of its way), shared_with (other models that use one of these
    columns, or a feature of that name and kind; the first 20), shared_models (how many there are), shared_by (columns:
    by the lineage graph; name: by name and kind alone; both; null = not shared), personal_data (by the card; null =
    nobody said), required (no row may lack it), changeable (by who is scored; null = nobody said),
    questionable (it costs and holds less of the importance than `features.little_importance`; null = cost or importance
    is not known), reason, label (of the card, with the unit, for readers).
    """
    models_of(store, query)
    faults = _faults(store, query)
    known = _kept(store, query, "features", partial(_features, store, query))
    # Faults come and go with what `monitor` finds, the rest with cards and lineage.
    return known.assign(faults=[faults[place] for place in zip(known["model"], known["feature"], strict=True)])


def _features(store: Store, query: Query) -> pd.DataFrame:
    """The features without their faults."""
    graph, found = _sources(store, query)
    shared = shared_with(found)
    asked = [one for one in found if query.model in (None, one.model)]
    owners = owners_of(store, graph, {table for one in asked for table in one.tables})
    worth = _Worth(store, query, {one.model for one in asked})
    rows = [
        {
            "model": one.model,
            "feature": one.feature,
            "kind": one.kind,
            "care": ", ".join(sorted({name for table in one.tables for name in owners.get(table, ())})) or None,
            "faults": 0,
            "sources": ", ".join(sorted(name_of(node) for node in one.origins or one.tables)) or None,
            **_shared(shared[one.model, one.feature], one.model),
            **worth.of(one.model, one.feature),
        }
        for one in asked
    ]
    rows.sort(key=_rank)
    return pd.DataFrame(rows, columns=FEATURES.names, dtype=object)


@view("doubles", columns=DOUBLES, model="optional")
def doubles(store: Store, query: Query) -> pd.DataFrame:
    """Which features and which tables may have been made twice?

    Columns: kind (feature, dataset), model, item (the feature or dataset that is made by one), other_model, other (what
    is made by another; models of features only), sure (certain: both are unchanged copies of the same columns; likely:
    what they come from and what they are called agree; possible: one of the two), reason. Of several that are alike
    each is paired with the first one; of one model its features, and tables that it comes from.
    """
    models_of(store, query)
    return _kept(store, query, "doubles", partial(_doubles, store, query))


def _doubles(store: Store, query: Query) -> pd.DataFrame:
    graph, found = _sources(store, query)
    found_twice = [*feature_doubles(found), *dataset_doubles(graph, owners_of(store, graph, jobs_that_write(graph)))]
    if query.model is not None:
        near = _data_of(graph, query.model)
        found_twice = [one for one in found_twice if query.model in (one.first[0], one.second[0])
                or (one.kind == "dataset" and near & {one.first[1], one.second[1]})]  # fmt: skip
    rows = [
        (
            one.kind, one.first[0], name_of(one.first[1]) if one.kind == "dataset" else one.first[1], one.second[0],
            name_of(one.second[1]) if one.kind == "dataset" else one.second[1], one.sure,
            one.reason.render(query.language),
        )
        for one in found_twice
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=DOUBLES.names, dtype=object)


@view("feature-store", columns=STORE, model="none")
def feature_store(store: Store, query: Query) -> pd.DataFrame:
    """Are there enough models and shared features for a feature store to pay?

    Columns: models, features (of all of them), shared (columns that several models use, or names where columns are not
    known), shared_by_name (of these by name and kind alone), least_models, least_shared (`features.store_models` and
    `features.store_shared` of config/thresholds.yaml), hint (both are reached), reason. One row; none without models.
    """
    return _kept(store, query, "feature store", partial(_feature_store, store, query))


def _feature_store(store: Store, query: Query) -> pd.DataFrame:
    _, found = _sources(store, query)
    models = len({one.model for one in found})
    if not models:
        return pd.DataFrame(columns=STORE.names, dtype=object)
    shared, named = shared_features(found)
    least = load_thresholds().features
    hint = models >= least.store_models and shared >= least.store_shared
    values = {
        "models": models, "features": len(found), "shared": shared, "named": named,
        "least_models": least.store_models, "least_shared": least.store_shared,
    }  # fmt: skip
    reason = Sentence(LARGE_ENOUGH if hint else TOO_SMALL, values).render(query.language)
    row = (models, len(found), shared, named, least.store_models, least.store_shared, hint, reason)
    return pd.DataFrame([row], columns=STORE.names, dtype=object)


def _kept(store: Store, query: Query, name: str, find: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """An answer that rests on cards, importances, thresholds and lineage, kept while these are the same."""
    data, computed = data_state(store), store.state_of("importances")
    state = None if data is None or computed is None else (data, computed, load_thresholds().features)
    return kept_as(store, state, (name, replace(query, waits=True)), find)


def _sources(store: Store, query: Query) -> tuple[Graph, list[FeatureSource]]:
    """The graph that the reader sees, and the features of the models in it."""
    graph = graph_of(store, query.on, query.as_of, query.seen)
    models = {name: model for name, model in traced_models(store, query.as_of).items() if query.sees(name)}
    return graph, feature_sources(graph, models)


def _data_of(graph: Graph, model: str) -> set[str]:
    steps = walk(graph, node_id("model", model), "up")
    return {step.edge.source for step in steps if kind_of(step.edge.source) == "dataset"}


def _faults(store: Store, query: Query) -> Counter[Place]:
    """How many faults of each feature go on and are not resolved."""
    known = incidents(store, models_of(store, query), query.as_of)
    return Counter(
        (one.fault.model_id, one.fault.content["feature"])
        for one in known
        if one.goes_on and one.fault.content["feature"] is not None
    )


def _shared(known: Sharing, model: str) -> dict[str, object]:
    named = ", ".join(islice(known.others(model), MOST_NAMED)) or None
    return {"shared_with": named, "shared_models": known.number(model), "shared_by": known.known_by(model)}


class _Worth:
    """What features bring and cost, by their cards and importances."""

    def __init__(self, store: Store, query: Query, models: Collection[str]) -> None:
        known = traced_models(store, query.as_of)
        computed = importances_of(store, sorted(models), query.as_of)
        little = load_thresholds().features.little_importance
        self._language = query.language
        self._models = {name: known[name] for name in models}
        self._importance = {
            name: traced_importance(model, computed.get(name, {})) for name, model in self._models.items()
        }
        self._little = {
            name: little if model.little_importance is None else model.little_importance
            for name, model in self._models.items()
        }

    def of(self, model: str, feature: str) -> dict[str, object]:
        """Importance, cost, personal data, and whether to ask what the feature is for, with the reason."""
        stated = self._models[model].features[feature]
        cost = stated.get("cost_per_month")
        currency = self._models[model].value.get("currency") if cost is not None else None
        importance = finite(self._importance[model].get(feature, math.nan))
        asked = None
        if cost is not None and importance is not None:
            asked = cost > 0 and importance < self._little[model]
        return {
            "importance": importance,
            "cost_per_month": cost,
            "currency": currency,
            "personal_data": stated.get("personal_data"),
            "required": stated.get("required", False),
            "changeable": stated.get("changeable"),
            "label": _label_with_unit(feature, stated, self._language),
            "questionable": asked,
            "reason": self._question(model, cost, currency, importance)
            if asked and cost and importance is not None
            else None,
        }

    def _question(self, model: str, cost: float, currency: str | None, importance: float) -> str:
        values = {
            "cost": cost,
            "currency": currency or "",
            "importance": share(importance, self._language),
            "limit": share(self._little[model], self._language),
        }
        return Sentence(COSTS_MORE, values).render(self._language)


def _label_with_unit(feature: str, stated: Mapping[str, Any], language: str) -> str:
    """The label of a feature with its unit in brackets, as `label_with_unit` gives it of a card."""
    label, unit = stated.get("label"), stated.get("unit")
    text = LocalText(label).in_language(language) if label else feature
    return f"{text} ({LocalText(unit).in_language(language)})" if unit else text


def _rank(row: Mapping[str, object]) -> tuple[object, ...]:
    """What costs and is hardly used, then by cost, by importance, by name; what is not known last."""
    cost, importance = row["cost_per_month"], row["importance"]
    return (
        row["questionable"] is not True,
        -cost if isinstance(cost, float | int) else 1.0,
        -importance if isinstance(importance, float | int) else 1.0,
        row["model"],
        row["feature"],
    )
