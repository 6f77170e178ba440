"""Reasons of statuses and alerts, with features by the words of their card."""

from __future__ import annotations

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of
from dashboard.words import Sentence


def with_label(reason: Sentence, card: ModelCard, language: str) -> Sentence:
    """A reason that names a feature by the words of its card."""
    feature = reason.values.get("feature")
    if feature is None:
        return reason
    return Sentence(reason.message, {**reason.values, "feature": label_of(card.data, str(feature), language)})
