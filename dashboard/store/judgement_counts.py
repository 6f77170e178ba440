"""What is counted over kept judgements in the store, so that a portfolio need not be read row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.store.engine.database import Store, rows
from dashboard.store.engine.selection import Models, of_models


def rank_judgements(store: Store, asked: str, subject: str, models: Models = None) -> list[dict[str, object]]:
    """How many rows of a subject there are by rank and status, with one of each. Columns: status, number, content."""
    only, chosen = of_models(models)
    statement = (
        "SELECT status, count(*) AS number, any_value(content) AS content FROM judgements "
        f"WHERE asked = ? AND subject = ? AND {only} GROUP BY rank, status ORDER BY rank, status"
    )
    with store.cursor() as cursor:
        return rows(cursor, statement, [asked, subject, *chosen])


def worst_judgements(
    store: Store, asked: str, subject: str, statuses: Sequence[str], models: Models = None
) -> list[dict[str, object]]:
    """The models with rows of a subject in one of some statuses, worst first given: model, status, areas (of all)."""
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id AS model, ?[min(list_position(?, status))] AS status, count(*) AS areas FROM judgements "
        f"WHERE asked = ? AND subject = ? AND list_contains(?, status) AND {only} GROUP BY model_id "
        "ORDER BY min(list_position(?, status)), model_id"
    )
    order = list(statuses)
    with store.cursor() as cursor:
        return rows(cursor, statement, [order, order, asked, subject, order, *chosen, order])


def tally_judgements(
    store: Store, asked: str, subject: str, cells: Sequence[str], models: Models = None, *, sums: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """How many rows of a subject there are by some cells and status, and the sums of further cells.

    Columns: the cells, status, number, the sums. The names of cells never come from input.
    """
    only, chosen = of_models(models)
    by = "".join(f"content->>'$.{cell}' AS {cell}, " for cell in cells)
    added = "".join(f", sum((content->>'$.{cell}')::BIGINT)::BIGINT AS {cell}" for cell in sums)
    statement = (
        f"SELECT {by}status, count(*) AS number{added} FROM judgements "
        f"WHERE asked = ? AND subject = ? AND {only} GROUP BY ALL ORDER BY ALL"
    )
    with store.cursor() as cursor:
        return rows(cursor, statement, [asked, subject, *chosen])
