"""What tells one prediction from another, and which predictions are of the same case.

A label is about a case: about every prediction with its id, or, where an id is scored again and again, about every
prediction with its id and instant. `_case` is that instant, null where the id alone names the case.
"""

from __future__ import annotations

from dashboard.schema.card.card import ModelCard

KEYS: dict[str, tuple[str, ...]] = {
    "id": ("_id",),
    "id+version": ("_id", "_version"),
    "id+instant": ("_id", "_version", "_at"),
}
SAME_CASE = "{0}._id = {1}._id AND {0}._case IS NOT DISTINCT FROM {1}._case"


def key_columns(card: ModelCard) -> tuple[str, ...]:
    """The columns of the log whose values no two predictions of the model share."""
    return KEYS[card.data.key]


def same_key(card: ModelCard, left: str, right: str) -> str:
    """SQL: two rows are the same prediction."""
    return " AND ".join(f"{left}.{column} = {right}.{column}" for column in key_columns(card))


def same_case(left: str, right: str) -> str:
    """SQL: two rows with `_id` and `_case` are about the same case."""
    return SAME_CASE.format(left, right)


def case_of(card: ModelCard, instant: str = "_at") -> str:
    """SQL for the `_case` of a prediction whose instant is `instant`."""
    return instant if card.data.by_instant else "CAST(NULL AS TIMESTAMP)"
