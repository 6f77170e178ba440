"""Value of a house that secures a mortgage: what will it sell for?

One row is one sale in King County. Sales of one day share the state of the market, so the day is the cluster.
"""

from __future__ import annotations

import pandas as pd

SOURCE = "seattle_house_sales.parquet"
TIERS = ["lower", "middle", "upper"]
TIER_LIMITS_USD = [380_000, 520_000]


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per sale, valued at 09:00 on the day of sale; the deed with the price is on record 14 days later."""
    frame = raw.rename(columns={"pinx": "parcel"}).drop(columns="sale_date")
    morning = (raw["sale_date"] + pd.Timedelta(hours=9)).dt.tz_localize("America/Los_Angeles")
    frame["sale_day"] = raw["sale_date"].dt.strftime("%Y-%m-%d")
    frame["valued_at"] = morning.dt.tz_convert("UTC")
    frame["deed_recorded_at"] = frame["valued_at"] + pd.Timedelta(days=14)
    return frame


def finish(log: pd.DataFrame) -> pd.DataFrame:
    """Add the price tier, by the predicted value: the price itself is not known when the valuation is made.

    The limits are thirds of the reference's valuations, in US dollars, rounded.
    """
    edges = [-float("inf"), *TIER_LIMITS_USD, float("inf")]
    log["price_tier"] = pd.cut(log["predicted_price"], edges, labels=TIERS).astype(str)
    return log
