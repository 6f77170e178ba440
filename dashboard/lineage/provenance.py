"""From one prediction back: its row, version, training data, code, and the signatures in force on that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.lineage.graph import Graph, Step
from dashboard.store.engine.database import Store


@dataclass(frozen=True)
class Provenance:
    """What one prediction rests on. `row` are the logged values; `steps` its walk up on the day it was made."""

    model: str
    prediction: str
    predicted_at: str
    version: str
    row: dict[str, Any]
    training_data: str | None
    trained_at: str | None
    code_revision: str | None
    artifact_sha256: str | None
    environment_name: str | None
    sign_offs: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]


def provenance(store: Store, graph: Graph, node_id: str) -> Provenance:
    """What `prediction:MODEL/ID` rests on; raises NotFoundError for a prediction that is not in the log."""
    raise NotImplementedError
