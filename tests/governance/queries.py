"""How often a store is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from dashboard.store.engine.database import Store


def counted_queries(store: Store, patch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one each time that the store is asked from now on."""
    asked: list[int] = []
    reading = store.cursor

    @contextmanager
    def counted() -> Iterator[duckdb.DuckDBPyConnection]:
        asked.append(1)
        with reading() as cursor:
            yield cursor

    patch.setattr(store, "cursor", counted)
    return asked
