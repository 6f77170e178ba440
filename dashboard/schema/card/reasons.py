"""Reasons that name a feature, with the words of its card."""

from __future__ import annotations

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import FeatureLabel
from dashboard.words import Sentence


def with_label(reason: Sentence, card: ModelCard) -> Sentence:
    """A reason that names a feature by the words of its card."""
    feature = reason.values.get("feature")
    if feature is None:
        return reason
    return Sentence(reason.message, {**reason.values, "feature": FeatureLabel(card.data, str(feature))})
