"""Shapley values and interactions of an ensemble for single rows; `ensemble.py` says how they are found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.explanations.shapley.ensemble import Block, Ensemble


def tree_values(ensemble: Ensemble, rows: np.ndarray, output: int) -> np.ndarray:
    """Shapley values of one output, rows x features; with `ensemble.base` they add up to the raw score.

    `rows` are numbers, rows x features, NaN = missing.
    """
    found = np.zeros((len(rows), ensemble.features))
    for block in ensemble.blocks:
        for place, row in enumerate(rows):
            found[place] += _values(block, _Paths.of(block, row), output, ensemble.features)
    return found


def tree_interactions(ensemble: Ensemble, row: np.ndarray, output: int, among: np.ndarray) -> np.ndarray:
    """Shapley interaction values of one row between some features (`among`) and all: len(among) x features.

    Twice the value of shap's matrix, which gives a half to either side: how much the value of one feature changes when
    the other becomes known. An entry of a feature with itself is 0.
    """
    found = np.zeros((len(among), ensemble.features))
    for block in ensemble.blocks:
        paths = _Paths.of(block, row)
        for place, feature in enumerate(among):
            edge = block.layout.feature == feature
            if edge.any():
                known, unknown = paths.given(block, edge)
                found[place] += _values(block, known, output, ensemble.features)
                found[place] -= _values(block, unknown, output, ensemble.features)
    found[np.arange(len(among)), among] = 0.0
    return found


@dataclass(frozen=True)
class _Paths:
    """For one row: whether it goes along each edge's feature so far, and above; factors and weights, nodes x points."""

    along: np.ndarray
    along_above: np.ndarray
    factor: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, block: Block, row: np.ndarray) -> _Paths:
        layout, fixed = block.layout, block.fixed
        goes = np.ones(len(layout.parent), dtype=bool)
        left = block.splits.go_left(row)
        goes[layout.first], goes[layout.first + 1] = left, ~left
        above = np.ones(len(goes), dtype=bool)
        again = layout.same >= 0
        for begin, end in zip(layout.ends, layout.ends[1:], strict=False):
            above[begin:end] = goes[layout.same[begin:end]] | ~again[begin:end]
            goes[begin:end] &= above[begin:end]
        here, over = goes[:, None], above[:, None]
        factor = np.where(here, fixed.along, np.where(over, fixed.leaves, layout.share[:, None]))
        weight = np.where(here, fixed.weight_along, np.where(over, fixed.weight_leaves, 0.0))
        return cls(goes, above, factor, weight)

    def given(self, block: Block, edge: np.ndarray) -> tuple[_Paths, _Paths]:
        """The same with one feature known, and not known: `edge` marks its edges, which then weigh nothing."""
        weight = np.where(edge[:, None], 0.0, self.weight)
        known = np.where(edge[:, None], self.along[:, None].astype(np.float64), self.factor)
        unknown = np.where(edge[:, None], block.layout.share[:, None], self.factor)
        return (
            _Paths(self.along, self.along_above, known, weight),
            _Paths(self.along, self.along_above, unknown, weight),
        )


def _values(block: Block, paths: _Paths, output: int, features: int) -> np.ndarray:
    layout = block.layout
    reach = np.empty_like(paths.factor)
    reach[: layout.ends[0]] = 1.0
    for begin, end in zip(layout.ends, layout.ends[1:], strict=False):
        np.multiply(reach[layout.parent[begin:end]], paths.factor[begin:end], out=reach[begin:end])
    # From here on `reach` holds the sums over the leaves below; only leaves have a value.
    reach *= layout.value[:, output, None]
    for level in range(len(layout.ends) - 2, -1, -1):
        begin, end = layout.inner_ends[level - 1] if level else 0, layout.inner_ends[level]
        first = layout.first[begin:end]
        reach[layout.inner[begin:end]] = reach[first] + reach[first + 1]
    roots = layout.ends[0]
    amounts = np.einsum("np,np->n", paths.weight[roots:], reach[roots:])
    return np.bincount(layout.feature[roots:], weights=amounts, minlength=features)
