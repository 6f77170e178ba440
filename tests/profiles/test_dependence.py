"""How far rows of one group are alike: design effects and their unevenness beside an eigenvalue decomposition."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.profiles.dependence import Units, dependence_of


def codes_of(rng: np.random.Generator, groups: int, size: int, shared: float) -> tuple[np.ndarray, np.ndarray]:
    """Deciles of a number of which a part of the variance is shared within groups."""
    group = np.repeat(np.arange(groups), size)
    values = np.sqrt(shared) * rng.normal(size=groups)[group] + np.sqrt(1 - shared) * rng.normal(size=len(group))
    return np.searchsorted(np.quantile(values, np.arange(1, 10) / 10), values), group


def effects_of(codes: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The design effects of all directions of the bins, by eigenvalues."""
    table = np.zeros((group.max() + 1, codes.max() + 1))
    np.add.at(table, (group, codes), 1)
    shares, sizes = table.mean(axis=0) / table.sum(axis=1).mean(), table.sum(axis=1)
    residuals = (table - sizes[:, None] * shares) / np.sqrt(sizes[:, None] * shares)
    return np.linalg.eigvalsh(residuals.T @ residuals / (len(table) - 1))[1:]


@pytest.mark.parametrize("shared", [0.2, 0.5, 0.9])
def test_clusters_have_the_effects_of_their_eigenvalues(shared: float) -> None:
    rng = np.random.default_rng(3)
    codes, group = codes_of(rng, 400, 10, shared)
    found = dependence_of(codes, Units(rng.integers(0, 200, len(codes)), group))
    effects = effects_of(codes, group)
    assert found.cluster == pytest.approx(effects.mean(), rel=0.1)
    assert found.cluster >= effects.mean()
    assert found.unevenness == pytest.approx((effects**2).mean() / effects.mean() ** 2, rel=1e-6)


def test_rows_by_themselves_have_no_effect() -> None:
    rng = np.random.default_rng(4)
    found = [dependence_of(*_independent(rng)) for _ in range(50)]
    assert np.mean([entry.cluster == 1 and entry.unevenness == 1 for entry in found]) > 0.8


def _independent(rng: np.random.Generator) -> tuple[np.ndarray, Units]:
    codes, group = codes_of(rng, 100, 10, 0.0)
    return codes, Units(rng.integers(0, 60, len(codes)), group)
