"""The tables of a demo model's pipeline: those of the sources, and what each step writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipelines.columns import told_columns
from pipelines.routine import WAREHOUSE, Card, features_of

LAKE = "s3://lake"


@dataclass(frozen=True)
class Table:
    """A table as the steps name it: its columns with their types, who keeps it, what it holds, what is personal."""

    namespace: str
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    team: str = ""
    says: str = ""
    personal: frozenset[str] = frozenset()
    also: tuple[str, str] | None = None


@dataclass(frozen=True)
class Built:
    """What a pipeline made, as far as its events tell of it.

    `log` holds each case once; `tried` are the columns of `frame` by those of `raw`, `trained_rows` by version.
    """

    card: Card
    flow: Mapping[str, Any]
    systems: Mapping[str, str]
    raw: pd.DataFrame
    frame: pd.DataFrame
    log: pd.DataFrame
    tried: Mapping[str, Sequence[str]]
    trained_rows: Sequence[int]


class ModelTables:
    """The tables of one model."""

    def __init__(self, built: Built) -> None:
        card, data, flow = built.card, built.card["data"], built.flow
        name = card["id"].replace("-", "_")
        told = [one for source in flow["sources"] for one in source.get("personal", ())]
        personal = frozenset(told)
        self.sources = [_source(source, built) for source in flow["sources"]]
        self.raw = Table(LAKE, flow["raw"], _types(built.raw), "ml-platform", "Rows of all sources, joined.", personal)
        labels = {data["actual"], data["known_at"]}
        named = [data["prediction_id"], data["predicted_at"], data["cluster"], *data["features"]]
        named += [*data.get("segments", ()), *data.get("protected", ())]
        kept = [one for one in dict.fromkeys(named) if one in built.frame.columns and one not in labels]
        types = _types(built.frame)
        marked = {one for one in kept if set(built.tried[one]) & personal}
        self.features = Table(
            WAREHOUSE, features_of(card), {one: types[one] for one in kept}, "data-science",
            "One row for each case, with the features of the model.", frozenset(marked),
        )  # fmt: skip
        self.training = [
            replace(
                self.features,
                **dict(zip(("namespace", "name"), version["training_data"].split("/", 1), strict=True)),
                says="The rows from which the model learned.",
                also=(LAKE, f"training/{name}{place or ''}.parquet"),
            )
            for place, version in enumerate(card["versions"])
        ]
        scored = {one: types[one] for one in (data["prediction_id"], data["predicted_at"])}
        self.predictions = Table(
            WAREHOUSE, f"predictions.{name}", {**scored, data["score"]: "double"}, "ml-platform",
            "What the model said of each case.",
        )  # fmt: skip
        self.labels = Table(
            WAREHOUSE, f"labels.{name}", {one: types[one] for one in (data["prediction_id"], *sorted(labels))},
            "data-science", "What turned out to be true of each case.",
        )  # fmt: skip


def _source(source: Mapping[str, Any], built: Built) -> Table:
    needed = [column for pairs in told_columns("", source["columns"]).values() for _, column in pairs]
    types = _types(built.raw)
    columns = {name: types.get(name, "string") for name in dict.fromkeys(needed)}
    personal = frozenset(source.get("personal", ()))
    return Table(built.systems[source["system"]], source["table"], columns, source["team"], source["says"], personal)


def _types(frame: pd.DataFrame) -> dict[str, str]:
    words = {"i": "bigint", "u": "bigint", "f": "double", "b": "boolean", "M": "timestamp"}
    return {name: words.get(dtype.kind, "string") for name, dtype in frame.dtypes.items()}
