"""The scores that two models gave to the same cases, of the latest rows of both logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.measures.figure import Figure
from dashboard.measures.rank_correlation import UNDEFINED, spearman
from dashboard.profiles.engine import Engine
from dashboard.profiles.log import NO_LABELS, Log
from dashboard.profiles.log_columns import LogColumn

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.log.files import LogFile

ID, SCORE = "_id", "_score"
# So many of the latest rows of each log are looked at.
MOST_ROWS = 20_000


def compared_files(first: Log, second: Log) -> tuple[list[LogFile], list[LogFile]]:
    """The latest files of both logs with about as many rows as are looked at, from the days that both have."""
    ends = [max((file.last_at for file in log.predictions if file.last_at), default=None) for log in (first, second)]
    if ends[0] is None or ends[1] is None:
        return [], []
    until = min(ends[0], ends[1])
    return _latest(first.predictions, until), _latest(second.predictions, until)


def _latest(files: Sequence[LogFile], until: datetime) -> list[LogFile]:
    begun = [file for file in files if file.first_at is not None and file.first_at <= until]
    found, rows = [], 0
    for file in sorted(begun, key=lambda file: (file.last_at or until, file.path), reverse=True):
        if rows >= MOST_ROWS:
            break
        found.append(file)
        rows += file.rows
    return found


def correlation_of_scores(
    logs: tuple[Log, Log], files: tuple[list[LogFile], list[LogFile]], cards: tuple[ModelCard, ModelCard]
) -> Figure:
    """Spearman's rank correlation over the cases that both models scored, with how many they are.

    A case that a model scored more than once counts with the mean of its scores. Undefined where scores are classes,
    and where no or too few cases are shared.
    """
    if any(card.task == "multiclass_classification" for card in cards) or not all(files):
        return UNDEFINED
    first, second = (_scores(log, chosen) for log, chosen in zip(logs, files, strict=True))
    both = pd.concat([first, second], axis=1, join="inner")
    if both.empty:
        return UNDEFINED
    found = spearman(both.iloc[:, 0].to_numpy(dtype=float), both.iloc[:, 1].to_numpy(dtype=float))
    return replace(found, labelled=len(both))


def _scores(log: Log, files: Sequence[LogFile]) -> pd.Series:
    """The mean score of each case by its id."""
    engine = Engine(log.home / "log")
    columns = [LogColumn(ID, numeric=False), LogColumn(SCORE, numeric=True)]
    try:
        sources = replace(log, predictions=files).sources(NO_LABELS, shadow=None)
        parts = [batch.select([ID, SCORE]).to_pandas() for batch in engine.batches(sources, columns)]
    finally:
        engine.close()
    rows = pd.concat(parts) if parts else pd.DataFrame({ID: [], SCORE: []})
    return rows.dropna().groupby(ID)[SCORE].mean()
