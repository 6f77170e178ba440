"""Which models a query is about: one, several, or all."""

from __future__ import annotations

from collections.abc import Collection

# One model, several, or (None) all of them.
FEW = 16
Models = str | Collection[str] | None


def of_models(models: Models, column: str = "model_id") -> tuple[str, list[object]]:
    """A condition that keeps the rows of some models, and its values; `column` never comes from input."""
    if models is None:
        return "true", []
    if isinstance(models, str):
        return f"{column} = ?", [models]
    if 0 < len(models) <= FEW:
        # Quicker to plan than a join with a list.
        return f"{column} IN ({', '.join('?' for _ in models)})", list(models)
    return f"{column} IN (SELECT unnest(?::VARCHAR[]))", [list(models)]
