"""What the log knows of the rows of a call: the same predictions, other scores of the same cases, labels.

Tables made here: `several` (cases with more than one row in the call), `twice` (predictions that come more than once),
`seen` (rows of the log for the cases or ids of the call), `known_labels` (what the log knows as their labels),
`deliveries` (what the files of the log came with), `concerned` (cases whose labels need a look).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import SHOWN_PROBLEMS
from dashboard.store.engine.clock import stored
from dashboard.store.log.call import Call, log_rows, stored_value, view_of_log
from dashboard.store.log.fields import Field, actual_type
from dashboard.store.log.files import LABELS, PREDICTIONS, LogFile, file_path
from dashboard.store.log.keys import case_of, key_columns, same_key
from dashboard.store.log.pending import may_wait
from dashboard.store.log.quoting import chained, identifier, path_literal

# Files from before labels said whether their source had dated them: what was known within this time before the file was
# recorded was dated by its arrival.
DATED_BY_ARRIVAL = "INTERVAL 1 HOUR"


@dataclass(frozen=True)
class Conflicts:
    """The first ids in conflict and how many predictions or cases there are."""

    ids: list[str]
    total: int


def match_predictions(call: Call) -> None:
    """Make all tables for a call that brings predictions."""
    card = call.card
    case, keys = case_of(card, "_at"), ", ".join(key_columns(card))
    named = "_id, _at" if card.data.by_instant else "_id"
    call.connection.execute(f"""
        CREATE TABLE several AS SELECT _id, {case} AS _case FROM incoming
        WHERE hash({named}) IN (
            SELECT h FROM (SELECT hash({named}) AS h FROM incoming) GROUP BY h HAVING count(*) > 1
        )
        GROUP BY ALL HAVING count(*) > 1
    """)
    call.connection.execute(f"""
        CREATE TABLE twice AS SELECT {keys} FROM incoming
        WHERE _id IN (SELECT _id FROM several) GROUP BY {keys} HAVING count(*) > 1
    """)
    known = (
        f"({named}) IN (SELECT ({named}) FROM incoming)"
        if card.data.by_instant
        else "_id IN (SELECT _id FROM incoming)"
    )
    files = _views(call, {"_content": "UBIGINT"})
    call.connection.execute(f"CREATE TABLE seen AS SELECT *, {case} AS _case FROM logged WHERE {known}")
    label_known = "_id IN (SELECT _id FROM incoming)"
    if card.data.by_instant:
        label_known = f"({label_known} AND _at IS NULL) OR {known}"
    _collect_known_labels(call, files, label_known)
    if card.data.by_instant:
        _bind_pending(call)
    call.connection.execute("""
        CREATE TABLE concerned AS
        SELECT _id, _case FROM several UNION SELECT _id, _case FROM seen UNION SELECT _id, _case FROM known_labels
    """)


def match_actuals(call: Call) -> None:
    """Make `seen`, `known_labels` and `deliveries` for a call that brings labels only."""
    wanted = "_id IN (SELECT _id FROM incoming WHERE _actual IS NOT NULL)"
    files = _views(call, {})
    call.connection.execute(f"CREATE TABLE seen AS SELECT *, {case_of(call.card)} AS _case FROM logged WHERE {wanted}")
    _collect_known_labels(call, files, wanted)


def _views(call: Call, more: dict[str, str]) -> list[LogFile]:
    label = {
        "_actual": actual_type(call.card),
        "_known_at": "TIMESTAMP",
        "_stated": "BOOLEAN",
    }
    row = {"_id": "VARCHAR", "_at": "TIMESTAMP"}
    return [
        *view_of_log(call, PREDICTIONS, "logged", {**row, "_version": "VARCHAR", **label, **more}),
        *view_of_log(call, LABELS, "label_log", {**row, **label, "_order": "TIMESTAMP"}),
    ]


def _collect_known_labels(call: Call, files: Sequence[LogFile], wanted: str) -> None:
    """Make `deliveries` and `known_labels`: labels of the log, since when they are known, in which order they count.

    `_at` is the instant of a prediction for which a label was laid down, null for one that is pending.
    """
    call.connection.execute("""
        CREATE TABLE deliveries (
            file VARCHAR, recorded_at TIMESTAMP, waits BOOLEAN, delivery VARCHAR, name VARCHAR, sha256 VARCHAR
        )
    """)
    rows = [
        (
            str(file_path(call.log, file)), stored(file.recorded_at), may_wait(file, call.log.any_withdrawn),
            file.delivery, file.source_name, file.source_sha256,
        )
        for file in files
    ]  # fmt: skip
    if rows:
        call.connection.executemany("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?)", rows)
    # A label that waits for its prediction without naming its instant is a case of its own.
    case = case_of(call.card, "coalesce(_at, _known_at)")
    call.connection.execute(f"""
        CREATE TABLE known_labels AS
        SELECT k._id, k._case, k._actual, k._known_at, k._at, k.in_row, k.file,
            coalesce(k._order, k._known_at) AS _order,
            coalesce(k._stated, k._known_at NOT BETWEEN d.recorded_at - {DATED_BY_ARRIVAL} AND d.recorded_at) AS _stated
        FROM (
            SELECT _id, _case, _actual, _known_at, _stated, NULL::TIMESTAMP AS _order, _at, true AS in_row, file
            FROM seen WHERE _actual IS NOT NULL
            UNION ALL
            SELECT _id, {case}, _actual, _known_at, _stated, _order, _at, false, file FROM label_log WHERE {wanted}
        ) k LEFT JOIN deliveries d ON k.file = d.file
    """)


def _bind_pending(call: Call) -> None:
    """Bind labels that came without an instant, before their prediction, to the latest one that they can be about."""
    call.connection.execute("""
        DELETE FROM known_labels WHERE _at IS NULL AND EXISTS (
            SELECT 1 FROM label_log l WHERE l._id = known_labels._id AND l._known_at = known_labels._known_at
                AND l._actual = known_labels._actual AND l._at IS NOT NULL
        )
    """)
    call.connection.execute("""
        UPDATE known_labels SET _case = b._at FROM (
            SELECT k._id, k._known_at, max(i._at) AS _at FROM known_labels k JOIN incoming i ON k._id = i._id
            WHERE k._at IS NULL AND i._at <= k._known_at GROUP BY ALL
        ) b WHERE known_labels._at IS NULL AND known_labels._id = b._id AND known_labels._known_at = b._known_at
    """)


def content_conflicts(call: Call, content: Sequence[Field]) -> Conflicts:
    """Make the table `conflicts` of predictions that come again with other content.

    Rows whose `_content` differs from the log's are compared column by column over the columns that both have: a card
    that names more columns than before, or another way of hashing, is no other content.
    """
    keys = ", ".join(key_columns(call.card))
    same = same_key(call.card, "i", "s")
    call.connection.execute(f"""
        CREATE TABLE conflicts AS SELECT {keys} FROM incoming SEMI JOIN twice USING ({keys})
        GROUP BY {keys} HAVING count(DISTINCT _content) > 1
    """)
    call.connection.execute(f"""
        CREATE TABLE suspects AS SELECT DISTINCT {", ".join(f"i.{key}" for key in key_columns(call.card))}, s.file
        FROM incoming i JOIN seen s ON {same} WHERE i._content <> s._content
    """)
    for (file,) in call.execute("SELECT DISTINCT file FROM suspects"):
        shared = shared_columns(call, str(file), content)
        differ = chained([f"i.{column} IS DISTINCT FROM {stored}" for column, stored in shared.items()], "OR")
        call.connection.execute(
            f"""
            INSERT INTO conflicts SELECT DISTINCT {", ".join(f"i.{key}" for key in key_columns(call.card))}
            FROM incoming i JOIN {log_rows(Path(str(file)))} e ON {same_key(call.card, "i", "e")}
            SEMI JOIN (SELECT * FROM suspects WHERE file = ?) s ON {same} WHERE {differ}
            """,
            [file],
        )
    return _found(call, "conflicts")


def shared_columns(call: Call, file: str, content: Sequence[Field]) -> dict[str, str]:
    """The content columns that a log file has too: quoted name -> SQL of the stored value (of `e`) in today's type."""
    described = call.execute(f"DESCRIBE SELECT * FROM read_parquet({path_literal(Path(file))})")
    there = {str(row[0]) for row in described}
    return {
        identifier(field.stored): stored_value(f"e.{identifier(field.stored)}", field.sql_type)
        for field in content
        if field.stored in there
    }


def label_conflicts(call: Call) -> Conflicts:
    """The cases for which the call brings a label that may not be kept; needs `judged`, see labels.py."""
    return _found(call, "(SELECT _id, _case FROM judged WHERE fault IS NOT NULL)")


def _found(call: Call, relation: str) -> Conflicts:
    ids = call.execute(f"SELECT DISTINCT _id FROM {relation} ORDER BY _id LIMIT {SHOWN_PROBLEMS}")
    total = call.count(f"SELECT count(*) FROM (SELECT DISTINCT * FROM {relation})")
    return Conflicts([str(name) for (name,) in ids], total)
