"""Kinds of columns: what a value of a view is, and what tables, JSON and OpenAPI make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from dashboard.measures.judging.verdict import SEVERITY

# `people` are person ids with commas between them; `code` is a word of a closed list; `local` is an instant on the
# clock of the model's time zone; `whole` is a whole number that counts nothing; `json` is a text that holds JSON.
Kind = Literal[
    "model", "person", "people", "id", "code", "status", "metric", "text", "json", "instant", "local", "day", "number",
    "share", "money", "count", "whole", "bool",
]  # fmt: skip
FRACTIONS: tuple[Kind, ...] = ("number", "share", "money")
INTEGERS: tuple[Kind, ...] = ("count", "whole")
SCHEMAS: dict[Kind, dict[str, Any]] = {
    **{kind: {"type": ["number", "null"]} for kind in FRACTIONS},
    **{kind: {"type": ["integer", "null"]} for kind in INTEGERS},
    "bool": {"type": ["boolean", "null"]},
    "status": {"type": ["string", "null"], "enum": [*SEVERITY, None]},
    "instant": {"type": ["string", "null"], "format": "date-time"},
    "day": {"type": ["string", "null"], "format": "date"},
    "json": {"type": ["string", "null"], "contentMediaType": "application/json"},
}


@dataclass(frozen=True)
class Column:
    """A column of a view: its name, the kind of its values, its heading (a catalogue key) and the unit of numbers."""

    name: str
    kind: Kind
    label: str
    unit: str = ""

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a value; every value may be absent."""
        unit = {"x-unit": self.unit} if self.unit else {}
        return {**SCHEMAS.get(self.kind, {"type": ["string", "null"]}), "title": self.label, "x-kind": self.kind} | unit


@dataclass(frozen=True)
class Columns:
    """The columns of a view in their order."""

    declared: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.declared)

    @property
    def names(self) -> list[str]:
        """The names, as the frame has them."""
        return [column.name for column in self.declared]

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with these columns, numbers as numbers also where a column holds none.

        Raises ValueError for a column of numbers that holds something else.
        """
        found = frame.reindex(columns=self.names) if frame.empty else frame.loc[:, self.names]
        return found.assign(**{column.name: typed(found[column.name], column.kind) for column in self.declared})


def typed(values: pd.Series, kind: Kind) -> pd.Series:
    """The values of a column, numbers as numbers; raises ValueError for a number that is none."""
    if kind in FRACTIONS:
        return pd.to_numeric(values)
    if kind in INTEGERS and pd.api.types.is_float_dtype(values):
        whole = [None if pd.isna(value) else int(value) for value in values]
        return pd.Series(whole, index=values.index, dtype=object)
    return values
