"""What a node reaches: models, the predictions made since a day, processes, persons, and the value at stake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.lineage.graph import Graph
from dashboard.store.engine.database import Store
from dashboard.words import Sentence


@dataclass(frozen=True)
class Impact:
    """One version of a model that a node reaches.

    `predictions`: made by it since the day, counted in the log. `value_at_stake` (in `currency`) is what the card
    promises per month for the days since then, by the version's share of the predictions; None with a `reason`.
    `features` are those of the model that the node reaches; `path` are the ids of a shortest way to the version.
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


def impact(store: Store, graph: Graph, node_id: str, since: date | None = None) -> list[Impact]:
    """What depends on a node, by model and version; predictions since the begin of `since` in the model's zone."""
    raise NotImplementedError


def affected_predictions(store: Store, found: list[Impact], since: date | None = None) -> pd.DataFrame:
    """The ids of the predictions that `impact` counts: model, version, prediction, predicted_at (UTC), in time."""
    raise NotImplementedError
