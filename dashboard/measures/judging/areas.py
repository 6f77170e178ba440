"""The areas of a model's status, what is said of one that has no figures, and the period by which models are judged."""

from __future__ import annotations

from dashboard.profiles.periods import Grain
from dashboard.schema.card.card import ModelCard
from dashboard.words import Sentence, mark

AREAS = (
    "performance", "drift", "fairness", "quality", "value", "risk", "ownership", "sign_off", "availability", "parity",
    "retraining",
)  # fmt: skip
UNMEASURED = Sentence(mark("This area is not measured yet."))
NO_LOG = Sentence(mark("No predictions are logged; ingest them to see this area."))
NOT_MONITORED = Sentence(mark("Predictions are logged, but not monitored yet; run monitor."))


def judging_grain(card: ModelCard) -> Grain:
    """The period by which a model is judged: its own, but a month where it is finer, since days are noisy."""
    return "month" if card.period in ("hour", "day", "week") else card.period
