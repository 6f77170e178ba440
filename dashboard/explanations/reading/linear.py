"""A score that is a weighted sum of columns, and its Shapley values against the mean of a reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Linear:
    """Weights (outputs x columns) and intercepts (outputs)."""

    weights: np.ndarray
    intercepts: np.ndarray

    @property
    def outputs(self) -> int:
        """How many scores there are."""
        return len(self.weights)

    def raw(self, rows: np.ndarray) -> np.ndarray:
        """The raw scores, rows x outputs."""
        found: np.ndarray = rows @ self.weights.T + self.intercepts
        return found

    def values(self, rows: np.ndarray, output: int, centre: np.ndarray) -> np.ndarray:
        """Rows x columns: weight times distance from the reference's mean.

        These are the Shapley values of a linear score with independent features (Lundberg and Lee 2017, corollary 1).
        """
        found: np.ndarray = (rows - centre) * self.weights[output]
        return found

    def base(self, centre: np.ndarray) -> np.ndarray:
        """The raw scores of the mean of the reference, for each output."""
        found: np.ndarray = self.weights @ centre + self.intercepts
        return found
