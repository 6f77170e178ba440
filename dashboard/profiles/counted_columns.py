"""Which columns of the log a layout is counted from."""

from __future__ import annotations

from dashboard.profiles.amounts import amount_columns
from dashboard.profiles.layout import ACTUAL, Layout
from dashboard.profiles.log_columns import LogColumn


def counted_columns(layout: Layout) -> list[LogColumn]:
    """The columns of features, segments and amounts, each once: as the first that names it wants it."""
    wanted = [LogColumn(bins.name, bins.kind == "numeric") for bins in layout.columns if bins.name != ACTUAL]
    wanted += [LogColumn(one.column, one.edges is not None) for one in layout.segments if not one.pair]
    found: dict[str, LogColumn] = {}
    for column in (*wanted, *amount_columns(layout)):
        found.setdefault(column.name, column)
    return list(found.values())
