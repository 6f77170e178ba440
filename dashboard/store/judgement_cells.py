"""Cells of the kept judgements of many models, column by column: each different text once, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models, of_models

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class TextColumn:
    """The JSON texts of one cell: the different ones (None: the row has no such cell), and which one each row has."""

    texts: Sequence[str | None]
    codes: np.ndarray


@dataclass(frozen=True)
class Cells:
    """Rows of a subject by model and position: the models, how many rows each has, and the cells by name."""

    models: Sequence[str]
    counts: np.ndarray
    columns: Mapping[str, TextColumn]


def read_cells(
    store: Store, asked: str, subject: str, names: Sequence[str], models: Models = None, statuses: Sequence[str] = ()
) -> Cells:
    """Some cells of all rows of a subject, or of those in some statuses. The names of cells never come from input."""
    only, chosen = of_models(models)
    if statuses:
        in_status, wanted = of_models(statuses, "status")
        only, chosen = f"{only} AND {in_status}", [*chosen, *wanted]
    cells = "".join(f", cells[{place}] AS cell_{place}" for place in range(1, len(names) + 1))
    # One call that looks for all names parses a row once.
    statement = (
        f"SELECT model_id, position{cells} FROM (SELECT model_id, position, "
        "json_extract(content, ?::VARCHAR[]) AS cells FROM judgements "
        f"WHERE asked = ? AND subject = ? AND {only})"
    )
    with store.cursor() as cursor:
        values = [[f"$.{name}" for name in names], asked, subject, *chosen]
        found = cursor.execute(statement, values).to_arrow_table()
    owners = _text_column(found.column("model_id"))
    known = [str(owner) for owner in owners.texts]
    ranks = np.empty(len(known), dtype=np.int32)
    ranks[np.argsort(np.array(known, dtype=object))] = np.arange(len(known), dtype=np.int32)
    ranked = ranks[owners.codes]
    order = np.lexsort((found.column("position").to_numpy(), ranked))
    columns = {
        name: _ordered(_text_column(found.column(place)), order)
        for place, name in enumerate(names, found.num_columns - len(names))
    }
    return Cells(sorted(known), np.bincount(ranked, minlength=len(known)), columns)


def _text_column(values: pa.ChunkedArray) -> TextColumn:
    coded = values.combine_chunks().dictionary_encode(null_encoding="encode")
    return TextColumn(coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int32, copy=False))


def _ordered(column: TextColumn, order: np.ndarray) -> TextColumn:
    return TextColumn(column.texts, column.codes[order])
