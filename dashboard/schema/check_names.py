"""The dimension of a check of another tool, by its name."""

from __future__ import annotations

from dashboard.schema.card.data import Dimension

# Words in the name of an expectation, a test or an assertion; the first one that occurs counts.
WORDS: tuple[tuple[str, Dimension], ...] = (
    ("not_be_null", "completeness"), ("not_null", "completeness"), ("be_null", "completeness"),
    ("recency", "availability"), ("fresh", "availability"), ("row_count", "availability"),
    ("between", "reality"), ("accepted_range", "reality"), ("_max", "reality"), ("_min", "reality"),
    ("mean", "reality"), ("median", "reality"), ("quantile", "reality"), ("stdev", "reality"),
)  # fmt: skip


def dimension_of(name: str) -> Dimension:
    """The dimension that the words of a name tell; what compares values with each other is consistency.

    >>> dimension_of("expect_column_values_to_not_be_null"), dimension_of("unique")
    ('completeness', 'consistency')
    """
    return next((dimension for word, dimension in WORDS if word in name), "consistency")
