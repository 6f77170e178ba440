"""Made-up predictions whose truth is known: scores, labels, and what hangs together in them.

A row's latent value is `z`, a standard normal. What hangs together (the rows of a cluster, or the days of a run) shares
a part of `z` and an effect on the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from benchmarks.honesty.memory import DAY, Rows

# Slope of the log-odds over z; with even classes a ROC AUC of about 0.82.
SLOPE = 1.6
CLASS_SHARES = (0.55, 0.25, 0.15, 0.05)
CLASS_RIGHT = 1.2
SPREAD, NOISE, CENTRE = 10.0, 5.0, 60.0
DESIGN_EFFECT = 4.0
DAY_PERSISTENCE, DAY_SPREAD = 0.8, 0.5
TRUTH_ROWS = 1_000_000
QUADRATURE = 81
HALVINGS = 60


@dataclass(frozen=True)
class Dependence:
    """What hangs together: `clusters` in a month (0 = none), or days in a run; and what the card says of it."""

    name: str
    period: str = "day"
    clusters: int = 0
    days_hang: bool = False
    by_day: bool = False

    @property
    def on_card(self) -> bool:
        """Whether the card names a cluster."""
        return self.clusters > 0 or self.by_day


INDEPENDENT = Dependence("independent, day card")
MONTHLY = Dependence("independent, month card without cluster", period="month")
FEW_CLUSTERS = Dependence("15 clusters a month", period="month", clusters=15)
MANY_CLUSTERS = Dependence("60 clusters a month", period="month", clusters=60)
CLUSTERED_DAYS = Dependence("days differ, cluster = day", by_day=True)
HANGING_DAYS = Dependence("days hang together (AR 0.8), day card", days_hang=True)
DEPENDENCES = (INDEPENDENT, MONTHLY, FEW_CLUSTERS, MANY_CLUSTERS, HANGING_DAYS)


@dataclass(frozen=True)
class Process:
    """How rows are made: task, rate of positives (binary) and spread of shared effects on z and on the label.

    `slope` is that of the labels over z (binary); the scores keep SLOPE, so that another one is a fall of the ROC AUC.
    """

    task: str
    rate: float = 0.3
    shared_z: float = 0.0
    effect: float = 0.0
    slope: float = SLOPE


def sigmoid(values: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1 / (1 + np.exp(-values))


@lru_cache(maxsize=4096)
def intercept(rate: float, spread: float) -> float:
    """The intercept for which the mean of sigmoid(intercept + N(0, spread)) is `rate`."""
    points, weights = nodes()
    low, high = -30.0, 30.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(middle + spread * points) @ weights < rate else (low, middle)
    return (low + high) / 2


@cache
def nodes() -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of the standard normal distribution (Gauss and Hermite)."""
    points, weights = np.polynomial.hermite_e.hermegauss(QUADRATURE)
    return points, weights / weights.sum()


def likeness(rate: float, spread: float, shared: float) -> float:
    """Correlation of two labels that share a normal part (deviation `shared`) of log-odds with deviation `spread`."""
    points, weights = nodes()
    own = np.sqrt(max(spread**2 - shared**2, 0.0))
    given = sigmoid(intercept(rate, spread) + shared * points[:, None] + own * points) @ weights
    return float(weights @ (given - rate) ** 2 / (rate * (1 - rate)))


def process_of(task: str, rows: int, dependence: Dependence, rate: float = 0.3) -> Process:
    """The process in which the rows of a month have a design effect of about 4 where they hang together."""
    if dependence.days_hang or dependence.by_day:
        return Process(task, rate, 0.1, DAY_SPREAD)
    if not dependence.clusters:
        return Process(task, rate)
    size = rows / dependence.clusters
    wanted = min((DESIGN_EFFECT - 1) / max(size - 1, 1e-9), 0.3)
    if task == "binary":
        return Process(task, rate, wanted, binary_effect(rate, wanted))
    # Of a number's error, or of being right: the share of the effect in the whole variance.
    whole = NOISE**2 if task == "regression" else np.pi**2 / 3
    return Process(task, rate, wanted, float(np.sqrt(wanted / (1 - wanted) * whole)))


@lru_cache(maxsize=1024)
def binary_effect(rate: float, wanted: float) -> float:
    """Deviation of the clusters' effect on the log-odds for which labels of a cluster correlate by `wanted`."""
    low, high = 0.0, 6.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        found = likeness(rate, np.hypot(SLOPE, middle), np.sqrt(wanted * SLOPE**2 + middle**2))
        low, high = (middle, high) if found < wanted else (low, middle)
    return (low + high) / 2


def draw(rng: np.random.Generator, process: Process, dependence: Dependence, at: np.ndarray) -> Rows:
    """Rows at the given instants; every call draws new clusters or days."""
    groups, shared_z, effects = shared(rng, process, dependence, at)
    own = rng.normal(size=len(at))
    z = np.sqrt(1 - process.shared_z) * own + np.sqrt(process.shared_z) * shared_z[groups]
    score, actual = outcome(rng, process, z, process.effect * effects[groups])
    clusters = groups + rng.integers(0, 2**50)
    return Rows(at, score, actual, clusters, {"x": z})


def shared(
    rng: np.random.Generator, process: Process, dependence: Dependence, at: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The group of each row, and for each group the shared part of z and the effect, both with deviation 1."""
    if dependence.clusters:
        groups = rng.integers(0, dependence.clusters, len(at))
        return groups, rng.normal(size=dependence.clusters), rng.normal(size=dependence.clusters)
    if not (dependence.days_hang or dependence.by_day):
        return np.arange(len(at)), rng.normal(size=len(at)), rng.normal(size=len(at))
    days = (at - at.min()) // DAY
    keeps = DAY_PERSISTENCE if dependence.days_hang else 0.0
    return days, *(chained(rng, int(days.max()) + 1, keeps) for _ in range(2))


def chained(rng: np.random.Generator, length: int, keeps: float) -> np.ndarray:
    """A run of standard normal values in which neighbours correlate by `keeps`."""
    steps = rng.normal(size=length) * np.sqrt(1 - keeps**2)
    values = np.empty(length)
    values[0] = rng.normal()
    for place in range(1, length):
        values[place] = keeps * values[place - 1] + steps[place]
    return values


def outcome(
    rng: np.random.Generator, process: Process, z: np.ndarray, effects: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels of rows with their latent values and effects."""
    if process.task == "regression":
        score = CENTRE + SPREAD * z
        return score, score + effects + rng.normal(0, NOISE, len(z))
    if process.task == "classes":
        actual = rng.choice(len(CLASS_SHARES), len(z), p=CLASS_SHARES)
        right = rng.random(len(z)) < sigmoid(CLASS_RIGHT + effects)
        return np.where(right, actual, rng.choice(len(CLASS_SHARES), len(z), p=CLASS_SHARES)), actual
    score = sigmoid(intercept(process.rate, SLOPE) + SLOPE * z)
    spread = float(np.hypot(process.slope, process.effect))
    chance = sigmoid(intercept(process.rate, spread) + process.slope * z + effects)
    return score, (rng.random(len(z)) < chance).astype(np.float64)


def threshold_of(rate: float) -> float:
    """The threshold above which about as many scores lie as there are positives, to three digits."""
    scores = sigmoid(intercept(rate, SLOPE) + SLOPE * np.linspace(-4, 4, 100_001))
    weights = np.exp(-(np.linspace(-4, 4, 100_001) ** 2) / 2)
    shares = np.cumsum(weights) / weights.sum()
    return round(float(scores[np.searchsorted(shares, 1 - rate)]), 3)


def truth_rows(process: Process, seed: int = 1) -> Rows:
    """Many independent rows of the same marginal distribution: what every figure is an estimate of."""
    rng = np.random.default_rng(seed)
    at = np.arange(TRUTH_ROWS, dtype=np.int64)
    return draw(rng, process, INDEPENDENT, at)


@lru_cache(maxsize=256)
def slope_of_fall(rate: float, fall: float) -> float:
    """The slope of the labels over z for which the ROC AUC of the scores is lower by `fall`."""
    whole = area(Process("binary", rate))
    low, high = 0.0, SLOPE
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if area(Process("binary", rate, slope=middle)) < whole - fall else (low, middle)
    return (low + high) / 2


def area(process: Process) -> float:
    """The ROC AUC of a binary process without shared effects: the scores rise with z, so that z ranks like them.

    By sums over a fine grid of z, ties of a grid point as half.
    """
    z = np.linspace(-6, 6, 4_001)
    density = np.exp(-(z**2) / 2)
    chance = sigmoid(intercept(process.rate, process.slope) + process.slope * z)
    positive, negative = density * chance, density * (1 - chance)
    below = np.cumsum(negative) - negative / 2
    return float(positive @ below / positive.sum() / negative.sum())
