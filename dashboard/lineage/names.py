"""Names of nodes, `KIND:NAME`, as people write them and answers show them, and the kinds of edges between them."""

from __future__ import annotations

from typing import Literal, get_args

# `predictions` stands for all predictions of a version, `prediction` for a single one.
NodeKind = Literal[
    "dataset", "column", "job", "run", "feature", "model", "version", "deployment", "predictions", "prediction", "use",
    "process", "person",
]  # fmt: skip
# In the direction of the data, from source to target:
# reads: dataset -> job, dataset -> run, dataset -> model; writes: job -> dataset, run -> dataset, model -> dataset;
# derives: column -> column (its value), dataset -> dataset (a view, a new name); influences: column -> column or
# dataset (filters, joins, sorts); parent: job -> job and run -> run (a DAG and its tasks);
# runs: job -> model (the job named as it); training: dataset -> version, column -> version (the label);
# artifact: dataset -> version (the model file); feature: dataset or column -> feature; input: feature -> model;
# version: version -> model; deployed: version -> deployment; predicts: version -> predictions, version -> prediction;
# row: dataset -> prediction; used_by: model -> use; purpose: use -> process; supports: model -> process;
# owner: process -> person; accountable: model -> person.
EdgeKind = Literal[
    "reads", "writes", "derives", "influences", "parent", "runs", "training", "artifact", "feature", "input", "version",
    "deployed", "predicts", "row", "used_by", "purpose", "supports", "owner", "accountable",
]  # fmt: skip
EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)
NODE_KINDS: tuple[NodeKind, ...] = get_args(NodeKind)

_KINDS: dict[str, NodeKind] = {f"{kind}:": kind for kind in NODE_KINDS}


def node_id(kind: NodeKind, name: str) -> str:
    """The written name of a node."""
    return f"{kind}:{name}"


def kind_of(node: str) -> NodeKind | None:
    """The kind that a written name begins with; None for a name without kind."""
    return _KINDS.get(node[: node.find(":") + 1])


def name_of(node: str) -> str:
    """The name without its kind."""
    return node.partition(":")[2] if kind_of(node) else node


def dataset_id(namespace: str, name: str) -> str:
    """`dataset:NAMESPACE/NAME`."""
    return f"dataset:{namespace}/{name}"


def column_id(dataset: str, column: str) -> str:
    """`column:NAMESPACE/NAME#COLUMN`, of the node of a dataset."""
    return f"column:{name_of(dataset)}#{column}"


def job_id(namespace: str, name: str) -> str:
    """`job:NAMESPACE/NAME`."""
    return f"job:{namespace}/{name}"
