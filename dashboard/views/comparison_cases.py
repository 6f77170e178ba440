"""Where two versions decide differently, and who is right there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.measures.figure import finite
from dashboard.measures.paired import share_by_units
from dashboard.profiles.bins import Floats
from dashboard.profiles.pairs import AGAINST_RIGHT, CELLS, DIFFERENT, KNOWN, RIGHT, Example, Pairs
from dashboard.schema.card.metric_names import MULTICLASS, REGRESSION
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.views.cases import shown
from dashboard.views.columns import declare
from dashboard.views.compared import Compared, compared
from dashboard.views.comparison import AGAINST
from dashboard.views.explanations import READERS_OF_CASES
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

CODES = np.arange(CELLS)


@view(
    "comparison-decisions",
    columns=declare(
        "version", AGAINST, Column("outcome", "code", mark("Who is right")), Column("cases", "count", mark("Cases")),
        Column("whole", "count", mark("Out of")), Column("share", "share", mark("Share")), "low high",
    ),
)  # fmt: skip
def comparison_decisions(store: Store, query: Query) -> pd.DataFrame:
    """How often do two versions decide differently, and who is right then?

    Columns: version, against, outcome (different: another decision, of numbers another value, out of all cases that
    both scored; of those with a known outcome version_right, against_right, neither: who is right where they differ,
    of numbers who is nearer), cases, whole (out of how many), share, low, high (95 % interval by clusters, else
    periods, else rows).
    """
    both = compared(store, query)
    if both is None or both.pairs is None or not both.pairs.rows:
        return pd.DataFrame()
    cells = np.asarray(both.pairs.cells, dtype=np.float64)
    everything, different = np.ones(CELLS, dtype=bool), (CODES & DIFFERENT) > 0
    known = different & ((CODES & KNOWN) > 0)
    mine, theirs = (CODES & RIGHT) > 0, (CODES & AGAINST_RIGHT) > 0
    parts = {
        "different": (different, everything),
        "version_right": (known & mine, known),
        "against_right": (known & theirs, known),
        "neither": (known & ~mine & ~theirs, known),
    }
    rows = [_row(both, name, cells, part, whole) for name, (part, whole) in parts.items()]
    return pd.DataFrame(rows, dtype=object)


def _row(both: Compared, name: str, cells: Floats, part: np.ndarray, whole: np.ndarray) -> dict[str, object]:
    of_part, of_whole = cells[:, part].sum(axis=1), cells[:, whole].sum(axis=1)
    share, low, high = share_by_units(of_part, of_whole)
    return {
        "version": both.names[0],
        "against": both.names[1],
        "outcome": name,
        "cases": int(of_part.sum()),
        "whole": int(of_whole.sum()),
        "share": finite(share),
        "low": finite(low),
        "high": finite(high),
    }


@view(
    "comparison-cases",
    columns=declare(
        Column("prediction", "id", mark("Prediction")), "version", AGAINST,
        Column("predicted_at", "instant", mark("Predicted")), Column("score", "text", mark("Score")),
        Column("against_score", "text", mark("Score of the other")), Column("actual", "text", mark("Outcome")),
        Column("right_version", "text", mark("Who is right")),
    ),
    roles=READERS_OF_CASES,
)  # fmt: skip
def comparison_cases(store: Store, query: Query) -> pd.DataFrame:
    """Which cases do two versions decide differently?

    Columns: prediction, version, against, predicted_at (UTC), score, against_score, actual (null = not known yet),
    right_version (who is right, of numbers nearer; null = neither, or not known). At most fifty, the farthest apart
    first.
    """
    both = compared(store, query)
    if both is None or both.pairs is None:
        return pd.DataFrame()
    rows = [
        {
            "prediction": one.prediction,
            "version": both.names[0],
            "against": both.names[1],
            "predicted_at": written(one.made_at),
            "score": shown(one.score),
            "against_score": shown(one.against),
            "actual": None if one.actual is None else shown(one.actual),
            "right_version": _right(both, both.pairs, one),
        }
        for one in both.pairs.examples
    ]
    return pd.DataFrame(rows, dtype=object)


def _right(both: Compared, pairs: Pairs, one: Example) -> str | None:
    task = both.context.card.task
    if one.actual is None:
        return None
    if task == MULTICLASS:
        right = [score == one.actual for score in (one.score, one.against)]
    elif task == REGRESSION:
        missed = [abs(float(score) - float(one.actual)) for score in (one.score, one.against)]
        right = [missed[0] < missed[1], missed[1] < missed[0]]
    else:
        chosen = [float(score) >= layout.outcome.threshold
                  for score, layout in zip((one.score, one.against), pairs.layouts, strict=True)]  # fmt: skip
        right = [decision == (float(one.actual) > 0.5) for decision in chosen]
    return next((name for name, is_right in zip(both.names, right, strict=True) if is_right), None)
