"""What all models are worth: the judged period of each beside its promise, and how it came there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.store.listed_models import list_models
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.views.value import ENDS, MONEY
from dashboard.words import mark


@view(
    "values",
    columns=declare(
        "model period",
        MONEY,
        "labelled predictions source",
        "per_month",
        Column("latest", "json", mark("Latest periods")),
    ),
    model="optional",
)
def values(store: Store, query: Query) -> pd.DataFrame:
    """Which models bring what was promised, and which do not?

    Columns: model, period (the latest one with a settled verdict; null = nothing is monitored), promised, realised,
    estimated, low, high, cost, net, currency, verdict, reason, labelled, predictions, source: as in `value`, by months
    or the longer period of the model; per_month (the promise in force), latest (JSON: the last twelve periods, each
    with period, promised, realised, estimated, source).
    """
    return judged_frame(store, query, "value", VIEWS.get("values").columns)


TOGETHER = declare(
    "process period currency",
    Column("models", "count", mark("Models")),
    Column("measured", "count", mark("Measured models")),
    Column("estimated_models", "count", mark("Estimated models")),
    Column("promised", "money", mark("Promised")),
    Column("money", "money", mark("Brought or estimated")),
    ENDS,
    Column("cost", "money", mark("Running cost")),
    Column("net", "money", mark("Net of running cost")),
)


@view("process-values", columns=TOGETHER, model="none")
def process_values(store: Store, query: Query) -> pd.DataFrame:
    """What do the models of each business process bring together?

    Columns: process (null = none is named), period (the judged one, as in `values`; null = nothing is monitored),
    currency, models (of this process, period and currency), measured and estimated_models (of them, whose money is
    measured or reported, and whose is estimated only), promised, money (brought, where that is known, else estimated),
    low and high (the sums of the ends of the 95 % intervals: at least 95 %, however the models hang together; null
    where one has no interval), cost, net. Nothing is summed over different periods or currencies; a sum is null where
    one of its models is not known.
    """
    found = judged_frame(store, query, "value", VIEWS.get("values").columns)
    processes = {name: one.process for name, one in list_models(store, query.as_of).items()}
    found = found.assign(process=found["model"].map(processes))
    groups = found.groupby(["process", "period", "currency"], dropna=False, sort=True)
    rows = [_together(keys, part) for keys, part in groups]
    return pd.DataFrame(rows, columns=TOGETHER.names, dtype=object)


def _together(keys: Sequence[Any], models: pd.DataFrame) -> dict[str, object]:
    estimated = models["source"] == "estimated"
    money = pd.to_numeric(models["estimated"]).where(estimated, pd.to_numeric(models["realised"]))
    amounts = {
        "promised": models["promised"], "money": money, "low": models["low"], "high": models["high"],
        "cost": models["cost"],
    }  # fmt: skip
    sums = {name: _sum(pd.to_numeric(values)) for name, values in amounts.items()}
    whole, cost = sums["money"], sums["cost"]
    return {
        **dict(zip(("process", "period", "currency"), (None if pd.isna(one) else one for one in keys), strict=True)),
        "models": len(models),
        "measured": int((models["source"].notna() & ~estimated).sum()),
        "estimated_models": int(estimated.sum()),
        **sums,
        "net": None if whole is None or cost is None else whole - cost,
    }


def _sum(values: pd.Series) -> float | None:
    """The sum of amounts that are all known; None where one is not."""
    return None if values.isna().any() else float(values.sum())
