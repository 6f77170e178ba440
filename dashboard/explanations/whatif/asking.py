"""Asking the model of a version for scores of made-up cases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from dashboard.explanations.whatif.flips import Row, Score, Scorer

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.engine.database import Store


def scores_of(store: Store, card: ModelCard, version: str, rows: Sequence[Row]) -> Sequence[Score]:
    """The scores of a version for rows of features; raises ModelRefusedError with the reason."""
    import pandas as pd

    from dashboard.explanations.cases.explaining import score_rows

    return list(score_rows(store, card, version, pd.DataFrame([dict(row) for row in rows], dtype=object)).scores)


def scorer_of(store: Store, card: ModelCard, version: str) -> Scorer:
    """What gives the scores of a version to rows, as `scores_of` does."""
    return partial(scores_of, store, card, version)
