"""Bikes rented in the next hour, for the vans that bring them where they are needed.

One row is one hour. `casual` and `registered` add up to the label and are therefore no features; the log keeps them.
The season names are wrong in the source (its `spring` begins in January) and are used as they come: a label, no more.
"""

from __future__ import annotations

import pandas as pd

SOURCE = "bike_rental_hourly_2011_2012.parquet"


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per hour, forecast when the hour begins, counted when it is over.

    In spring one clock hour does not exist and in autumn one exists twice; the source counts 24 clock hours on both
    days, so the first moves forward and the second is taken as the earlier one.
    """
    frame = raw.drop(columns="dteday")
    clock = raw["dteday"] + pd.to_timedelta(raw["hour"], unit="h")
    first = [True] * len(raw)
    local = clock.dt.tz_localize("America/New_York", ambiguous=first, nonexistent="shift_forward")
    frame["day"] = raw["dteday"].dt.strftime("%Y-%m-%d")
    frame["forecast_id"] = clock.dt.strftime("%Y%m%dT%H")
    frame["forecast_at"] = local.dt.tz_convert("UTC")
    frame["counted_at"] = frame["forecast_at"] + pd.Timedelta(hours=1)
    return frame
