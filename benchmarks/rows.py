"""Rows of a made-up model, the same on every machine: 12 continuous, 4 integer and 4 categorical features, 365 days.

Written as the prediction log keeps them: one Parquet file a month, sorted by instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.schema.card.card import ModelCard

DAYS, FIRST = 365, datetime(2013, 1, 1)
ROW_GROUP_ROWS = 122_880
CONTINUOUS = [f"continuous_{number:02d}" for number in range(12)]
INTEGERS = [f"integer_{number}" for number in range(4)]
CATEGORIES = [f"category_{number}" for number in range(4)]
FEATURES = [*CONTINUOUS, *INTEGERS, *CATEGORIES]
NAMES = [[f"{letter}{place}" for place in range(size)] for letter, size in zip("abcd", (3, 8, 20, 60), strict=True)]
MICROSECONDS = 86_400_000_000


def card() -> ModelCard:
    """The model's card: the first 31 days are its reference."""
    kinds = {name: "categorical" if name in CATEGORIES else "numeric" for name in FEATURES}
    return ModelCard.model_validate(
        {
            "id": "bench",
            "name": "Bench",
            "task": "binary_classification",
            "versions": [{"version": "1"}],
            "data": {
                "prediction_id": "id",
                "predicted_at": "at",
                "score": "score",
                "actual": "actual",
                "features": {name: {"kind": kind} for name, kind in kinds.items()},
                "reference": {"from": "2013-01-01", "to": "2013-01-31"},
            },
        }
    )


def write_log(folder: Path, rows: int) -> list[Path]:
    """Write `rows` rows, spread evenly over the days, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for month, tables in groupby(days(rows), key=lambda entry: f"{FIRST + timedelta(days=entry[0]):%Y-%m}"):
        files.append(folder / f"{month}.parquet")
        waiting: list[pa.Table] = []
        with pq.ParquetWriter(files[-1], day_rows(np.random.default_rng(0), 0, 1, 0).schema) as writer:
            for _, table in tables:
                waiting.append(table)
                if sum(part.num_rows for part in waiting) >= ROW_GROUP_ROWS:
                    writer.write_table(pa.concat_tables(waiting), row_group_size=ROW_GROUP_ROWS)
                    waiting = []
            if waiting:
                writer.write_table(pa.concat_tables(waiting), row_group_size=ROW_GROUP_ROWS)
    return files


def days(rows: int) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each day in order of their instants."""
    rng = np.random.default_rng(2013)
    ends = np.linspace(0, rows, DAYS + 1).astype(int)
    for day in range(DAYS):
        yield day, day_rows(rng, day, int(ends[day + 1] - ends[day]), int(ends[day]))


def day_rows(rng: np.random.Generator, day: int, rows: int, first: int) -> pa.Table:
    """The rows of one day; values move slowly over the year."""
    season = np.sin(day / DAYS * 2 * np.pi)
    start = int((FIRST - datetime(1970, 1, 1)).total_seconds()) * 1_000_000 + day * MICROSECONDS
    at = start + np.sort(rng.integers(0, MICROSECONDS, rows))
    score = rng.beta(1.5, 4 + season, rows)
    actual = (rng.random(rows) < score).astype(np.float64)
    columns: dict[str, pa.Array] = {
        "_id": pa.array([f"{number:x}" for number in range(first, first + rows)]),
        "_at": pa.array(at, pa.timestamp("us")),
        "_version": pa.array(["1"] * rows),
        "_score": pa.array(score),
        "_actual": pa.array(actual),
        "_known_at": pa.array(at + MICROSECONDS, pa.timestamp("us")),
        "_cluster": pa.nulls(rows, pa.string()),
    }
    for place, name in enumerate(CONTINUOUS):
        values = rng.standard_normal(rows) if place % 2 else rng.lognormal(0, 0.8, rows)
        columns[name] = pa.array(values + place + 0.1 * season, mask=rng.random(rows) < (0.03 if place % 3 == 0 else 0))
    for place, name in enumerate(INTEGERS):
        columns[name] = pa.array(rng.poisson(3 + 40 * place + season, rows).astype(np.float64))
    for place, name in enumerate(CATEGORIES):
        names = NAMES[place]
        weights = 1 / np.arange(1, len(names) + 1)
        codes = rng.choice(len(names), rows, p=weights / weights.sum()).astype(np.int32)
        columns[name] = pa.DictionaryArray.from_arrays(codes, names).cast(pa.string())
    return pa.table(columns)
