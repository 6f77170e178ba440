"""Kept judgements as they stand in the store, whole, with the hashes by which changes to them are noticed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dashboard.store.engine.selection import of_models
from dashboard.store.judgements import Basis, Judged, Judgement

TABLES = ("judged_models", "judgements", "judged_names")


@dataclass(frozen=True)
class Kept:
    """What is kept of a lane about a model, and the hash that was kept with it; None where there was none yet."""

    asked: str
    lane: str
    judged: Judged
    sha256: str | None


def read_kept(
    cursor: duckdb.DuckDBPyConnection, lanes: Mapping[str, Collection[str]], models: Collection[str]
) -> list[Kept]:
    """Everything that is kept about some models, by question, lane and model; `lanes` names the subjects of each.

    What an earlier program kept under subjects that there are no more is left out: nobody reads it.
    """
    only, chosen = of_models(models)
    rows: dict[tuple[str, str, str], list[Judgement]] = {}
    lane_of = {subject: lane for lane, subjects in lanes.items() for subject in subjects}
    statement = (
        "SELECT asked, model_id, subject, content, person, status, rank, due FROM judgements "
        f"WHERE {only} ORDER BY asked, model_id, position, subject"
    )
    for asked, model, subject, content, *rest in cursor.execute(statement, chosen).fetchall():
        if subject in lane_of:
            rows.setdefault((asked, lane_of[subject], model), []).append(Judgement(subject, content, *rest))
    names: dict[tuple[str, str, str], list[str]] = {}
    statement = f"SELECT asked, lane, model_id, name FROM judged_names WHERE {only}"
    for asked, lane, model, name in cursor.execute(statement, chosen).fetchall():
        if lane in lanes:
            names.setdefault((asked, lane, model), []).append(name)
    statement = (
        "SELECT asked, lane, model_id, judged_at, facts, organisation, lineage, rules, valid_until, sha256 "
        f"FROM judged_models WHERE {only} ORDER BY asked, lane, model_id"
    )
    found = []
    for asked, lane, model, *basis, sha256 in cursor.execute(statement, chosen).fetchall():
        place = asked, lane, model
        if lane not in lanes:
            continue
        judged = Judged(model, Basis(*basis), rows.pop(place, []), names.pop(place, []))
        found.append(Kept(asked, lane, judged, sha256))
    for asked, lane, model in sorted(rows.keys() | names.keys()):
        nothing = Basis(datetime.min, 0, 0, 0, "", datetime.min)  # noqa: DTZ901 - as stored, without zone
        judged = Judged(model, nothing, rows.get((asked, lane, model), []), names.get((asked, lane, model), []))
        found.append(Kept(asked, lane, judged, None))
    return found


def list_judged_models(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The models about which anything is kept."""
    statement = " UNION ".join(f"SELECT model_id FROM {table}" for table in TABLES)
    return sorted(str(row[0]) for row in cursor.execute(statement).fetchall())


def missing_tables(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of kept judgements that somebody dropped."""
    there = {str(row[0]) for row in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return [table for table in TABLES if table not in there]
