"""Cards whose features bear labels that cannot be mistaken for other words of a sentence."""

from __future__ import annotations

from typing import Any

from dashboard.schema.card.card import ModelCard

NAMES = [f"f{place}" for place in range(8)]


def card(task: str = "binary_classification", **data: Any) -> ModelCard:
    """A card with eight numeric features f0 to f7, labelled QF0Q to QF7Q in English and ZF0Z to ZF7Z in German."""
    features = {
        name: {"kind": "numeric", "label": {"en": f"Q{name.upper()}Q", "de": f"Z{name.upper()}Z"}} for name in NAMES
    }
    return ModelCard.model_validate(
        {
            "id": "m",
            "name": "M",
            "task": task,
            "versions": [{"version": "1"}],
            "data": {
                "prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y", "features": features, **data,
            },
        }
    )  # fmt: skip
