"""The same prediction again: ignored when equal, refused when not, a delivery when it brings a label.

Tables made here: `twice` (ids more than once in the call), `seen` (rows of the log whose ids the call brings again),
`labelled` (labels of the log for ids that the call labels).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import SHOWN_PROBLEMS
from dashboard.store.log.call import Call, log_rows, stored_value, view_of_log
from dashboard.store.log.fields import ACTUALS, SQL_TYPES, Field
from dashboard.store.log.files import LABELS, PREDICTIONS
from dashboard.store.log.quoting import chained, identifier, path_literal


@dataclass(frozen=True)
class Conflicts:
    """The first ids in conflict and how many there are."""

    ids: list[str]
    total: int


def match_predictions(call: Call) -> None:
    """Make `twice`, `seen` and `labelled` for a call that brings predictions."""
    call.connection.execute("""
        CREATE TABLE twice AS SELECT _id FROM incoming
        WHERE hash(_id) IN (SELECT h FROM (SELECT hash(_id) AS h FROM incoming) GROUP BY h HAVING count(*) > 1)
        GROUP BY _id HAVING count(*) > 1
    """)
    _match(call, "SELECT _id FROM incoming", {"_content": "UBIGINT"})


def match_actuals(call: Call) -> None:
    """Make `seen` and `labelled` for a call that brings labels only."""
    _match(call, "SELECT _id FROM incoming WHERE _actual IS NOT NULL", {})


def _match(call: Call, wanted: str, more: dict[str, str]) -> None:
    actual = {"_actual": SQL_TYPES.get(ACTUALS[call.card.task], "VARCHAR")}
    view_of_log(call, PREDICTIONS, "logged", {"_id": "VARCHAR", "_at": "TIMESTAMP", **actual, **more})
    view_of_log(call, LABELS, "label_log", {"_id": "VARCHAR", **actual})
    call.connection.execute(f"CREATE TABLE seen AS SELECT * FROM logged WHERE _id IN ({wanted})")
    call.connection.execute("""
        CREATE TABLE labelled AS SELECT _id, _actual FROM label_log
        WHERE _id IN (SELECT _id FROM incoming WHERE _actual IS NOT NULL)
    """)


def content_conflicts(call: Call, content: Sequence[Field]) -> Conflicts:
    """Make the table `conflicts` of ids that come again with other content.

    Rows whose `_content` differs from the log's are compared column by column over the columns that both have: a card
    that names more columns than before, or another way of hashing, is no other content.
    """
    call.connection.execute("""
        CREATE TABLE conflicts AS SELECT _id FROM incoming WHERE _id IN (SELECT _id FROM twice)
        GROUP BY _id HAVING count(DISTINCT _content) > 1
    """)
    call.connection.execute("""
        CREATE TABLE suspects AS SELECT DISTINCT i._id, s.file FROM incoming i JOIN seen s ON i._id = s._id
        WHERE i._content <> s._content
    """)
    for (file,) in call.execute("SELECT DISTINCT file FROM suspects"):
        shared = shared_columns(call, str(file), content)
        differ = chained([f"i.{column} IS DISTINCT FROM {stored}" for column, stored in shared.items()], "OR")
        call.connection.execute(
            f"""
            INSERT INTO conflicts SELECT DISTINCT i._id
            FROM incoming i JOIN {log_rows(Path(str(file)))} e ON i._id = e._id
            WHERE i._id IN (SELECT _id FROM suspects WHERE file = ?) AND {differ}
            """,
            [file],
        )
    return _found(call)


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
    """Make the table `conflicts` of ids whose actual differs within the call or from the known one."""
    call.connection.execute("""
        CREATE OR REPLACE TABLE conflicts AS
        SELECT _id FROM incoming WHERE _actual IS NOT NULL AND hash(_id) IN (
            SELECT h FROM (SELECT hash(_id) AS h FROM incoming WHERE _actual IS NOT NULL)
            GROUP BY h HAVING count(*) > 1
        )
        GROUP BY _id HAVING count(DISTINCT _actual) > 1
        UNION
        SELECT i._id FROM incoming i JOIN known_labels k ON i._id = k._id WHERE i._actual <> k._actual
    """)
    return _found(call)


def collect_known_labels(call: Call) -> None:
    """Make the view `known_labels`: every label that the log has for the ids of `seen` and `labelled`."""
    call.connection.execute("""
        CREATE VIEW known_labels AS SELECT _id, _actual FROM seen WHERE _actual IS NOT NULL
        UNION ALL SELECT _id, _actual FROM labelled
    """)


def _found(call: Call) -> Conflicts:
    ids = call.execute(f"SELECT DISTINCT _id FROM conflicts ORDER BY _id LIMIT {SHOWN_PROBLEMS}")
    return Conflicts([str(name) for (name,) in ids], call.count("SELECT count(DISTINCT _id) FROM conflicts"))
