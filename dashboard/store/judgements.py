"""Judgements in the store: what the program says about each model, row by row, and what that rests on.

They are derived: whatever is here can be judged again from facts and profiles. `asked` names the question: the present
(PRESENT), or a past day and instant of knowledge. A `lane` holds the subjects that are judged together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime

import duckdb

from dashboard.store.audit.facts import as_json, digest
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models

PRESENT = ""
# Questions about the past that are kept, the latest asked first.
MOST_PAST = 40


@dataclass(frozen=True)
class Judgement:
    """One row of what is said about a model.

    `content` is JSON. `person` whom it concerns, `status` (a status, severity or state), `rank` and `due` (an ISO day)
    are what portfolios are searched and ordered by: low ranks first, then early days.
    """

    subject: str
    content: str
    person: str | None = None
    status: str | None = None
    rank: float | None = None
    due: str | None = None


@dataclass(frozen=True)
class Basis:
    """What a judgement rested on: rows about the model, rows of the organisation, lineage events, and the rules.

    It holds from `judged_at` until before `valid_until`, at which it has to be made anew although nothing was recorded.
    """

    judged_at: datetime
    facts: int
    organisation: int
    lineage: int
    rules: str
    valid_until: datetime


@dataclass(frozen=True)
class Judged:
    """Everything of one lane that is said about a model, its basis, and the names of the organisation it looked up."""

    model_id: str
    basis: Basis
    judgements: Sequence[Judgement]
    names: Collection[str]


def judged_hash(asked: str, lane: str, one: Judged) -> str:
    """The SHA-256 by which it is noticed that what is kept of a model was changed past the program.

    How much of the organisation and of lineage was looked through is no part of it: that is noted without judging.
    """
    basis = one.basis
    rows = [
        [row.subject, row.person, row.status, None if row.rank is None else float(row.rank), row.due, row.content]
        for row in one.judgements
    ]
    held = [as_json(basis.judged_at), basis.facts, basis.rules, as_json(basis.valid_until)]
    return digest([asked, lane, one.model_id, held, rows, sorted(one.names)])


def judged_marks(store: Store, asked: str, lane: str, models: Models = None) -> dict[str, str]:
    """A mark of the kept judgements of each model, which is another one when they are others."""
    only, chosen = of_models(models)
    # What a program judged that made no hashes yet is judged anew before anybody reads it.
    statement = (
        "SELECT model_id, coalesce(sha256, '') FROM judged_models "
        f"WHERE asked = ? AND lane = ? AND {only} ORDER BY model_id"
    )
    with store.cursor() as cursor:
        return dict(cursor.execute(statement, [asked, lane, *chosen]).fetchall())


def keep_judgements(store: Store, asked: str, lane: str, judged: Sequence[Judged], subjects: Collection[str]) -> None:
    """Replace what is kept of the lane's `subjects` about some models; durable when it returns."""
    with store.writing() as cursor:
        judged = _without_outdated(cursor, asked, lane, judged)
        only, chosen = of_models([one.model_id for one in judged])
        of_lane = "lane = ?", [lane]
        for table, (which, values) in (
            ("judgements", of_models(subjects, "subject")),
            ("judged_models", of_lane),
            ("judged_names", of_lane),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE asked = ? AND {only} AND {which}", [asked, *chosen, *values])
        _insert_rows(cursor, asked, judged)
        _insert_bases(cursor, asked, lane, judged)
        if asked != PRESENT:
            _forget_oldest(cursor)


def _without_outdated(
    cursor: duckdb.DuckDBPyConnection, asked: str, lane: str, judged: Sequence[Judged]
) -> list[Judged]:
    """Leave out what was judged on fewer facts than what is kept: somebody else was asked later and was quicker."""
    only, chosen = of_models([one.model_id for one in judged])
    statement = (
        f"SELECT model_id, facts, organisation, lineage FROM judged_models WHERE asked = ? AND lane = ? AND {only}"
    )
    found = cursor.execute(statement, [asked, lane, *chosen]).fetchall()
    known = {str(model_id): counts for model_id, *counts in found}
    return [
        one
        for one in judged
        if all(
            before <= now
            for before, now in zip(
                known.get(one.model_id, ()), (one.basis.facts, one.basis.organisation, one.basis.lineage), strict=False
            )
        )
    ]


def _insert_rows(cursor: duckdb.DuckDBPyConnection, asked: str, judged: Iterable[Judged]) -> None:
    found = [
        (one.model_id, row.subject, position, row.person, row.status, row.rank, row.due, row.content)
        for one in judged
        for position, row in enumerate(one.judgements)
    ]
    columns = [list(column) for column in zip(*found, strict=True)]
    if columns:
        kinds = ("VARCHAR", "VARCHAR", "INTEGER", "VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR", "VARCHAR")
        unpacked = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        cursor.execute(f"INSERT INTO judgements SELECT ?, {unpacked}", [asked, *columns])


def _insert_bases(cursor: duckdb.DuckDBPyConnection, asked: str, lane: str, judged: Sequence[Judged]) -> None:
    bases = [(one.model_id, *astuple(one.basis), judged_hash(asked, lane, one)) for one in judged]
    if bases:
        kinds = ("VARCHAR", "TIMESTAMP", "BIGINT", "BIGINT", "BIGINT", "VARCHAR", "TIMESTAMP", "VARCHAR")
        unpacked = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        columns = [list(column) for column in zip(*bases, strict=True)]
        cursor.execute(f"INSERT INTO judged_models SELECT ?, ?, {unpacked}", [asked, lane, *columns])
    named = [(one.model_id, name) for one in judged for name in sorted(one.names)]
    if named:
        models, names = (list(column) for column in zip(*named, strict=True))
        cursor.execute(
            "INSERT INTO judged_names SELECT ?, ?, unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [asked, lane, models, names],
        )


def _forget_oldest(cursor: duckdb.DuckDBPyConnection) -> None:
    """Keep the questions about the past that were judged last."""
    statement = "SELECT asked FROM judged_models WHERE asked <> ? GROUP BY asked ORDER BY max(judged_at) DESC OFFSET ?"
    for (asked,) in cursor.execute(statement, [PRESENT, MOST_PAST]).fetchall():
        for table in ("judgements", "judged_models", "judged_names"):
            cursor.execute(f"DELETE FROM {table} WHERE asked = ?", [asked])


@dataclass(frozen=True)
class Search:
    """Which rows of a subject are wanted: of whom (empty: of nobody), in which state, how many and after which.

    `cells` are the values that cells must have; their names never come from input.
    """

    person: str | None = None
    status: str | None = None
    most: int | None = None
    skip: int = 0
    ranked: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)


def read_judgements(
    store: Store, asked: str, subject: str, models: Models = None, search: Search | None = None
) -> list[tuple[str, str]]:
    """The kept rows of a subject as (model, JSON), by model and position, or by rank, due day and model."""
    search = search or Search()
    where, values = _where(asked, subject, models, search)
    order = "rank, due NULLS LAST, model_id, position" if search.ranked else "model_id, position"
    limit = f" LIMIT {search.most:d} OFFSET {search.skip:d}" if search.most is not None else ""
    with store.cursor() as cursor:
        found = cursor.execute(
            f"SELECT model_id, content FROM judgements WHERE {where} ORDER BY {order}{limit}", values
        ).fetchall()
    return [(str(model), str(content)) for model, content in found]


def _where(asked: str, subject: str, models: Models, search: Search) -> tuple[str, list[object]]:
    only, chosen = of_models(models)
    where, values = f"asked = ? AND subject = ? AND {only}", [asked, subject, *chosen]
    for column, wanted in (("person", search.person), ("status", search.status)):
        if wanted == "":
            where += f" AND {column} IS NULL"
        elif wanted is not None:
            where += f" AND {column} = ?"
            values.append(wanted)
    for cell, value in search.cells.items():
        where += f" AND (content->>'$.{cell}') = ?"
        values.append(value)
    return where, values


def list_questions(store: Store) -> Mapping[str, datetime]:
    """The questions of which judgements are kept, each with when it was judged last (UTC, naive)."""
    with store.cursor() as cursor:
        found = cursor.execute("SELECT asked, max(judged_at) FROM judged_models GROUP BY asked").fetchall()
    return {str(asked): moment for asked, moment in found}
