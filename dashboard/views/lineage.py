"""Walks in the lineage graph: where something comes from, what it reaches, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from dashboard.governance.situation.digests import rules_digest
from dashboard.lineage.assembly import data_state, graph_of
from dashboard.lineage.data_use import data_use
from dashboard.lineage.finding import find_node
from dashboard.lineage.graph import Graph, Node
from dashboard.lineage.impact import affected_predictions, impact
from dashboard.lineage.names import kind_of, name_of
from dashboard.lineage.provenance import day_of_prediction, provenance
from dashboard.lineage.walks import walk
from dashboard.store.engine.clock import this_hour, written
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.kept import kept_as
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

STEPS = declare(
    Column("from", "id", mark("From node")),
    Column("to", "id", mark("To node")),
    Column("kind", "code", mark("Connection")),
    Column("distance", "whole", mark("Steps away")),
    Column("since", "day", mark("Since")),
    Column("detail", "text", mark("Detail")),
)
IMPACT = declare(
    "model version predictions process accountable_executive",
    Column("value_at_stake", "money", mark("Affected value")),
    "currency",
    Column("path", "text", mark("Path")),
    Column("features", "text", mark("Features reached")),
    "reason",
)
AFFECTED = declare(
    "model version",
    Column("prediction", "id", mark("Prediction")),
    Column("predicted_at", "instant", mark("Predicted on")),
)
DATA_USE = declare(
    "team",
    Column("dataset", "id", mark("Dataset")),
    "model",
    Column("how", "code", mark("Used as")),
    "purpose",
    Column("personal_data", "bool", mark("Personal data")),
    Column("source", "text", mark("Comes from")),
    Column("reliability", "share", mark("Days without a failed check")),
    Column("status", "status", mark("State of the data")),
    Column("failed", "text", mark("Failed checks")),
    Column("failed_since", "day", mark("Failing since")),
    Column("on_time", "share", mark("Renewed on time")),
    Column("renewed_on", "day", mark("Last renewed")),
    Column("late_since", "day", mark("Late since")),
    Column("unchecked", "text", mark("No longer checked")),
)
PROVENANCE = declare(
    "fact",
    Column("name", "text", mark("Which")),
    Column("value", "text", mark("Value")),
    "at",
)
ARROW = " > "


@view("lineage", columns=STEPS, model="node")
def lineage(store: Store, query: Query) -> pd.DataFrame:
    """Where does something come from, and what does it reach?

    Columns: from, to (nodes, written KIND:NAME), kind (of the connection), distance (connections from the asked node),
    since (the first day on which it was so), detail (what the source says of it, like the kind of transformation).
    From the asked node outwards; `direction` up, down or both; `on` shows the graph of that day, and of a single
    prediction without it that of the day on which it was made. A dataset with several names is shown under the one that
    was asked for.
    """
    graph, node = _asked(store, query)
    steps = walk(graph, node.id, query.direction or "both")
    written_as = _written_as(query, node)
    rows = [
        (
            written_as.get(step.edge.source, step.edge.source), written_as.get(step.edge.target, step.edge.target),
            step.edge.kind, step.distance, step.edge.first_day, step.edge.detail,
        )
        for step in steps
    ]  # fmt: skip
    return _frame(rows, STEPS.names)


@view("impact", columns=IMPACT, model="node")
def what_is_touched(store: Store, query: Query) -> pd.DataFrame:
    """Which models, predictions, processes and persons does something touch?

    Columns: model, version, predictions (made by it since the day `start`; without a day all), process,
    accountable_executive (person ids), value_at_stake (in currency: what is promised for the days since then until the
    last prediction, by the version's share of them; null = not known, see reason), currency, path (nodes of a shortest
    way), features (of the model that are reached), reason.
    """
    graph, node = _asked(store, query)
    rows = [
        (
            one.model, one.version, one.predictions, one.process, ", ".join(one.accountable_executive) or None,
            one.value_at_stake, one.currency, ARROW.join(one.path), ", ".join(one.features) or None,
            None if one.reason is None else one.reason.render(query.language),
        )
        for one in impact(store, graph, node.id, query.start)
    ]  # fmt: skip
    return _frame(rows, IMPACT.names)


@view("affected-predictions", columns=AFFECTED, model="node")
def affected(store: Store, query: Query) -> pd.DataFrame:
    """Which predictions does something touch?

    Columns: model, version, prediction (its id), predicted_at (UTC). Those that `impact` counts, made since the day
    `start`, in the order of time for each model.
    """
    graph, node = _asked(store, query)
    found = impact(store, graph, node.id, query.start)
    if query.version is not None:
        found = [one for one in found if one.version == query.version]
    frame = affected_predictions(store, graph, found, query.start)
    made = [written(moment.to_pydatetime()) for moment in frame["predicted_at"]]
    return frame.assign(predicted_at=made).astype(object)


@view("data-use", columns=DATA_USE, model="optional")
def used_data(store: Store, query: Query) -> pd.DataFrame:
    """Which team uses which data how, in which model?

    Columns: team (of who is accountable for the model), dataset, model, how (training: a version was trained on it;
    features: the model's job reads it, or features come from it; reference: the model's job read it in the days of the
    card's reference; labels: the outcomes come from it), purpose (approved
    ones of the card, else its process), personal_data (by tags of the dataset or by the card; null = nobody said),
    source (the raw datasets that it comes from, or its data source), reliability (share of the days with checks on
    which every check passed; null = no check was reported), status (the worst of the checks whose newest result is a
    failure, as severe as each is for the model; warn: it is late; unknown: no check was reported, or one that failed is
    checked no longer), failed (those that fail now), failed_since (their first failure after the last pass), on_time
    (share of the intervals between renewals that were not late; null = fewer than three), renewed_on (the newest
    completed run that wrote it), late_since (the next run is overdue by the rhythm of the ones before, or the last one
    failed; null = not late), unchecked (checks that failed last and are checked no longer).
    """
    # How severe a failed check is follows from the importance of features; what does not come is late by the clock.
    data, computed = data_state(store), store.state_of("importances")
    state = None if data is None or computed is None else (data, computed, rules_digest(store.home), this_hour())
    return kept_as(store, state, ("data use", replace(query, waits=True)), partial(_used, store, query))


def _used(store: Store, query: Query) -> pd.DataFrame:
    graph = graph_of(store, query.on, query.as_of, query.seen)
    rows = [
        (
            use.team, name_of(use.dataset), use.model, use.how, use.purpose, use.personal_data, use.source,
            use.reliability.passed, use.reliability.status, ", ".join(use.reliability.failed) or None,
            use.reliability.failed_since, use.reliability.renewal.on_time, use.reliability.renewal.last,
            use.reliability.renewal.late_since, ", ".join(use.reliability.unchecked) or None,
        )
        for use in data_use(store, graph, query.model)
    ]  # fmt: skip
    return _frame(rows, DATA_USE.names)


@view("provenance", columns=PROVENANCE, model="node")
def rests_on(store: Store, query: Query) -> pd.DataFrame:
    """What does one prediction rest on?

    Columns: fact (version, training_data, code_revision, artifact, deployment, sign_off, row), name (of a sign-off its
    step and person, of the row the column), value, at (UTC: when it was predicted, trained or signed). As it was on the
    day of the prediction; the node is written prediction:MODEL/ID.
    """
    graph, node = _asked(store, query)
    found = provenance(store, graph, node.id)
    rows: list[tuple[object, ...]] = [
        ("prediction", found.model, found.prediction, written(found.predicted_at)),
        ("version", found.model, found.version, written(found.trained_at)),
        ("training_data", None, None if found.training_data is None else name_of(found.training_data), None),
        ("code_revision", None, found.code_revision, None),
        ("artifact", None, found.artifact_sha256, None),
        *(("deployment", place, found.version, None) for place in found.deployments),
        *(("sign_off", f"{one.step}: {one.person}", one.decision, written(one.at)) for one in found.sign_offs),
        *(("row", name, None if value is None else str(value), None) for name, value in found.row.items()),
    ]
    return _frame(rows, PROVENANCE.names)


def _asked(store: Store, query: Query) -> tuple[Graph, Node]:
    """The graph of the day that is asked about, and the node in it."""
    assert query.node is not None
    day = query.on
    if kind_of(query.node) == "prediction" and day is None:
        day = day_of_prediction(store, name_of(query.node), query.seen, query.as_of)
    graph = graph_of(store, day, query.as_of, query.seen)
    return graph, find_node(graph, query.node)


def _written_as(query: Query, node: Node) -> dict[str, str]:
    """The asked node under the name by which it was asked for, where that is one of its names."""
    asked = query.node or ""
    return {node.id: asked} if asked != node.id and asked in node.also else {}


def _frame(rows: Sequence[tuple[object, ...]], names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=names, dtype=object)
