"""Which features act together most, by their Shapley interaction values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.explanations.reading.readable import Readable
from dashboard.explanations.shapley.ensemble import Ensemble
from dashboard.explanations.shapley.tree_values import tree_interactions

# Features that are looked at, those with the largest contributions; pairs that are told.
LOOKED_AT, TOLD = 8, 20
# Numbers that are worked on, about ten seconds of one core.
MOST_NUMBERS = 150_000_000
FEWEST_ROWS = 5


def strongest_pairs(
    readable: Readable, columns: np.ndarray, outputs: Sequence[int], inputs: list[str]
) -> list[list[Any]]:
    """Pairs of inputs with the mean absolute interaction of their columns, the strongest first.

    `outputs` are the raw scores that are explained, row by row. Fewer rows are taken of large ensembles.
    """
    score = readable.score
    assert isinstance(score, Ensemble)
    amounts = np.zeros(len(inputs))
    for row, output in zip(columns, outputs, strict=True):
        values, _ = readable.contributions(row[None, :], output, None)
        amounts += np.abs(readable.by_owner(values, inputs))[0]
    leading = [place for place in np.argsort(-amounts, kind="stable")[:LOOKED_AT] if amounts[place] > 0]
    position = {name: place for place, name in enumerate(inputs)}
    owner = np.array([position[name] for name in readable.owners])
    among = np.flatnonzero(np.isin(owner, leading))
    rows = max(FEWEST_ROWS, MOST_NUMBERS // max(1, 2 * len(among) * score.numbers))
    chosen = np.linspace(0, len(columns) - 1, min(rows, len(columns))).astype(int)
    sums = np.zeros((len(inputs), len(inputs)))
    for place in chosen:
        found = tree_interactions(score, columns[place], outputs[place], among)
        together = np.zeros((len(inputs), len(inputs)))
        np.add.at(together, (owner[among][:, None], owner[None, :]), found)
        sums += np.abs(together)
    pairs = [
        (sums[one, other] / len(chosen), inputs[one], inputs[other])
        for index, one in enumerate(leading)
        for other in leading[index + 1 :]
    ]
    pairs.sort(key=lambda pair: -pair[0])
    return [[one, other, float(amount)] for amount, one, other in pairs[:TOLD]]
