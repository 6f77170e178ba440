"""What kept judgements rest on, and what is there now: which of them may have to be made anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from dashboard.store.engine.clock import horizon
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models
from dashboard.store.judgements import Basis

CARDS = "cards"
# Every table whose rows belong to one model and that a judgement may rest on. Rows are only ever added.
TABLES = (
    CARDS, "events", "statements", "alerts", "log_files", "profile_layouts", "monitor_runs", "importances",
    "statuses", "withdrawals", "model_overlaps",
)  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """How many rows there are of what concerns all models."""

    organisation: int
    lineage: int


def table_sizes(store: Store) -> Sizes:
    """The rows of the organisation and of lineage events."""
    statement = "SELECT (SELECT count(*) FROM organisation), (SELECT count(*) FROM lineage_events)"
    with store.cursor() as cursor:
        found = cursor.execute(statement).fetchone()
    assert found is not None
    return Sizes(int(found[0]), int(found[1]))


def fact_counts(store: Store, models: Models = None, as_of: datetime | None = None) -> dict[str, int]:
    """Count the rows about each model registered by `as_of`; the count grows with every row."""
    counted, values = _counted_facts(models, as_of)
    with store.cursor() as cursor:
        found = cursor.execute(f"{counted} ORDER BY model_id", values).fetchall()
    return {str(model): int(count) for model, count in found}


def _counted_facts(models: Models, as_of: datetime | None) -> tuple[str, list[object]]:
    only, chosen = of_models(models)
    others = " UNION ALL ".join(f"SELECT model_id, NULL FROM {table}" for table in TABLES if table != CARDS)
    statement = (
        f"SELECT model_id, count(*) AS number FROM (SELECT model_id, recorded_at AS registered_at FROM {CARDS} "
        f"UNION ALL {others}) WHERE {only} GROUP BY model_id HAVING min(registered_at) <= ?"
    )
    return statement, [*chosen, horizon(as_of)]


@dataclass(frozen=True)
class Unsettled:
    """A model with the number of rows about it, whose kept judgements may not be up to date.

    `basis` is what they rest on where that still holds but for what was recorded since of others; else None.
    """

    model_id: str
    facts: int
    basis: Basis | None


def list_unsettled(
    store: Store, asked: str, lane: str, models: Models, as_of: datetime | None, expected: Basis
) -> list[Unsettled]:
    """The models whose kept judgements rest on other rows or rules, do not hold now, or were not compared yet.

    Of `expected` are read: the moment (`judged_at`), the numbers of rows of the organisation and of lineage, the rules.
    """
    counted, values = _counted_facts(models, as_of)
    holds = "judged_at <= ? AND ? < valid_until AND facts = number AND rules = ?"
    # DuckDB joins; of thousands of models a few come back.
    statement = (
        f"SELECT model_id, number, coalesce({holds}, false) AS holds, judged_at, facts, organisation, lineage, rules, "
        f"valid_until FROM ({counted}) LEFT JOIN (SELECT * FROM judged_models WHERE asked = ? AND lane = ?) "
        "USING (model_id) WHERE NOT holds OR organisation <> ? OR lineage <> ? ORDER BY model_id"
    )
    moment = expected.judged_at
    asking = [moment, moment, expected.rules, *values, asked, lane, expected.organisation, expected.lineage]
    with store.cursor() as cursor:
        found = cursor.execute(statement, asking).fetchall()
    return [
        Unsettled(str(model_id), int(number), Basis(*basis) if holds else None)
        for model_id, number, holds, *basis in found
    ]


def list_bases(store: Store, asked: str, lane: str, models: Models = None) -> dict[str, Basis]:
    """List what the stored judgements of a question rest on, by model."""
    only, chosen = of_models(models)
    statement = (
        "SELECT model_id, judged_at, facts, organisation, lineage, rules, valid_until FROM judged_models "
        f"WHERE asked = ? AND lane = ? AND {only} ORDER BY model_id"
    )
    with store.cursor() as cursor:
        found = cursor.execute(statement, [asked, lane, *chosen]).fetchall()
    return {row[0]: Basis(*row[1:]) for row in found}


def models_that_name(store: Store, asked: str, lane: str, names: Collection[str]) -> set[str]:
    """The models whose kept judgements looked up one of some names of the organisation."""
    statement = (
        "SELECT DISTINCT model_id FROM judged_names "
        "WHERE asked = ? AND lane = ? AND name IN (SELECT unnest(?::VARCHAR[]))"
    )
    with store.cursor() as cursor:
        return {str(row[0]) for row in cursor.execute(statement, [asked, lane, list(names)]).fetchall()}


def organisation_after(store: Store, count: int) -> set[str]:
    """The people, teams and processes recorded after the first `count` rows, as `kind:id`."""
    with store.cursor() as cursor:
        found = cursor.execute(f"SELECT kind || ':' || subject_id FROM organisation OFFSET {count:d}").fetchall()
    return {str(row[0]) for row in found}


def lineage_after(store: Store, count: int) -> list[str]:
    """The JSON texts of the lineage events recorded after the first `count` ones."""
    with store.cursor() as cursor:
        found = cursor.execute(f"SELECT content FROM lineage_events OFFSET {count:d}").fetchall()
    return [str(row[0]) for row in found]


def confirm_bases(store: Store, asked: str, lane: str, models: Collection[str], sizes: Sizes) -> None:
    """Note that what was recorded of the organisation and of lineage meanwhile does not touch some models."""
    only, chosen = of_models(models)
    with store.writing() as cursor:
        cursor.execute(
            f"UPDATE judged_models SET organisation = ?, lineage = ? WHERE asked = ? AND lane = ? AND {only}",
            [sizes.organisation, sizes.lineage, asked, lane, *chosen],
        )
