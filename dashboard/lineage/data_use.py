"""Which team uses which data how, in which model, and how reliable that data is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.lineage.graph import Graph
from dashboard.store.engine.database import Store

How = Literal["training", "features", "reference", "labels"]


@dataclass(frozen=True)
class DataUse:
    """A dataset that a team uses in a model. `personal_data`: a facet or the card says so; None: nobody said.

    `source` is the raw dataset (or its data source) that it comes from; `reliability` the share of days with checks on
    which every check of the dataset passed, None where none was reported.
    """

    team: str | None
    dataset: str
    model: str
    how: How
    purpose: str | None
    personal_data: bool | None
    source: str | None
    reliability: float | None


def data_use(store: Store, graph: Graph, model: str | None = None) -> list[DataUse]:
    """Who uses which data how, by team, dataset and model."""
    raise NotImplementedError
