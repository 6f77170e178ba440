"""Rules over the columns of a row: what they mean, as DuckDB evaluates them, and what is refused."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given, settings, strategies as st

from dashboard.profiles.row_conditions import Names, condition_sql
from dashboard.schema.card.row_rules import (
    ColumnValue,
    Comparison,
    Condition,
    Constant,
    IsMissing,
    IsOneOf,
    Negation,
    RuleSyntaxError,
    Together,
    columns_of,
    parse_rule,
)

NAMES = Names({"scored at": "_at"}, frozenset({"a", "b"}), frozenset({"c"}))
TYPES = {"a": "DOUBLE", "b": "DOUBLE", "c": "VARCHAR", "_at": "TIMESTAMP", "extra": "BIGINT"}
numbers = st.sampled_from([-2.0, 0.0, 1.0, 2.5])
operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
comparisons = st.builds(
    Comparison, st.builds(ColumnValue, st.sampled_from("ab")), operators,
    st.one_of(st.builds(Constant, numbers), st.builds(ColumnValue, st.sampled_from("ab"))),
)  # fmt: skip
leaves = st.one_of(
    comparisons,
    st.builds(IsMissing, st.builds(ColumnValue, st.sampled_from("abc"))),
    st.builds(IsOneOf, st.just(ColumnValue("c")), st.lists(st.sampled_from(["x", "y"]), max_size=2).map(tuple)),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Negation, inner),
        st.builds(Together, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
rows = st.fixed_dictionaries(
    {"a": st.none() | numbers, "b": st.none() | numbers, "c": st.sampled_from([None, "x", "y", "z"])}
)


def meaning(condition: Condition, row: dict[str, Any]) -> bool | None:
    """A condition by the three values of SQL, told in Python."""
    if isinstance(condition, Together):
        found = [meaning(part, row) for part in condition.conditions]
        decided = condition.word == "or"
        if decided in found:
            return decided
        return None if None in found else not decided
    if isinstance(condition, Negation):
        inner = meaning(condition.condition, row)
        return None if inner is None else not inner
    if isinstance(condition, IsMissing):
        return value(condition.operand, row) is None
    return compared(condition, row)


def compared(condition: Comparison | IsOneOf, row: dict[str, Any]) -> bool | None:
    if isinstance(condition, IsOneOf):
        seen = value(condition.operand, row)
        return None if seen is None else seen in condition.values
    left, right = value(condition.left, row), value(condition.right, row)
    if left is None or right is None:
        return None
    found = {"=": left == right, "!=": left != right, "<": left < right, "<=": left <= right, ">": left > right}
    return found.get(condition.operator, left >= right)


def value(operand: ColumnValue | Constant, row: dict[str, Any]) -> Any:
    return row[operand.name] if isinstance(operand, ColumnValue) else operand.value


def evaluated(condition: Condition, row: dict[str, Any]) -> bool | None:
    made = condition_sql(condition, NAMES, TYPES)
    source = "(SELECT ?::DOUBLE AS a, ?::DOUBLE AS b, ?::VARCHAR AS c, TIMESTAMP '2024-03-01' AS _at, 7 AS extra) p"
    values = [*made.values, row.get("a"), row.get("b"), row.get("c")]
    found = duckdb.execute(f"SELECT {made.sql} FROM {source}", values).fetchone()
    assert found is not None
    return found[0]  # type: ignore[no-any-return]


@given(conditions, rows)
@settings(deadline=None, max_examples=80)
def test_duckdb_evaluates_what_is_meant(condition, row):
    assert evaluated(condition, row) is meaning(condition, row)


@pytest.mark.parametrize(
    ("rule", "row", "kept"),
    [
        ("a >= 1 and not (b < 2 or c = 'x')", {"a": 1, "b": 3, "c": "y"}, True),
        ("a = 1 or b = 1 and c = 'x'", {"a": 1, "b": 0, "c": "y"}, True),
        ("c in ('x', 'it''s')", {"c": "it's"}, True),
        ("c not in ('x')", {"c": None}, None),
        ("`extra` == 7", {}, True),
        ("\"scored at\" >= '2024-02-29'", {}, True),
        ("extra < a", {"a": 8}, True),
        ("unheard_of > 1", {}, None),
        ("_at is missing", {}, True),
        ("c = '; DROP TABLE p; --'", {"c": "x"}, False),
    ],
)
def test_rules_mean_what_they_say(rule, row, kept):
    assert evaluated(parse_rule(rule), row) is kept


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "a column, a number or a 'text' is expected instead of the end"),
        ("1 = 1", "it names no column"),
        ("a", "a comparison like >= is expected instead of the end"),
        ("a > 1 b", "instead of 'b' at character 7"),
        ("a > 1; drop", "'; drop' at character 6 cannot be read"),
        ("(a > 1", "')' is expected"),
        ("a in (b)", "a number or a 'text' is expected instead of 'b'"),
        ("a > 1e999", "too large"),
        ("(" * 40 + "a = 1" + ")" * 40, "deeper than 30"),
        ("not " * 40 + "a = 1", "deeper than 30"),
        ("a = 1 or " * 200 + "a = 2", "characters"),
    ],
)
def test_what_cannot_be_read_is_named(rule, said):
    with pytest.raises(RuleSyntaxError, match=".*") as refused:
        parse_rule(rule)
    assert said in str(refused.value)


def test_columns_are_named_once():
    assert columns_of(parse_rule("a < b and b < 3 or c is missing")) == ("a", "b", "c")
