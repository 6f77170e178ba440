"""Training against serving: the columns of the table that a model was trained on, and of those that its own job reads.

What counts are the features of the card. A serving table has other columns too, and types differ in names between
systems: a type has changed where it is of another family.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from dashboard.lineage.facts import until
from dashboard.lineage.graph import Edge, Graph
from dashboard.lineage.names import name_of, node_id
from dashboard.measures.judging.verdict import Status
from dashboard.measures.quality.imported import ImportedCheck
from dashboard.measures.quality.severity import feature_matters, severity_of
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.store.engine.database import Store
from dashboard.store.lineage_reports import read_described
from dashboard.words import Sentence, mark

# Families of types by the words that systems have for them; the first that occurs counts.
FAMILIES = (
    ("time", "date|time|interval"),
    ("truth value", "bool|^bit"),
    ("list or record", "array|struct|map|list|json|variant|object|record"),
    ("text", "char|text|string|uuid|utf8|enum|category"),
    ("number", "int|long|short|byte|float|double|real|decimal|numeric|number|serial|money|half"),
)
MISSING = mark("{table} lacks {column}, which {training} had when the model was trained.")
EXTRA = mark("{table} has {column}, which {training} lacked when the model was trained.")
OTHER_TYPE = mark("{column} is {now} in {table}, and {then} in {training}, on which the model was trained.")


@dataclass(frozen=True)
class _Schema:
    """The columns of some tables, whose names are joined: type by name in lower case."""

    named: str
    columns: Mapping[str, str]


def family_of(kind: str) -> str | None:
    """The family of a type; None of one that is not known.

    >>> family_of("DOUBLE PRECISION"), family_of("VARCHAR(20)"), family_of("timestamp_ntz"), family_of("geometry")
    ('number', 'text', 'time', None)
    """
    return next((family for family, words in FAMILIES if re.search(words, kind.casefold())), None)


def schema_checks(
    store: Store, graph: Graph, card: ModelCard, importance: Mapping[str, float], thresholds: Thresholds
) -> Iterator[ImportedCheck]:
    """What is checked of each feature of a model, whenever a training or serving table reported its columns.

    Nothing as long as the columns of one of them are not known.
    """
    trained, served = _training(graph, card), _serving(graph, card)
    known = _said(store, graph, [*trained, *served]) if trained and served else {}
    if set(known) != {*trained, *served}:
        return
    moments = sorted({at for said in known.values() for at, _ in said})
    pairs = [(at, _schema_at(known, trained, at), _schema_at(known, served, at)) for at in moments]
    sides = [(at, training, serving) for at, training, serving in pairs if training is not None and serving is not None]
    wrong = {at: _wrong(card, training, serving) for at, training, serving in sides}
    failing = {feature for found in wrong.values() for feature in found}
    for at, _, serving in sides:
        for feature in sorted(failing):
            described = card.data.features[feature]
            matters = feature_matters(importance.get(feature), thresholds, required=described.required)
            message = wrong[at].get(feature)
            status: Status = "ok" if message is None else severity_of(None, matters=matters)
            yield _check(at, feature, serving, status, message)
        if not wrong[at]:
            yield _check(at, None, serving, "ok", None)


def _check(
    at: datetime, feature: str | None, serving: _Schema, status: Status, message: Sentence | None
) -> ImportedCheck:
    return ImportedCheck(
        at, feature, feature, "consistency", "schema as in training", serving.named, status, None, None, message=message
    )


def _wrong(card: ModelCard, training: _Schema, serving: _Schema) -> dict[str, Sentence]:
    """What is wrong with features of the card, in words."""
    found = {}
    for feature in card.data.features:
        names = {feature, *(name for name, meant in card.data.columns.items() if meant == feature)}
        then, now = _type(training, names), _type(serving, names)
        values = {"table": serving.named, "training": training.named, "column": feature, "then": then, "now": now}
        if now is None and then is not None:
            found[feature] = Sentence(MISSING, values)
        elif then is None and now is not None:
            found[feature] = Sentence(EXTRA, values)
        elif _differ(then, now):
            found[feature] = Sentence(OTHER_TYPE, values)
    return found


def _differ(then: str | None, now: str | None) -> bool:
    families = [family_of(kind) if kind else None for kind in (then, now)]
    return None not in families and families[0] != families[1]


def _type(schema: _Schema, names: set[str]) -> str | None:
    """The type of a column that has one of some names; an empty text where it is not said, None without column."""
    return next((schema.columns[name.casefold()] for name in sorted(names) if name.casefold() in schema.columns), None)


def _training(graph: Graph, card: ModelCard) -> list[str]:
    """The tables that the newest version was trained on."""
    version = node_id("version", f"{card.id}@{card.versions[-1].version}")
    return [edge.source for edge in _into(graph, version) if edge.kind == "training" and _is_table(edge.source)]


def _serving(graph: Graph, card: ModelCard) -> list[str]:
    """The tables that the model's own jobs read, other than what they learn from."""
    model, learned = node_id("model", card.id), set(_training(graph, card))
    jobs = [edge.source for edge in _into(graph, model) if edge.kind == "runs"]
    read = [edge.source for reader in (*jobs, model) for edge in _into(graph, reader) if edge.kind == "reads"]
    return sorted(set(read) - learned)


def _into(graph: Graph, node: str) -> list[Edge]:
    place = graph.names.known(node)
    if not graph.has(node) or place is None or place >= len(graph.tables.ends) - 1:
        return []
    return graph.listed(graph.tables.edges.at(np.array(graph.tables.entering(place), dtype=np.int64)))


def _is_table(node: str) -> bool:
    return node.startswith("dataset:")


# Instants (UTC, aware) at which a table reported its columns, in order: the first and the last of each schema.
Said = list[tuple[datetime, Mapping[str, str]]]


def _said(store: Store, graph: Graph, tables: list[str]) -> dict[str, Said]:
    """What tables reported of their columns, by table; those that reported nothing are left out."""
    called = {name: one for one in tables for name in (one, *graph.one_name.others.get(one, ()))}
    found: dict[str, Said] = {}
    for subject, _, content, first, last in read_described(store, called, (graph.as_of, until(graph)), "schema"):
        columns = _columns(json.loads(content))
        if columns:
            found.setdefault(called[subject], []).extend((at.replace(tzinfo=UTC), columns) for at in (first, last))
    return {table: sorted(said, key=lambda one: one[0]) for table, said in found.items()}


def _schema_at(known: Mapping[str, Said], tables: list[str], at: datetime) -> _Schema | None:
    """The columns of some tables together at an instant; None where one of them had reported nothing by then."""
    merged: dict[str, str] = {}
    for table in tables:
        until_then = [columns for moment, columns in known[table] if moment <= at]
        if not until_then:
            return None
        merged |= until_then[-1]
    return _Schema(", ".join(name_of(table) for table in tables), merged)


def _columns(facet: object) -> dict[str, str]:
    fields = facet.get("fields") if isinstance(facet, dict) else None
    named = [one for one in fields or [] if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return {one["name"].casefold(): str(one.get("type") or "") for one in named}
