"""From one prediction back: its row, version, training data, code, and the signatures in force on that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.errors import NotFoundError, shorten
from dashboard.governance.situation.situation import Situation
from dashboard.lineage.graph import Graph, Step
from dashboard.lineage.logged import LoggedPrediction, find_prediction
from dashboard.lineage.names import name_of, node_id
from dashboard.lineage.walks import walk
from dashboard.schema.card.versions import Version
from dashboard.store.engine.database import Store

# What the log's own columns of a row are called; others of them are no part of the case.
ROLES = {"_score": "score", "_actual": "actual", "_known_at": "known_at"}


@dataclass(frozen=True)
class SignedStep:
    """The last decision of a person on a step of the model's life, up to the day of the prediction."""

    step: str
    person: str
    decision: str
    at: datetime


@dataclass(frozen=True)
class Provenance:
    """What one prediction rests on: `row` are the values that were logged, `steps` its walk up on the day it was made.

    `deployments` are the environments in which its version ran on that day.
    """

    model: str
    prediction: str
    predicted_at: datetime
    day: date
    version: str
    row: Mapping[str, Any]
    training_data: str | None
    trained_at: datetime | None
    code_revision: str | None
    artifact_sha256: str | None
    deployments: tuple[str, ...]
    sign_offs: tuple[SignedStep, ...]
    steps: tuple[Step, ...]


def provenance(store: Store, graph: Graph, node: str) -> Provenance:
    """What `prediction:MODEL/ID` rests on; `graph` is best that of its day (`day_of_prediction`).

    Raises NotFoundError for a prediction that is not in the log.
    """
    made = _made(store, graph, node)
    situation = Situation(store, made.day, graph.as_of, seen=frozenset({made.model_id}))
    card = situation.cards[made.model_id]
    version = next((one for one in card.versions if one.version == made.version), None) or Version(version=made.version)
    steps = walk(graph, node, "up")
    own = node_id("version", f"{made.model_id}@{made.version}")
    trained = [step.edge.source for step in steps if step.edge.kind == "training" and step.edge.target == own]
    ran = [edge.target for edge in graph.history_of(own) if edge.kind == "deployed" and _on(edge, made.day)]
    return Provenance(
        made.model_id,
        made.prediction,
        made.made_at,
        made.day,
        made.version,
        {ROLES.get(name, name): value for name, value in made.row.items() if name[:1] != "_" or name in ROLES},
        next(iter(trained), version.training_data),
        version.trained_at,
        version.code_revision,
        version.artifact_sha256,
        tuple(sorted({name_of(place).partition("@")[2] for place in ran})),
        _signed(situation, made.model_id),
        tuple(steps),
    )


def day_of_prediction(store: Store, name: str, seen: frozenset[str] | None, as_of: datetime | None) -> date | None:
    """The day (in the model's zone) on which `MODEL/ID` was made; None where it is not in the log."""
    made = find_prediction(store, name, seen, as_of)
    return None if made is None else made.day


def _made(store: Store, graph: Graph, node: str) -> LoggedPrediction:
    made = find_prediction(store, name_of(node), None, graph.as_of) if node.startswith("prediction:") else None
    if made is None or graph.late.of_prediction(name_of(node)) is None:
        message = "is not in the log; write it like prediction:MODEL/ID, with an id of its log"
        raise NotFoundError(f"prediction {shorten(node)} {message}")
    return made


def _on(edge: Any, day: date) -> bool:
    return (edge.first_day is None or edge.first_day <= day) and (edge.ended_on is None or day < edge.ended_on)


def _signed(situation: Situation, model_id: str) -> tuple[SignedStep, ...]:
    """The last decision of each person on each step; what was decided before it is no longer in force."""
    last: dict[tuple[str, str], SignedStep] = {}
    for event in situation.events(model_id, "sign_off"):
        content = event.content
        step = SignedStep(content["step"], content["person"], content["decision"], event.happened_at)
        last[step.step, step.person] = step
    return tuple(sorted(last.values(), key=lambda one: (one.at, one.step, one.person)))
