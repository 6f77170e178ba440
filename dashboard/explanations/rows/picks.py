"""Cases worth a look: a typical one, a borderline one, a wrong one, the costliest one.

They are found while the latest rows of the log stream by: ids, scores and outcomes only, one batch in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.explanations.importance.sampling import SCORE
from dashboard.explanations.rows.reading import (
    ACTUAL,
    AT,
    ID,
    VERSION,
    Span,
    draw_rows,
    in_frame,
    outcome_columns,
    stream_rows,
)
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import BINARY, MULTICLASS, REGRESSION
from dashboard.store.engine.clock import stored
from dashboard.store.log.files import PREDICTIONS, list_log_files

if TYPE_CHECKING:
    from dashboard.store.engine.database import Store

# Days before the last prediction that are looked at.
LATEST_DAYS = 90
# Rows from which the middle of the scores is taken.
FOR_THE_MIDDLE = 2_000
TYPICAL, BORDERLINE, WRONG, COSTLIEST = PICKS = ("typical", "borderline", "wrong", "costliest")
Worth = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True)
class Pick:
    """A case and what it was picked as; `amount` is its value in money where the card has one (None: not known)."""

    pick: str
    prediction_id: str
    version: str
    at: datetime
    score: float | str
    actual: float | str | None
    amount: float | None


def latest_span(store: Store, card: ModelCard) -> Span | None:
    """The days before the last prediction of the log, in UTC without zone, the end excluded; None for an empty log."""
    ends = [stored(file.last_at) for file in list_log_files(store, card.id, PREDICTIONS) if file.last_at is not None]
    if not ends:
        return None
    return max(ends) - timedelta(days=LATEST_DAYS), max(ends) + timedelta(microseconds=1)


def find_picks(store: Store, card: ModelCard, span: Span) -> list[Pick]:
    """One case of each kind, in the order of PICKS; a kind without any case is left out.

    Typical: its score lies in the middle of all (of classes: the most frequent one). Borderline: nearest to the
    threshold. Wrong: the outcome is farthest from the score. Costliest: the least value in money by the card.
    """
    middle = _middle(store, card, span)
    worths = _worths(card, middle)
    best: dict[str, tuple[float, pd.Series]] = {}
    for table in stream_rows(store, card, span, outcome_columns(card)):
        frame = in_frame(table)
        frame = frame[frame[SCORE].notna()]
        if frame.empty:
            continue
        for pick, worth in worths.items():
            values = worth(frame)
            if np.isnan(values).all():
                continue
            place = int(np.nanargmax(values))
            if pick not in best or float(values[place]) >= best[pick][0]:
                best[pick] = _better(best.get(pick), float(values[place]), frame[values == values[place]])
    return [_pick(card, pick, best[pick][1]) for pick in PICKS if pick in best]


def _better(known: tuple[float, pd.Series] | None, worth: float, frame: pd.DataFrame) -> tuple[float, pd.Series]:
    """The better of a known case and of others that are worth as much as each other; of equals the newest."""
    row = frame.sort_values([AT, ID]).iloc[-1]
    if known is not None and known[0] == worth and (known[1][AT], known[1][ID]) > (row[AT], row[ID]):
        return known
    return worth, row


def _pick(card: ModelCard, pick: str, row: pd.Series) -> Pick:
    actual = None if pd.isna(row[ACTUAL]) else row[ACTUAL]
    frame = row.to_frame().T.astype({SCORE: object})
    amount = float(amounts(card, frame)[0]) if actual is not None else float("nan")
    return Pick(
        pick, str(row[ID]), str(row[VERSION]), row[AT].to_pydatetime(), _plain(row[SCORE]),
        None if actual is None else _plain(actual), None if np.isnan(amount) else amount,
    )  # fmt: skip


def _plain(value: Any) -> float | str:
    return value if isinstance(value, str) else float(value)


def _middle(store: Store, card: ModelCard, span: Span) -> float | str | None:
    scores = draw_rows(store, card, span, outcome_columns(card), FOR_THE_MIDDLE).frame[SCORE].dropna()
    if scores.empty:
        return None
    return str(scores.mode().iloc[0]) if card.task == MULTICLASS else float(scores.median())


def _worths(card: ModelCard, middle: float | str | None) -> Mapping[str, Worth]:
    """How well each row serves as each pick; NaN where it does not."""
    task, threshold = card.task, card.data.threshold

    def wrong(frame: pd.DataFrame) -> np.ndarray:
        if task == MULTICLASS:
            known = frame[ACTUAL].notna() & (frame[SCORE] != frame[ACTUAL])
            return np.where(known, frame[AT].astype("int64"), np.nan)
        missed = np.abs(_numbers(frame, SCORE) - _numbers(frame, ACTUAL))
        if task == REGRESSION:
            return missed
        decided = _numbers(frame, SCORE) >= threshold
        return np.where(decided != (_numbers(frame, ACTUAL) == 1), missed, np.nan)

    def typical(frame: pd.DataFrame) -> np.ndarray:
        if task == MULTICLASS:
            return np.where(frame[SCORE] == middle, frame[AT].astype("int64"), np.nan)
        return -np.abs(_numbers(frame, SCORE) - float(middle or 0.0))

    def costliest(frame: pd.DataFrame) -> np.ndarray:
        return -amounts(card, frame)

    found: dict[str, Worth] = {TYPICAL: typical}
    if task == BINARY:
        found[BORDERLINE] = lambda frame: -np.abs(_numbers(frame, SCORE) - threshold)
    return {**found, WRONG: wrong, COSTLIEST: costliest}


def _numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64)


def amounts(card: ModelCard, frame: pd.DataFrame) -> np.ndarray:
    """What each prediction with a known outcome is worth by the card, in its currency; NaN where that is not known."""
    value, nothing = card.business.value, np.full(len(frame), np.nan)
    if value is None or card.task == MULTICLASS:
        return nothing
    score, actual = _numbers(frame, SCORE), _numbers(frame, ACTUAL)
    if value.errors is not None:
        over, under = np.maximum(score - actual, 0), np.maximum(actual - score, 0)
        errors = value.errors
        return np.asarray(errors.per_prediction + errors.over_per_unit * over + errors.under_per_unit * under)
    if value.outcomes is None:
        return nothing
    cells = value.outcomes
    selected, happened = score >= card.data.threshold, actual == 1
    found = np.select(
        [selected & happened, selected, happened],
        [cells.true_positive, cells.false_positive, cells.false_negative],
        cells.true_negative,
    )
    return np.where(np.isnan(actual), np.nan, found.astype(np.float64))
