"""Reasons that name a feature, with the words of its card."""

from __future__ import annotations

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import FeatureLabel
from dashboard.words import Sentence


def names_feature(reason: Sentence) -> bool:
    """Return whether a reason names a feature, itself or in a sentence inside it."""
    return "feature" in reason.values or any(
        names_feature(value) for value in reason.values.values() if isinstance(value, Sentence)
    )


def with_label(reason: Sentence, card: ModelCard) -> Sentence:
    """A reason that names a feature, itself or in a sentence inside it, by the words of its card."""
    values: dict[str, object] = {
        name: with_label(value, card) if isinstance(value, Sentence) else value for name, value in reason.values.items()
    }
    feature = values.get("feature")
    if isinstance(feature, str):
        values["feature"] = FeatureLabel(card.data, feature)
    return Sentence(reason.message, values)
