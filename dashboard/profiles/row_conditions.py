"""Rules over the columns of a row as SQL over the log: names quoted, constants bound as parameters.

A condition is true, false, or null where a missing value leaves it undecided, as everywhere in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.schema.canonical import canonical, canonical_sql
from dashboard.schema.card.data import DataColumns
from dashboard.schema.card.row_rules import (
    ColumnValue,
    Comparison,
    Condition,
    Constant,
    IsMissing,
    IsOneOf,
    Negation,
    Operand,
)

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UTINYINT", "USMALLINT")
MORE_NUMBERS = ("UINTEGER", "UBIGINT", "UHUGEINT")
INSTANTS = ("TIMESTAMP", "DATE")
FEW = 20
ORDERS = ("<", "<=", ">", ">=")


# Columns that tell whether a row keeps a rule (with its place behind), and which rows are the same.
RULE, SAME = "_rule_", "_same"


@dataclass(frozen=True)
class Bound:
    """A piece of SQL with the values of its parameters, in their order."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Names:
    """What columns are called in the log where that is not their name, and which features are numbers or categories."""

    in_log: Mapping[str, str]
    numeric: frozenset[str]
    categorical: frozenset[str]


NO_NAMES = Names({}, frozenset(), frozenset())


@dataclass(frozen=True)
class RowChecks:
    """What is known of each row beside its values.

    `rules`: whether it keeps each of them (null = undecided), as columns RULE and their place; `names` are what the
    columns of the card are called in the log. `same`: as column SAME a number that rows share which agree in instant,
    cluster, score and all columns asked for. `only`: rows for which this holds are read, no others.
    """

    rules: Sequence[Condition] = ()
    names: Names = NO_NAMES
    same: bool = False
    only: Condition | None = None


NO_CHECKS = RowChecks()


def check_columns(checks: RowChecks, columns: Sequence[str], present: Mapping[str, str]) -> list[Bound]:
    """The columns of some checks, beside other columns that are read of table `p`."""
    found = []
    for place, rule in enumerate(checks.rules):
        made = condition_sql(rule, checks.names, present)
        found.append(Bound(f"{made.sql} AS {RULE}{place}", made.values))
    if checks.same:
        asked = ("_at", "_cluster", "_score", *columns)
        compared = [f"p.{quote(name)}" for name in dict.fromkeys(asked) if name in present]
        found.append(Bound(f"hash({', '.join(compared)}) AS {SAME}"))
    return found


def quote(identifier: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def names_in_log(data: DataColumns) -> dict[str, str]:
    """The columns of a card that the log keeps under a name of its own."""
    named = {data.predicted_at: "_at", data.score: "_score"}
    if data.cluster is not None:
        named.setdefault(data.cluster, "_cluster")
    return {column: own for column, own in named.items() if column not in data.features}


def condition_sql(condition: Condition, names: Names, present: Mapping[str, str]) -> Bound:
    """A condition over table `p`, whose columns are `present`, by their types."""
    if isinstance(condition, Negation):
        inner = condition_sql(condition.condition, names, present)
        return Bound(f"(NOT {inner.sql})", inner.values)
    if isinstance(condition, IsMissing):
        inner = _as_text(condition.operand, names, present)
        return Bound(f"({inner.sql} IS NULL)", inner.values)
    if isinstance(condition, IsOneOf):
        inner = _as_text(condition.operand, names, present)
        values = [canonical(value) for value in condition.values]
        if len(values) > FEW:
            # A hash table, where a list would be gone through for each row.
            return Bound(f"({inner.sql} IN (SELECT unnest(?::VARCHAR[])))", (*inner.values, values))
        return Bound(f"list_contains(?::VARCHAR[], {inner.sql})", (values, *inner.values))
    if isinstance(condition, Comparison):
        return _comparison(condition, names, present)
    parts = [condition_sql(part, names, present) for part in condition.conditions]
    joined = f" {condition.word.upper()} ".join(part.sql for part in parts)
    return Bound(f"({joined})", tuple(value for part in parts for value in part.values))


def _comparison(condition: Comparison, names: Names, present: Mapping[str, str]) -> Bound:
    sides = (condition.left, condition.right)
    kinds = [_kind(side, names, present) for side in sides]
    if "number" in kinds or ("text" not in kinds and condition.operator in ORDERS and "instant" not in kinds):
        left, right = (_cast(side, "DOUBLE", names, present) for side in sides)
    elif "instant" in kinds:
        left, right = (_cast(side, "TIMESTAMP", names, present) for side in sides)
    else:
        left, right = (_as_text(side, names, present) for side in sides)
    return Bound(f"({left.sql} {condition.operator} {right.sql})", (*left.values, *right.values))


def _kind(operand: Operand, names: Names, present: Mapping[str, str]) -> str:
    """What an operand is compared as: a number, an instant, a text, or what the other side is ("")."""
    if isinstance(operand, Constant):
        return "number" if isinstance(operand.value, float) else ""
    if operand.name in names.numeric:
        return "number"
    if operand.name in names.categorical:
        return "text"
    stored = present.get(names.in_log.get(operand.name, operand.name), "")
    plain = stored.partition("(")[0]
    if plain in NUMBERS or plain in MORE_NUMBERS:
        return "number"
    return "instant" if plain.startswith(INSTANTS) else ""


def _cast(operand: Operand, kind: str, names: Names, present: Mapping[str, str]) -> Bound:
    if isinstance(operand, Constant):
        value = operand.value
        return (
            Bound("?", (float(value),))
            if isinstance(value, bool | float)
            else Bound(f"TRY_CAST(? AS {kind})", (value,))
        )
    name = _column(operand, names, present)
    known = f"TRY_CAST({name} AS {kind})" if name else f"NULL::{kind}"
    # Not a number is no value.
    return Bound(f"CASE WHEN NOT isnan({known}) THEN {known} END" if kind == "DOUBLE" and name else known)


def _as_text(operand: Operand, names: Names, present: Mapping[str, str]) -> Bound:
    if isinstance(operand, Constant):
        return Bound("?", (canonical(operand.value),))
    name = _column(operand, names, present)
    if not name:
        return Bound("NULL::VARCHAR")
    stored = names.in_log.get(operand.name, operand.name)
    return Bound(canonical_sql(name, present[stored]))


def _column(operand: ColumnValue, names: Names, present: Mapping[str, str]) -> str:
    stored = names.in_log.get(operand.name, operand.name)
    # What begins with an underscore is the log's own, whoever asks for it by that name.
    if stored not in present or (stored.startswith("_") and operand.name not in names.in_log):
        return ""
    return f"p.{quote(stored)}"
