"""Late arrival warning: will a flight from New York arrive 15 minutes late or more?

One row is one scheduled departure. Weather is joined by airport and hour already. Cancelled flights never arrive: they
are scored, and their label stays unknown. `arr_delay` is the label in minutes, so no feature; the log keeps it.
"""

from __future__ import annotations

import pandas as pd

SOURCE = "nyc_flights_2013_sample.parquet"


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per flight; `scheduled_at` is the scheduled departure hour, the label is known the next morning."""
    frame = raw.rename(columns={"hour": "dep_hour"}).drop(columns=["flight", "date"])
    midnight = raw["date"].dt.tz_localize("America/New_York")
    frame["flight_date"] = raw["date"].dt.strftime("%Y-%m-%d")
    departure = (raw["date"] + pd.to_timedelta(raw["hour"], unit="h")).dt.tz_localize("America/New_York")
    frame["scheduled_at"] = departure.dt.tz_convert("UTC")
    frame["label_known_at"] = (midnight + pd.Timedelta(hours=30)).dt.tz_convert("UTC").where(raw["late"].notna())
    return frame
