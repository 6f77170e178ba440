"""The parameters of a view over HTTP: they follow from the fields of Query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.errors import InputRefusedError, Problem
from dashboard.views.query import OPTIONS, Option, Query, read_query


def query_of_parameters(items: Iterable[tuple[str, str]]) -> Query:
    """The query of HTTP parameters; raises InputRefusedError naming the parameters that cannot be read."""
    asked: dict[str, str] = {}
    for name, text in items:
        if name in asked:
            raise InputRefusedError([Problem("received it twice; allowed is once; remove one", field=name)])
        asked[name] = text
    return read_query(asked)


def described_parameters(required: Iterable[str]) -> list[dict[str, Any]]:
    """The parameters in the words of OpenAPI."""
    needed = set(required)
    return [
        {"name": name, "in": "query", "required": name in needed, "description": option.help, "schema": _schema(option)}
        for name, option in OPTIONS.items()
    ]


def _schema(option: Option) -> dict[str, Any]:
    return {"type": "string"} if option.choices is None else {"type": "string", "enum": list(option.choices)}
